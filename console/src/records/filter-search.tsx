import { type FormEvent, type RefObject, useEffect, useId, useState } from "react";
import { useTexts } from "../language/language";
import type { Filter } from "./filter";
import { texts } from "./filter-texts";

type Props = {
  filter: Filter;
  change: (filter: Filter) => void;
  field: RefObject<HTMLInputElement | null>;
};

/** A SKU's own id, which is asked for when it is sent: what cannot be one is refused where it was typed. */
export function FilterSearch({ filter, change, field }: Props) {
  const t = useTexts(texts);
  const problem = useId();
  const [text, setText] = useState(filter.sku ?? "");
  const [wrong, setWrong] = useState(false);
  useEffect(() => setText(filter.sku ?? ""), [filter.sku]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const sku = text.trim();
    const bad = sku !== "" && !/^[1-9]\d{0,9}$/.test(sku);
    setWrong(bad);
    if (!bad) change({ ...filter, sku: sku || null, risk: false });
  };
  return (
    <search className="filter-sku">
      <form onSubmit={submit}>
        <label>
          <span>{t("search")}</span>
          <input
            ref={field}
            type="search"
            inputMode="numeric"
            autoComplete="off"
            maxLength={20}
            value={text}
            placeholder={t("placeholder")}
            aria-invalid={wrong}
            aria-describedby={wrong ? problem : undefined}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <button type="submit">{t("go")}</button>
      </form>
      {wrong && (
        <p id={problem} className="field-problem" role="alert">
          {t("not_a_sku")}
        </p>
      )}
    </search>
  );
}
