import type { StepAnswer } from "../api/contract";

/** What the rule compared, in units: the balance before ("De", null where it was not known) and the one after ("Por"). */
export function compared(steps: readonly StepAnswer[]): { de: number | null; por: number } | null {
  for (const { details } of steps) {
    const { de, por } = details;
    if (typeof por === "number") return { de: typeof de === "number" ? de : null, por };
  }
  return null;
}

/** Whether a change is at rest: nothing is to come and nothing stopped it. */
export function isAtRest(steps: readonly StepAnswer[]): boolean {
  return steps.every(({ state }) => state !== "waiting" && state !== "stopped");
}
