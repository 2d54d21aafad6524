// @vitest-environment jsdom
import { expect, it } from "vitest";
import { span } from "./span";

const said = (milliseconds: number) => span(milliseconds, "pt").replaceAll("\u00a0", " ");

it("a short time has a decimal, a longer one has none", () => {
  expect([0, 40, 400, 7_240, 48_076].map(said)).toEqual(["0 s", "< 0,1 s", "0,4 s", "7,2 s", "48 s"]);
});

it("seconds are told up to ten minutes, and no zeros", () => {
  expect([59_999, 118_000, 120_000, 1_080_000, 3_600_000, 5_040_000].map(said)).toEqual([
    "1 min",
    "1 min 58 s",
    "2 min",
    "18 min",
    "1 h",
    "1 h 24 min",
  ]);
});
