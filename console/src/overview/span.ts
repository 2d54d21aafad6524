import { useCallback } from "react";
import { duration } from "../language/moments";
import { usePreferences } from "../language/preferences";
import { type Language, LOCALES } from "../language/texts";

/** A time stays in one line. */
const NO_BREAK = "\u00a0";

/** "0,4 s", "7,2 s", "48 s", "1 min 58 s", "1 h": finer than a duration where times are short, as most of these are. */
export function span(milliseconds: number, language: Language): string {
  return worded(milliseconds, language).replaceAll(" ", NO_BREAK);
}

export function useSpan(): (milliseconds: number | null | undefined) => string {
  const { language } = usePreferences();
  return useCallback((milliseconds) => (milliseconds == null ? "—" : span(milliseconds, language)), [language]);
}

function worded(milliseconds: number, language: Language): string {
  const seconds = milliseconds / 1000;
  const number = new Intl.NumberFormat(LOCALES[language], { maximumFractionDigits: 1 });
  if (seconds > 0 && seconds < 0.1) return `< ${number.format(0.1)} s`;
  if (seconds < 9.95) return `${number.format(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 60 || whole >= 600) return duration(milliseconds, language);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`.replace(/ 0 s$/, "");
}
