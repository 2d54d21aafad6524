import type { operations, SeriesRow, WindowAnswer } from "../api/contract";

export const PERIODS = ["24h", "7d", "30d"] as const;
export type Period = (typeof PERIODS)[number];

/** Rows of hours or of days (UTC), the oldest first; the last is the one that is running. */
export type Series = { readonly period: Period; readonly rows: readonly SeriesRow[] };

const HOUR_MS = 3_600_000;
const DAYS_OF_HOURS = 7;

export function readPeriod(parameters: URLSearchParams): Period {
  return PERIODS.find((one) => one === parameters.get("periodo")) ?? "24h";
}

/** What the series is asked for. `now` is the server's, in milliseconds: it refuses what begins after its present. */
export function seriesQuery(
  period: Period,
  now: number,
): Pick<NonNullable<operations["get_series"]["parameters"]["query"]>, "period" | "from"> {
  if (period === "30d") return { period: "day" };
  if (period === "24h") return { period: "hour" };
  return { period: "hour", from: new Date(now - (DAYS_OF_HOURS * 24 - 1) * HOUR_MS).toISOString() };
}

/** The window of the service level that goes with a period; none is of seven days. */
export function windowOfPeriod(period: Period): WindowAnswer["window"] {
  return period === "30d" ? "30d" : "24h";
}
