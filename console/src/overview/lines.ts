import type { SeriesRow } from "../api/contract";

/** One number of each bucket; null where nothing is known, which is a gap and no zero. */
export type Values = readonly (number | null)[];

export type Line = {
  /** In the address, when the line is hidden. */
  readonly id: string;
  readonly name: string;
  readonly values: Values;
  /** A token of style/tokens.css. */
  readonly ink: `--${string}`;
  readonly stroke: "solid" | "dashed" | "dotted";
};

export type Totals = { readonly success: number; readonly error: number; readonly heldBack: number };

/** What a chart is drawn from: the places of the buckets, then each line's values. */
export function chartData(lines: readonly Line[], buckets: number): [number[], ...(number | null)[][]] {
  return [Array.from({ length: buckets }, (_, bucket) => bucket), ...lines.map(({ values }) => [...values])];
}

export function totals(rows: readonly SeriesRow[]): Totals {
  return rows.reduce(
    (sum, row) => ({
      success: sum.success + row.success,
      error: sum.error + row.error,
      heldBack: sum.heldBack + row.held_back,
    }),
    { success: 0, error: 0, heldBack: 0 },
  );
}

/** Where the largest value is, the newest of equal ones; null where all are nothing. */
export function peak(values: Values): number | null {
  return values.reduce<number | null>((best, value, bucket) => {
    if (!value) return best;
    return best === null || value >= (values[best] ?? 0) ? bucket : best;
  }, null);
}

/** The newest bucket of which something is known. */
export function newest(values: Values): number | null {
  const bucket = values.findLastIndex((value) => value !== null);
  return bucket === -1 ? null : bucket;
}

/**
 * The buckets that are named on the axis, at most `most` of them. A bucket is where its label begins: of hours that are
 * labelled by their day, that is midnight. The first one only seems to begin there.
 */
export function ticks(labels: readonly string[], most: number): number[] {
  const begins = labels.map((_, bucket) => bucket).filter((bucket) => bucket && labels[bucket] !== labels[bucket - 1]);
  const step = Math.max(1, Math.ceil(begins.length / Math.max(1, most)));
  return begins.filter((_, place) => (begins.length - 1 - place) % step === 0);
}
