// @vitest-environment jsdom
import { expect, it } from "vitest";
import { isUntouched } from "./counters";

const none = { count: 0, more: false };
const one = { count: 1, more: false };

it("an account is untouched until there is a record, removed ones among them", () => {
  expect(isUntouched({ counts: { success: none, error: none, pending: none, removed: none } })).toBe(true);
  expect(isUntouched({ counts: { success: none, error: none, pending: none, removed: one } })).toBe(false);
});
