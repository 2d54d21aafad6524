import { describe, expect, test } from "vitest";
import type { OperationAnswer } from "../api/contract";
import { ended, figures, leftMs, milestone } from "./progress";

const SET = { can_go: 1010, fix_first: 201, already_waiting: 37, success_ignored: 0, nothing_to_do: 0, more: false };
const PROGRESS = {
  acted: 0,
  waiting: 0,
  success: 0,
  nothing_to_send: 0,
  failed: 0,
  superseded: 0,
  removed: 0,
  restored: 0,
  changed: 0,
};

function told(some: Partial<Pick<OperationAnswer, "action" | "state" | "set" | "progress">> = {}) {
  const shown = figures({ action: "reprocess", state: "running", set: SET, progress: PROGRESS, ...some });
  return Object.fromEntries(shown.map(({ name, count }) => [name, count]));
}

describe("the numbers of an operation", () => {
  test("at first the whole set is in the queue, and what is left out is ignored", () => {
    expect(told()).toMatchObject({ waiting: 1010, success: 0, left: 238 });
  });

  test("who was asked stays in the queue until there is an answer", () => {
    const progress = { ...PROGRESS, acted: 500, waiting: 480, success: 20, changed: 10 };
    expect(told({ progress })).toMatchObject({ waiting: 500 + 480, success: 20, left: 248 });
  });

  test("of a cancelled one only those wait that were asked already", () => {
    const progress = { ...PROGRESS, acted: 100, waiting: 3, success: 97 };
    expect(told({ state: "cancelled", progress })).toMatchObject({ waiting: 3 });
  });

  test("a set that grew while it was counted leaves nobody less than none", () => {
    expect(told({ progress: { ...PROGRESS, acted: 1200, success: 1200 } })).toMatchObject({ waiting: 0 });
  });

  test("a removal has no successes, only what was removed", () => {
    expect(Object.keys(told({ action: "remove" }))).toEqual(["waiting", "removed", "left"]);
  });
});

describe("the bar of an operation", () => {
  test("is of answers, so that it is not nearly full while nearly everybody waits", () => {
    expect(ended(at({ acted: 1010, waiting: 505 }))).toBe(50);
  });

  test("is full only at the end", () => {
    expect(ended(at({ acted: 1010, waiting: 0 }))).toBe(99);
    expect(ended({ ...at({ acted: 990 }), state: "done" })).toBe(100);
  });

  test("is the API's own where the set could not be counted in time", () => {
    expect(ended({ ...at({ acted: 2000 }), set: { ...SET, more: true } })).toBe(7);
  });
});

test("how long it takes is told while records are asked, and not while a sample's answers are waited for", () => {
  const running = { ...at({ acted: 500 }), eta_s: 30 };
  expect(leftMs({ ...running, sample: "over" })).toBe(30_000);
  expect(leftMs({ ...running, sample: "waiting" })).toBeNull();
  expect(leftMs({ ...at({ acted: 1010 }), eta_s: 30, sample: "none" })).toBeNull();
});

test("progress is announced by quarters, and whenever the state is another", () => {
  const [before, same, next] = [at({ acted: 300 }), at({ acted: 500 }), at({ acted: 505 })];
  expect(milestone(before)).toBe(milestone(same));
  expect(milestone(same)).not.toBe(milestone(next));
  expect(milestone({ ...next, state: "paused" })).not.toBe(milestone(next));
});

function at(progress: Partial<typeof PROGRESS>) {
  return {
    action: "reprocess",
    state: "running",
    set: SET,
    progress: { ...PROGRESS, ...progress },
    percent: 7,
  } as const;
}
