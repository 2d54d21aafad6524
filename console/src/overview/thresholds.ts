import type { RuleSimulation } from "../api/contract";

const MOST = 10;
const HIGHEST = 10_000;
const DAYS = 30;

/** "3, 5 10" is [3, 5, 10]; null when it is anything else than a few whole numbers. */
export function readThresholds(text: string | null): number[] | null {
  const parts = (text ?? "").split(/[\s,;]+/).filter(Boolean);
  const numbers = [...new Set(parts.map((part) => (/^\d{1,5}$/.test(part) ? Number(part) : Number.NaN)))];
  const fits = numbers.length > 0 && numbers.length <= MOST && numbers.every((number) => number <= HIGHEST);
  return fits ? numbers.toSorted((one, other) => one - other) : null;
}

export function readDays(text: string | null): RuleSimulation["days"] {
  const days = Number(text ?? DAYS);
  return Number.isInteger(days) && days >= 1 && days <= DAYS ? days : DAYS;
}
