import { useMoments, useTexts } from "../language/language";
import type { Texts } from "../language/texts";

const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;

const texts = { yes: ["sim", "yes", "sí"], no: ["não", "no", "no"] } as const;

/** Any value of a document as somebody reads it. `words` are for the texts that are codes. */
export function useToldValue<const Words extends Texts>(words: Words): (value: unknown) => string {
  const t = useTexts(texts);
  const word = useTexts(words);
  const moments = useMoments();
  const told = (value: unknown): string => {
    if (value === null || value === undefined || value === "") return "—";
    if (typeof value === "boolean") return t(value ? "yes" : "no");
    if (typeof value === "number") return moments.number(value);
    if (Array.isArray(value)) return value.map(told).join(", ") || "—";
    if (typeof value === "object") return JSON.stringify(value);
    const text = String(value);
    if (INSTANT.test(text)) return moments.short(text);
    return Object.hasOwn(words, text) ? (word as (key: string) => string)(text) : text;
  };
  return told;
}
