import type { ActivityAnswer } from "../api/contract";

/** To what somebody did something. */
export type Thing =
  | { readonly is: "sku"; readonly affiliate: string; readonly sku: string }
  | { readonly is: "channel"; readonly affiliate: string }
  | { readonly is: "operation"; readonly id: string }
  | { readonly is: "file" }
  | { readonly is: "named"; readonly name: string };

const OF_A_CHANNEL = new Set(["channel", "listing", "listings", "reconciliation"]);

/** What the subject of an activity names, which its action tells. */
export function thingOf({ action, subject, before, after }: ActivityAnswer): Thing {
  const [family = ""] = action.split(".");
  const [affiliate = "", sku] = subject.split("#");
  if (sku) return { is: "sku", affiliate, sku };
  if (OF_A_CHANNEL.has(family)) return { is: "channel", affiliate };
  if (family === "operation") return { is: "operation", id: subject };
  if (family === "file") return { is: "file" };
  const name = after.name ?? before.name;
  return { is: "named", name: typeof name === "string" && name ? name : subject };
}

/** A field that a deed changed; undefined on a side where there was none. */
export type Change = { readonly field: string; readonly before: unknown; readonly after: unknown };

// Names of the deed itself: its sentence has them, or they say nothing to anybody.
const UNTOLD = new Set(["request", "run", "operation", "successor", "preview"]);

export function changesOf({ before, after }: Pick<ActivityAnswer, "before" | "after">): readonly Change[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => !UNTOLD.has(field))
    .map((field) => ({ field, before: before[field], after: after[field] }))
    .filter(({ before, after }) => !(isNothing(before) && isNothing(after)));
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
