import { useSyncExternalStore } from "react";
import { zoneOfBrowser } from "./moments";
import { LANGUAGES, type Language } from "./texts";

export const THEMES = ["system", "light", "dark"] as const;

/** How somebody likes the console, on this browser. Nothing of a view is here: that is in the address. */
export type Preferences = {
  readonly language: Language;
  readonly theme: (typeof THEMES)[number];
  /** An IANA name; null is the browser's own zone. */
  readonly zone: string | null;
  readonly shortcuts: boolean;
};

const KEPT = "stockbridge.preferences";
const listeners = new Set<() => void>();
let current = read();

export function preferences(): Preferences {
  return current;
}

export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEPT, JSON.stringify(current));
  } catch {} // some browsers keep nothing: then it is so until the page is left
  for (const each of listeners) each();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(listen, preferences);
}

export function zoneOf({ zone }: Preferences): string {
  return zone ?? zoneOfBrowser();
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function read(): Preferences {
  const kept = stored();
  const language = LANGUAGES.find((one) => one === kept.language) ?? languageOfBrowser();
  const theme = THEMES.find((one) => one === kept.theme) ?? "system";
  return { language, theme, zone: known(kept.zone) ? kept.zone : null, shortcuts: kept.shortcuts !== false };
}

function stored(): Record<string, unknown> {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

function known(zone: unknown): zone is string {
  try {
    return typeof zone === "string" && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}

/** Portuguese unless the browser asks for another of ours. */
function languageOfBrowser(): Language {
  const asked = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return asked.map((tag) => LANGUAGES.find((one) => one === tag)).find((one) => one !== undefined) ?? "pt";
}
