import { useState } from "react";
import { useTexts } from "../language/language";
import { InstantField } from "../parts/instant-field";
import type { Filter } from "./filter";
import { PERIODS, texts } from "./filter-texts";

/** Usual times until now, or dates. */
export function FilterPeriod({
  filter,
  change,
}: {
  filter: Filter;
  change: (period: Pick<Filter, "from" | "to">) => void;
}) {
  const t = useTexts(texts);
  const known = PERIODS.find((one) => one === filter.from && filter.to === null);
  const [custom, setCustom] = useState(false);
  const choosing = custom || (known === undefined && (filter.from !== null || filter.to !== null));
  return (
    <>
      <label>
        <span>{t("period")}</span>
        <select
          value={choosing ? "custom" : (known ?? "")}
          onChange={({ target }) => {
            setCustom(target.value === "custom");
            if (target.value !== "custom") change({ from: target.value || null, to: null });
          }}
        >
          <option value="">{t("always")}</option>
          {PERIODS.map((one) => (
            <option key={one} value={one}>
              {t(one)}
            </option>
          ))}
          <option value="custom">{t("custom")}</option>
        </select>
      </label>
      {choosing && (
        <>
          <InstantField
            label={t("from")}
            value={absolute(filter.from)}
            change={(from) => change({ from, to: filter.to })}
          />
          <InstantField
            label={t("to")}
            value={absolute(filter.to)}
            change={(to) => change({ from: filter.from, to })}
          />
        </>
      )}
    </>
  );
}

/** A relative time has no place in a field of dates. */
function absolute(moment: string | null): string | null {
  return moment?.startsWith("-") ? null : moment;
}
