import type { FileFilter } from "../api/contract";
import { type Filter, instantOf } from "../records/filter";

/** The rows of a file as a list's filter has them, relative times of `now` (ms). A file has no order of risk. */
export function fileFilterOf(filter: Filter, now: number): FileFilter {
  return {
    affiliates: filter.affiliate ? [filter.affiliate] : null,
    status: filter.status,
    cause: filter.cause ?? "",
    from: filter.from && instantOf(filter.from, now),
    to: filter.to && instantOf(filter.to, now),
    late: filter.late || null,
    sku: filter.sku,
  };
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

/** Of bytes: "840 bytes", "12 kB", "1,4 MB". */
export function sizeOf(bytes: number, locale: string): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: UNITS[step],
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** step);
}

/** How much of a file's rows were looked at, 0 to 1; null until they are counted. */
export function portionOf({ seen, estimate }: { seen: number; estimate: number | null }): number | null {
  return estimate ? Math.min(1, seen / estimate) : null;
}
