import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { LANGUAGES, type Texts } from "../language/texts";

const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

const texts = { yes: ["sim", "yes", "sí"], no: ["não", "no", "no"] } as const;

/** Any value of a document as somebody reads it. `words` are for the texts that are codes. */
export function useToldValue(words: Texts): (value: unknown) => string {
  const t = useTexts(texts);
  const moments = useMoments();
  const { language } = usePreferences();
  const told = (value: unknown): string => {
    if (value === null || value === undefined || value === "") return "—";
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (typeof value === "number") return moments.number(value);
    if (Array.isArray(value)) return value.map(told).join(", ") || "—";
    if (typeof value === "object") return JSON.stringify(value);
    const text = String(value);
    if (INSTANT.test(text)) return moments.short(text);
    return (Object.hasOwn(words, text) && words[text]?.[LANGUAGES.indexOf(language)]) || text;
  };
  return told;
}
