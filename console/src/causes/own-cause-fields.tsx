import { useId } from "react";
import type { FieldProblemAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { type Draft, MOST_PATTERNS, type Pattern, problemOf } from "./own-cause";
import { texts } from "./own-cause-texts";

type PartProps = {
  readonly draft: Draft;
  readonly change: (some: Partial<Draft>) => void;
  readonly problems: readonly FieldProblemAnswer[];
};

export function Words({ draft, change, problems }: PartProps) {
  const t = useTexts(texts);
  const field = (words: "title" | "hint", language: "pt" | "en" | "es", most: number) => (
    <Field
      label={language === "pt" ? t(words) : t(`${words}_${language}`)}
      value={draft[words][language]}
      set={(value) => change({ [words]: { ...draft[words], [language]: value } })}
      problem={problemOf(problems, `${words}.${language}`)}
      required={language === "pt"}
      most={most}
    />
  );
  return (
    <>
      {field("title", "pt", 100)}
      {field("hint", "pt", 300)}
      <details>
        <summary>{t("others")}</summary>
        {field("title", "en", 100)}
        {field("hint", "en", 300)}
        {field("title", "es", 100)}
        {field("hint", "es", 300)}
      </details>
    </>
  );
}

export function Patterns({ draft, change, problems }: PartProps) {
  const t = useTexts(texts);
  const put = (place: number, some: Partial<Pattern>) =>
    change({ patterns: draft.patterns.map((one, at) => (at === place ? { ...one, ...some } : one)) });
  return (
    <fieldset>
      <legend>{t("patterns")}</legend>
      {draft.patterns.map((pattern, place) => {
        const number = place + 1;
        const problem = problemOf(problems, `patterns.${place}`);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pattern is its place, and has no other name
          <div key={place} className="pattern">
            <select
              aria-label={t("kind", { number })}
              value={pattern.kind}
              onChange={({ target }) => put(place, { kind: target.value === "regex" ? "regex" : "text" })}
            >
              <option value="text">{t("text")}</option>
              <option value="regex">{t("regex")}</option>
            </select>
            <input
              aria-label={t("value", { number })}
              aria-invalid={problem !== null}
              required
              value={pattern.value}
              onChange={({ target }) => put(place, { value: target.value })}
            />
            {draft.patterns.length > 1 && (
              <button
                type="button"
                className="icon"
                aria-label={t("less", { number })}
                onClick={() => change({ patterns: draft.patterns.filter((_, at) => at !== place) })}
              >
                ×
              </button>
            )}
            {problem && <small className="refusal">{problem}</small>}
          </div>
        );
      })}
      {draft.patterns.length < MOST_PATTERNS && (
        <button
          type="button"
          className="quiet"
          onClick={() => change({ patterns: [...draft.patterns, { kind: "text", value: "" }] })}
        >
          {t("more")}
        </button>
      )}
    </fieldset>
  );
}

type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly problem: string | null;
  readonly required?: boolean;
  readonly fixed?: boolean;
  readonly most?: number;
};

export function Field({ label, value, set, problem, required = false, fixed = false, most }: FieldProps) {
  const id = useId();
  return (
    <label>
      <span>{label}</span>
      <input
        value={value}
        required={required}
        readOnly={fixed}
        maxLength={most}
        aria-invalid={problem !== null}
        aria-describedby={problem ? id : undefined}
        onChange={({ target }) => set(target.value)}
      />
      {problem && (
        <small className="refusal" id={id}>
          {problem}
        </small>
      )}
    </label>
  );
}
