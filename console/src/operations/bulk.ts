import type { NewOperation, OperationFilter, SetAnswer } from "../api/contract";

export type BulkAction = NewOperation["action"];

/** Which records: what is left out does not limit them. */
export type BulkFilter = OperationFilter;

/** What is kept from an operation, and why; the order in which it is told. */
export const LEFT_OUT = ["fix_first", "already_waiting", "nothing_to_do", "success_ignored"] as const;
export type LeftOut = (typeof LEFT_OUT)[number];

/** More than could be counted may hide behind a zero. */
export function canStart({ can_go, more }: Pick<SetAnswer, "can_go" | "more">): boolean {
  return can_go > 0 || more;
}

/** Those of the reasons that have records. */
export function leftOut(set: Readonly<Record<LeftOut, number>>): readonly LeftOut[] {
  return LEFT_OUT.filter((reason) => set[reason] > 0);
}

/** The body of a request for a preview, or of the one that starts what it showed. */
export function operationOf(
  action: BulkAction,
  filter: BulkFilter,
  choice: {
    readonly until: string | null;
    readonly includeFixFirst: boolean;
    readonly sample: boolean;
    readonly preview: boolean;
  },
): NewOperation {
  return {
    action,
    filter,
    until: choice.until,
    include_fix_first: choice.includeFixFirst,
    sample: choice.sample,
    preview: choice.preview,
  };
}
