import { expect, test } from "vitest";
import { regroupAll } from "./regrouping";

test("regrouping goes on where it left off until nothing is left, and tells how far it is", async () => {
  const answers = new Map([
    ["a", { regrouped: 20, next: "b" }],
    ["b", { regrouped: 3, next: null }],
  ]);
  const seen: number[] = [];
  const goOn = async (cursor: string) => answers.get(cursor) ?? { regrouped: 0, next: null };
  const all = await regroupAll({ regrouped: 100, next: "a" }, goOn, (count) => seen.push(count));
  expect(all).toBe(123);
  expect(seen).toEqual([100, 120, 123]);
});

test("what is done at once is not asked for again", async () => {
  const never = () => Promise.reject(new Error("asked"));
  expect(await regroupAll({ regrouped: 0, next: null }, never, () => {})).toBe(0);
});
