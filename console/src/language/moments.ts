import { type Language, LOCALES } from "./texts";

export const DEFAULT_ZONE = "America/Sao_Paulo";

/**
 * Numbers and times as somebody reads them. Instants are ISO 8601 texts, as the API gives them, or milliseconds; what
 * only looks like one, in a marketplace's words for example, stays as it is.
 */
export type Moments = {
  number(value: number): string;
  /** 10000 is 10 mil */
  round(value: number): string;
  /** 0.9931 is 99,3 % */
  share(value: number): string;
  /** 17:46 */
  time(instant: string | number): string;
  /** 17:46:03 */
  second(instant: string | number): string;
  /** 31/08 */
  day(instant: string | number): string;
  /** 31/08 17:46 */
  short(instant: string | number): string;
  /** 31/08 17:46:03 */
  precise(instant: string | number): string;
  /** All of it, with the zone. */
  exact(instant: string | number): string;
};

const DAYS: Readonly<Record<Language, readonly [string, string]>> = {
  pt: ["dia", "dias"],
  en: ["day", "days"],
  es: ["día", "días"],
};

export function moments(language: Language, zone: string): Moments {
  const locale = LOCALES[language];
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    return (instant: string | number) => {
      const at = new Date(instant);
      return Number.isNaN(at.getTime()) ? String(instant) : made.format(at);
    };
  };
  const numbers = new Intl.NumberFormat(locale);
  const rounds = new Intl.NumberFormat(locale, { notation: "compact" });
  const shares = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 });
  return {
    number: (value) => numbers.format(value),
    round: (value) => rounds.format(value),
    share: (value) => shares.format(value),
    time: format({ hour: "2-digit", minute: "2-digit" }),
    second: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    day: format({ day: "2-digit", month: "2-digit" }),
    short: format({ day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit" }),
    precise: format({ day: "2-digit", month: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    exact: format({ dateStyle: "full", timeStyle: "long" }),
  };
}

/** Of milliseconds, coarse: "1 h 24 min", "3 min", "12 s", "3 dias". */
export function duration(milliseconds: number, language: Language): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  const days = Math.floor(hours / 24);
  return `${days} ${DAYS[language][days === 1 ? 0 : 1]}`;
}

/** The viewer's own zone; Brazil's where the browser does not tell one. */
export function zoneOfBrowser(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone || DEFAULT_ZONE;
}
