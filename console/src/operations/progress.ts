import type { OperationAnswer, SetAnswer } from "../api/contract";

type Progress = OperationAnswer["progress"];
type Told = Pick<OperationAnswer, "action" | "state" | "set" | "progress">;

const OVER = new Set<OperationAnswer["state"]>(["cancelled", "done", "failed"]);
const ANNOUNCED_EVERY = 25; // per cent

export function isOver({ state }: Pick<OperationAnswer, "state">): boolean {
  return OVER.has(state);
}

export type Figure = {
  readonly name: "waiting" | "success" | "nothing_to_send" | "failed" | "superseded" | "removed" | "restored" | "left";
  readonly count: number;
};

/** The records by what became of them: those of whose kind there can be any. */
export function figures(operation: Told): readonly Figure[] {
  const { action, progress } = operation;
  const ends =
    action === "reprocess"
      ? (["success", "nothing_to_send", "failed", "superseded"] as const)
      : ([action === "remove" ? "removed" : "restored"] as const);
  return [
    { name: "waiting", count: waiting(operation) },
    ...ends.map((name) => ({ name, count: progress[name] })),
    { name: "left", count: ignored(operation.set, progress) },
  ];
}

/** Whose turn is to come, and who was asked and has no answer. */
function waiting(operation: Told): number {
  return toCome(operation) + operation.progress.waiting;
}

/** Whose turn is to come; nobody's once it is over. */
export function toCome({ set, progress, ...operation }: Told): number {
  return isOver(operation) ? 0 : Math.max(0, set.can_go - progress.acted - progress.changed);
}

/** Until the last record is asked; null where nobody knows: the answers to a sample take as long as they take. */
export function leftMs(operation: Told & Pick<OperationAnswer, "eta_s" | "sample">): number | null {
  if (operation.sample === "waiting" || toCome(operation) === 0) return null;
  return operation.eta_s ? operation.eta_s * 1000 : null;
}

/** Of the set, those that came to an end, in per cent. `percent` of the API is of those that were asked. */
export function ended({ state, set, progress, percent }: Told & Pick<OperationAnswer, "percent">): number {
  if (state === "done") return 100;
  if (set.more || set.can_go === 0) return percent;
  const over = progress.acted - progress.waiting + progress.changed;
  return Math.min(99, Math.floor((over * 100) / set.can_go));
}

/** Of the set, and nothing is done to them. */
function ignored(set: SetAnswer, { changed }: Progress): number {
  return set.fix_first + set.already_waiting + set.success_ignored + set.nothing_to_do + changed;
}

/** What is worth interrupting a listener for: it says something new four times and when the state changes. */
export function milestone(operation: Told & Pick<OperationAnswer, "percent">): string {
  return `${operation.state} ${Math.floor(ended(operation) / ANNOUNCED_EVERY) * ANNOUNCED_EVERY}`;
}

/** The cause of a stop: the one that most came back with. */
export function mainCause({ failures }: Pick<OperationAnswer, "failures">): string | null {
  return failures[0]?.cause.code ?? null;
}
