import { expect, test } from "vitest";
import { fieldOf, instantOfField } from "./zoned";

test("a field shows an instant as the clocks of the viewer's zone do", () => {
  const instant = Date.parse("2026-11-26T02:30:00Z");
  expect(fieldOf(instant, "America/Sao_Paulo")).toBe("2026-11-25T23:30");
  expect(fieldOf(instant, "UTC")).toBe("2026-11-26T02:30");
  expect(fieldOf(instant, "Asia/Kolkata")).toBe("2026-11-26T08:00");
});

test("what somebody enters is an instant of that zone", () => {
  expect(new Date(instantOfField("2026-11-25T23:30", "America/Sao_Paulo")).toISOString()).toBe(
    "2026-11-26T02:30:00.000Z",
  );
});

test("on the day on which clocks change, each side has its own", () => {
  const there = (field: string) => fieldOf(instantOfField(field, "Europe/Lisbon"), "Europe/Lisbon");
  expect(["2026-03-29T00:30", "2026-03-29T02:30", "2026-10-25T00:30", "2026-10-25T03:30"].map(there)).toEqual([
    "2026-03-29T00:30",
    "2026-03-29T02:30",
    "2026-10-25T00:30",
    "2026-10-25T03:30",
  ]);
});
