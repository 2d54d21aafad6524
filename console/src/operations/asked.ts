import type { OperationAnswer } from "../api/contract";

/** Which records an operation is about, as its answer's filter says it; what is not said is null. */
export type Wanted = {
  readonly affiliates: readonly string[];
  readonly status: "success" | "error" | "pending" | "removed" | null;
  readonly cause: string | null;
  readonly since: string | null;
  /** How many were named one by one. */
  readonly named: number | null;
  readonly fixFirst: boolean;
};

const STATUSES = ["success", "error", "pending", "removed"] as const;

export function wantedOf({ filter }: Pick<OperationAnswer, "filter">): Wanted {
  const { affiliates, status, cause, from, skus, records } = filter;
  const named = Array.isArray(records) ? records : skus;
  return {
    affiliates: Array.isArray(affiliates) ? affiliates.filter((one) => typeof one === "string") : [],
    status: STATUSES.find((one) => one === status) ?? null,
    cause: typeof cause === "string" ? cause : null,
    since: typeof from === "string" ? from : null,
    named: Array.isArray(named) ? named.length : null,
    fixFirst: filter.include_fix_first === true,
  };
}
