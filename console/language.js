// What the page says, in the operator's language: texts, numbers and times.

import { texts } from "/console/texts.js";

const LANGUAGES = ["pt", "en", "es"];
const LOCALES = { pt: "pt-BR", en: "en", es: "es" };
const STORED = "stockbridge.language";

export const language = chosen();
export const locale = LOCALES[language];

const numbers = new Intl.NumberFormat(locale);
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const clockToTheSecond = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const day = new Intl.DateTimeFormat(locale, { day: "2-digit", month: "2-digit" });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });
const plurals = new Intl.PluralRules(locale);

function chosen() {
  const kept = localStorage.getItem(STORED);
  if (LANGUAGES.includes(kept)) return kept;
  const preferred = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return preferred.find((tag) => LANGUAGES.includes(tag)) ?? "pt";
}

// Everything on the page is made anew in the language.
export function choose(another) {
  localStorage.setItem(STORED, another);
  location.reload();
}

// The text of a key, with {name} filled from `values`.
export function t(key, values = {}) {
  const text = texts[key][LANGUAGES.indexOf(language)];
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// The text for a number of things: `key.one` or `key.other`, with {count}.
export function counted(key, count) {
  const form = plurals.select(count) === "one" ? "one" : "other";
  return t(`${key}.${form}`, { count: number(count) });
}

export function number(value) {
  return numbers.format(value);
}

// Instants are ISO 8601 texts, as the API gives them, or milliseconds.
export function timeOfDay(instant) {
  return clock.format(new Date(instant));
}

export function timeToTheSecond(instant) {
  return clockToTheSecond.format(new Date(instant));
}

export function timeAndDay(instant, { toTheSecond = false } = {}) {
  const time = toTheSecond ? timeToTheSecond(instant) : timeOfDay(instant);
  return t("time.at", { time, day: day.format(new Date(instant)) });
}

export function exactly(instant) {
  return whole.format(new Date(instant));
}

// Of milliseconds, coarse: "1 h 24 min", "3 min", "12 s".
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : counted("time.days", Math.floor(hours / 24));
}

// Fills the texts that index.html only names.
export function translate(page) {
  page.documentElement.lang = locale;
  page.title = `${t("page.title")} · StockBridge`;
  for (const each of page.querySelectorAll("[data-text]")) each.textContent = t(each.dataset.text);
  for (const each of page.querySelectorAll("[data-label]")) each.setAttribute("aria-label", t(each.dataset.label));
  for (const each of page.querySelectorAll("[data-placeholder]")) each.placeholder = t(each.dataset.placeholder);
}
