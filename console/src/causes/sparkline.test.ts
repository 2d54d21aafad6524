import { describe, expect, test } from "vitest";
import { bars, halves } from "./sparkline";

describe("the bars of a trend", () => {
  test("stand side by side, and the last one ends where the box does, but for its gap", () => {
    const drawn = bars([1, 2, 3, 4], 40, 10);
    expect(drawn.map(({ x }) => x)).toEqual([0, 10, 20, 30]);
    expect(drawn.every(({ width }) => width === 9)).toBe(true);
  });

  test("are as tall as their counts, and stand on the ground", () => {
    const drawn = bars([5, 10], 20, 10);
    expect(drawn.map(({ height }) => height)).toEqual([5, 10]);
    expect(drawn.every(({ y, height }) => y + height === 10)).toBe(true);
  });

  test("show one error beside ten thousand", () => {
    const [one] = bars([1, 10_000], 20, 10);
    expect(one?.height).toBeGreaterThan(1);
  });

  test("show days without errors as less than one error", () => {
    const [none, one] = bars([0, 1], 20, 10_000);
    expect(none?.height).toBeLessThan(one?.height ?? 0);
    expect(bars([0, 0], 20, 10).every(({ height }) => Number.isFinite(height))).toBe(true);
  });
});

test("two weeks are the seven days before, and the last seven", () => {
  expect(halves([1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2])).toEqual([7, 14]);
});
