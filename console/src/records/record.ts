import type { AttemptAnswer, RecordAnswer } from "../api/contract";

/** A record's name within its account. */
export function keyOf({ affiliate, sku }: Pick<RecordAnswer, "affiliate" | "sku">): string {
  return `${affiliate}/${sku}`;
}

/** What is shown of a record: its status, or that it was removed. */
export function shownAs(record: RecordAnswer): RecordAnswer["status"] | "removed" {
  return record.removed ? "removed" : record.status;
}

/** The balance before and after the last change that was decided on; null where it is not known. */
export function changeOf(record: RecordAnswer): { readonly de: number | null; readonly por: number | null } {
  const { skipped, current } = record.balance;
  if (record.situation.code === "held" && skipped) return { de: skipped.de, por: skipped.por };
  return { de: record.why?.de ?? null, por: record.why?.por ?? current };
}

export type Event = { readonly change: string } | { readonly attempt: AttemptAnswer; readonly number: number };

/** What happened, oldest first: the last change at VTEX, among the attempts that are kept. */
export function eventsOf({ last_change_at: change, attempts }: RecordAnswer): readonly Event[] {
  const tries = attempts.map((attempt, place) => ({ attempt, number: place + 1 }));
  if (change === null) return tries;
  const earlier = tries.filter(({ attempt }) => Date.parse(attempt.at) < Date.parse(change));
  return [...earlier, { change }, ...tries.slice(earlier.length)];
}

/** Milliseconds that an open change waits, or that a reflected one took; null when there is none. */
export function reflectionOf(record: RecordAnswer, now: number): number | null {
  if (record.changed_at !== null) return Math.max(0, now - Date.parse(record.changed_at));
  return record.status === "success" ? record.reflected_ms : null; // else it is of a change before
}

/** Whether the marketplace shows what it should, as far as anybody knows. */
export function standOf({ wanted, confirmed }: RecordAnswer): "right" | "different" | "unconfirmed" {
  if (wanted === null || wanted === confirmed) return "right";
  return confirmed === null ? "unconfirmed" : "different";
}

export type Ending =
  | { readonly code: "ended_success"; readonly detail: string }
  | { readonly code: "ended_other"; readonly now: number; readonly before: number }
  | { readonly code: "ended_error"; readonly cause: string };

/** What came of a reprocess: of the record as it was when somebody asked, and as it is now. Null while it goes on. */
export function endingOf(asked: RecordAnswer, now: RecordAnswer): Ending | null {
  if (now.status === "pending" || now.situation.code === "reprocessing" || now.situation.code === "sending")
    return null;
  if (now.status === "error") return { code: "ended_error", cause: now.cause?.title ?? now.detail };
  const sent = now.attempts.at(-1);
  if (
    sent?.outcome !== "nothing_to_send" &&
    asked.wanted !== null &&
    now.wanted !== null &&
    asked.wanted !== now.wanted
  ) {
    return { code: "ended_other", now: now.wanted, before: asked.wanted };
  }
  return { code: "ended_success", detail: now.detail };
}
