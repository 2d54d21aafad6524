import { describe, expect, it } from "vitest";
import type { SeriesRow } from "../api/contract";
import { chartData, type Line, newest, peak, ticks, totals } from "./lines";

const row = (change: Partial<SeriesRow>): SeriesRow => ({
  start: "2026-11-25T17:00:00Z",
  accepted: 0,
  held_back: 0,
  success: 0,
  error: 0,
  late: 0,
  within: 0,
  reprocess_worked: 0,
  reprocess_failed: 0,
  errors: {},
  p50_ms: null,
  p95_ms: null,
  p99_ms: null,
  ...change,
});

const line = (id: string, values: Line["values"]): Line => ({ id, name: id, values, ink: "--text", stroke: "solid" });

describe("what a chart is drawn from", () => {
  it("is the places of the buckets, and a column for each line", () => {
    expect(chartData([line("a", [1, 2]), line("b", [3, 4])], 2)).toEqual([
      [0, 1],
      [1, 2],
      [3, 4],
    ]);
  });

  it("keeps a count of nothing as zero, and a percentile of nothing as a gap", () => {
    const rows = [row({ success: 3, p95_ms: 900 }), row({}), row({ success: 1, p95_ms: 700 })];
    const lines = [
      line(
        "success",
        rows.map((one) => one.success),
      ),
      line(
        "p95",
        rows.map((one) => one.p95_ms),
      ),
    ];

    const [, counts, times] = chartData(lines, rows.length);

    expect(counts).toEqual([3, 0, 1]);
    expect(times).toEqual([900, null, 700]);
  });

  it("is the places alone when every line is hidden", () => {
    expect(chartData([], 3)).toEqual([[0, 1, 2]]);
  });
});

describe("the sentence of a chart", () => {
  it("adds up what happened in all buckets", () => {
    const rows = [row({ success: 2, error: 1 }), row({ held_back: 7 }), row({ success: 5, held_back: 1 })];

    expect(totals(rows)).toEqual({ success: 7, error: 1, heldBack: 8 });
  });

  it("names the newest of the largest buckets", () => {
    expect(peak([1, 5, null, 5, 2])).toBe(3);
  });

  it("names none where nothing happened", () => {
    expect(peak([0, null, 0])).toBeNull();
    expect(newest([null, null])).toBeNull();
  });

  it("tells the newest time that is known", () => {
    expect(newest([4, null, 9, null])).toBe(2);
  });
});

describe("the names on the axis", () => {
  const hours = Array.from({ length: 24 }, (_, hour) => `${hour}:00`);

  it("are every so many buckets, the running one among them", () => {
    expect(ticks(hours, 6)).toEqual([3, 7, 11, 15, 19, 23]);
  });

  it("are all of them where there is room, but for the first", () => {
    expect(ticks(["a", "b", "c"], 10)).toEqual([1, 2]);
  });

  it("are where a day begins when hours are named by their day", () => {
    expect(ticks(["24/11", "24/11", "25/11", "25/11", "25/11", "26/11"], 10)).toEqual([2, 5]);
  });

  it("are at least one, however small the chart", () => {
    expect(ticks(hours, 0)).toEqual([23]);
  });
});
