import { expect, test } from "vitest";
import { EVERYTHING } from "../records/filter";
import { fileFilterOf, portionOf, sizeOf } from "./file-filter";

const NOW = Date.parse("2026-11-26T12:00:00Z");

test("a list without limits is a file without limits", () => {
  expect(fileFilterOf(EVERYTHING, NOW)).toEqual({
    affiliates: null,
    status: null,
    cause: "",
    from: null,
    to: null,
    late: null,
    sku: null,
  });
});

test("relative times are resolved when the file is asked for", () => {
  const asked = fileFilterOf({ ...EVERYTHING, from: "-24h", to: "2026-11-26T10:00:00Z" }, NOW);
  expect([asked.from, asked.to]).toEqual(["2026-11-25T12:00:00.000Z", "2026-11-26T10:00:00Z"]);
});

test("one marketplace, its cause and what is late are kept", () => {
  const asked = fileFilterOf({ ...EVERYTHING, affiliate: "MLB", cause: "listing_closed", status: "error" }, NOW);
  expect([asked.affiliates, asked.cause, asked.status]).toEqual([["MLB"], "listing_closed", "error"]);
  expect(fileFilterOf({ ...EVERYTHING, late: true }, NOW).late).toBe(true);
});

test("the order of risk limits no file", () => {
  expect(fileFilterOf({ ...EVERYTHING, risk: true }, NOW)).toEqual(fileFilterOf(EVERYTHING, NOW));
});

test("a size is said in the unit that it fills", () => {
  expect([0, 12_300, 1_430_000].map((bytes) => sizeOf(bytes, "pt-BR"))).toEqual(["0 bytes", "12,3 kB", "1,43 MB"]);
});

test("a portion is unknown until rows are counted, and never more than all", () => {
  expect(portionOf({ seen: 5, estimate: null })).toBeNull();
  expect(portionOf({ seen: 50, estimate: 200 })).toBe(0.25);
  expect(portionOf({ seen: 210, estimate: 200 })).toBe(1);
});
