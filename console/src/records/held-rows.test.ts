import { expect, test } from "vitest";
import { hold, NO_ROWS, replace, without } from "./held-rows";
import { keyOf } from "./record";
import { record } from "./sample";

const first = record({ sku: "1" });
const second = record({ sku: "2" });
const third = record({ sku: "3" });
const held = hold(NO_ROWS, "all", [first, second]);

test("rows stay where they are while their content changes", () => {
  const better = record({ sku: "2", status: "success" });

  expect(hold(held, "all", [better, first]).rows).toEqual([first, better]);
});

test("what came meanwhile is counted and waits until it is asked for", () => {
  const now = hold(held, "all", [third, first, second]);

  expect(now.newer).toBe(1);
  expect(now.rows).toEqual([first, second]);
  expect(hold(NO_ROWS, "all", [third, first, second]).rows).toEqual([third, first, second]);
});

test("a row that left the list stays in sight, and is asked for by itself", () => {
  const now = hold(held, "all", [first]);

  expect(now.rows).toEqual([first, second]);
  expect(now.strayed).toEqual(["MLB/2"]);
});

test("another question begins anew", () => {
  expect(hold(held, "errors", [third])).toEqual({ question: "errors", rows: [third], newer: 0, strayed: [] });
});

test("an empty list shows what comes, because there is nothing to disturb", () => {
  expect(hold(hold(NO_ROWS, "all", []), "all", [first]).rows).toEqual([first]);
});

test("a removed row is gone, and not missed", () => {
  const strayed = hold(held, "all", [first]);

  expect(without(strayed, "MLB/2")).toEqual({ question: "all", rows: [first], newer: 0, strayed: [] });
});

test("what was put back is shown with the next answer", () => {
  const anew = { ...without(held, "MLB/2"), anew: true };

  expect(hold(anew, "all", [second, first]).rows.map(keyOf)).toEqual(["MLB/2", "MLB/1"]);
});

test("a record that is not shown replaces nothing", () => {
  expect(replace(held, third)).toBe(held);
  expect(replace(held, record({ sku: "1", status: "pending" })).rows[0]?.status).toBe("pending");
});
