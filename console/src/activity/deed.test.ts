import { expect, test } from "vitest";
import type { ActivityAnswer } from "../api/contract";
import { ACTIONS, isKnown, startOf } from "./action-texts";
import { changesOf, thingOf } from "./deed";

function activity(action: string, subject: string, rest: Partial<ActivityAnswer> = {}): ActivityAnswer {
  return {
    at: "2026-11-26T02:28:43Z",
    user: "ana",
    action,
    subject,
    details: "",
    before: {},
    after: {},
    cut: false,
    ...rest,
  };
}

test("a deed on a record is on a SKU of a marketplace", () => {
  expect(thingOf(activity("reprocess", "MLB#42"))).toEqual({ is: "sku", affiliate: "MLB", sku: "42" });
});

test("a comparison or a repair is of a whole channel or of one SKU", () => {
  expect(thingOf(activity("reconciliation.full", "MLB"))).toEqual({ is: "channel", affiliate: "MLB" });
  expect(thingOf(activity("reconciliation.repair", "MLB#7"))).toEqual({ is: "sku", affiliate: "MLB", sku: "7" });
});

test("operations and files are told by what they are, tokens by their name", () => {
  expect(thingOf(activity("operation.pause", "3f2a"))).toEqual({ is: "operation", id: "3f2a" });
  expect(thingOf(activity("file.create", "9e"))).toEqual({ is: "file" });
  const created = activity("token.create", "9ea3", { after: { name: "VTEX" } });
  expect(thingOf(created)).toEqual({ is: "named", name: "VTEX" });
  expect(thingOf(activity("token.rotate", "9ea3"))).toEqual({ is: "named", name: "9ea3" });
});

test("a field that only one side has is told with that side alone", () => {
  const changes = changesOf({ before: { threshold: 5 }, after: { threshold: 8, name: "Loja" } });
  expect(changes).toEqual([
    { field: "threshold", before: 5, after: 8 },
    { field: "name", before: undefined, after: "Loja" },
  ]);
});

test("what became of nothing and stayed nothing is no change, and zero is something", () => {
  const changes = changesOf({
    before: { removed: false },
    after: { "policy.cap": null, "policy.safety": 0, run: "a1" },
  });
  expect(changes.map(({ field }) => field)).toEqual(["removed", "policy.safety"]);
});

test("an action that the console does not know is told apart", () => {
  expect(Object.keys(ACTIONS).every(isKnown)).toBe(true);
  expect(isKnown("toString")).toBe(false);
});

test("a bulk operation that began is told by what it does, where that is known", () => {
  expect(startOf(activity("operation.start", "9", { after: { action: "remove" } }))).toBe("remove");
  expect(startOf(activity("operation.undo", "9", { after: { action: "restore" } }))).toBeNull();
  expect(startOf(activity("operation.start", "9", { after: { action: "toString" } }))).toBeNull();
});
