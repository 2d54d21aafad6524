import { expect, it } from "vitest";
import { readDays, readThresholds } from "./thresholds";

it("thresholds are written with commas or blanks, and come in order, each once", () => {
  expect(readThresholds("20, 5 10;5")).toEqual([5, 10, 20]);
});

it("what is no few whole numbers is no thresholds", () => {
  for (const text of [null, "", "five", "-1", "2.5", "10001", "1 2 3 4 5 6 7 8 9 10 11"]) {
    expect(readThresholds(text)).toBeNull();
  }
});

it("days that cannot be simulated are thirty", () => {
  expect([readDays("7"), readDays("0"), readDays("31"), readDays("x"), readDays(null)]).toEqual([7, 30, 30, 30, 30]);
});
