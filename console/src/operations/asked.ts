import type { OperationAnswer } from "../api/contract";

/** Which records an operation is about, as its answer's filter says it; what is not said is null. */
export type Wanted = {
  readonly affiliates: readonly string[];
  readonly status: "success" | "error" | "pending" | "removed" | null;
  readonly cause: string | null;
  readonly since: string | null;
  /** How many were named one by one: SKUs of every marketplace, or records. */
  readonly skus: number | null;
  readonly records: number | null;
  readonly fixFirst: boolean;
};

const STATUSES = ["success", "error", "pending", "removed"] as const;

/** What people call an operation: its number, or the id of one from before there were numbers. */
export function nameOf({ number, id }: Pick<OperationAnswer, "number" | "id">): string {
  return number === null ? id : String(number);
}

/** The name of the removal that an operation undoes; null for one that undoes none. */
export function undoneBy({ undoes, undoes_number }: Pick<OperationAnswer, "undoes" | "undoes_number">): string | null {
  return undoes === null ? null : nameOf({ id: undoes, number: undoes_number });
}

export function wantedOf({ filter }: Pick<OperationAnswer, "filter">): Wanted {
  const { affiliates, status, cause, from, skus } = filter;
  const records = recordsOf(filter.records);
  const at = records === null ? affiliates : Object.keys(records);
  return {
    affiliates: Array.isArray(at) ? at.filter((one) => typeof one === "string") : [],
    status: STATUSES.find((one) => one === status) ?? null,
    cause: typeof cause === "string" ? cause : null,
    since: typeof from === "string" ? from : null,
    skus: Array.isArray(skus) ? skus.length : null,
    records: records && Object.values(records).flat().length,
    fixFirst: filter.include_fix_first === true,
  };
}

/** Records that were named one by one come as SKUs by affiliate. */
function recordsOf(records: unknown): Readonly<Record<string, unknown>> | null {
  return typeof records === "object" && records !== null ? { ...records } : null;
}
