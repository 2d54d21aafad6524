// @vitest-environment jsdom
import { expect, test } from "vitest";
import { strayedOf } from "./queries";

const KEYS = ["MLB/1", "MLB/2", "MLB/3", "MLB/4", "MLB/5", "MLB/6", "MLB/7"];

test("of the rows that left the list, those that somebody waits for are asked for first, and often", () => {
  const waited = strayedOf(KEYS, new Set(["MLB/7"]));

  expect(waited.asked).toEqual(["MLB/7", "MLB/1", "MLB/2", "MLB/3", "MLB/4"]);
  expect(waited.everyMs).toBeLessThan(strayedOf(KEYS, new Set(["CRF/9"])).everyMs);
});
