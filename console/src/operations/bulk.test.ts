import { describe, expect, test } from "vitest";
import type { SetAnswer } from "../api/contract";
import { canStart, leftOut, operationOf } from "./bulk";

function counted(some: Partial<SetAnswer>): SetAnswer {
  return { can_go: 0, fix_first: 0, already_waiting: 0, success_ignored: 0, nothing_to_do: 0, more: false, ...some };
}

describe("what a preview lets start", () => {
  test("nothing, when nothing can go", () => {
    expect(canStart(counted({ fix_first: 201, success_ignored: 7 }))).toBe(false);
  });

  test("whatever can go", () => {
    expect(canStart(counted({ can_go: 1 }))).toBe(true);
  });

  test("what could not be counted in time", () => {
    expect(canStart(counted({ more: true }))).toBe(true);
  });
});

test("only reasons with records are told, those that somebody can do something about first", () => {
  expect(leftOut(counted({ success_ignored: 3, fix_first: 201 }))).toEqual(["fix_first", "success_ignored"]);
});

test("what is started is the preview's set, and says so only by its time", () => {
  const filter = { affiliates: ["MRC"], cause: "listing_closed" };
  const choice = { until: "2026-11-01T17:02:00Z", includeFixFirst: true, sample: false };
  expect(operationOf("reprocess", filter, { ...choice, preview: false })).toEqual({
    action: "reprocess",
    filter,
    until: "2026-11-01T17:02:00Z",
    include_fix_first: true,
    sample: false,
    preview: false,
  });
});
