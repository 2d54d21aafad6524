import { expect, it } from "vitest";
import { readPeriod, seriesQuery, windowOfPeriod } from "./period";

const NOW = Date.parse("2026-11-26T02:30:00Z");

it("a period that nobody knows is the last 24 hours", () => {
  expect(readPeriod(new URLSearchParams("periodo=7d"))).toBe("7d");
  expect(readPeriod(new URLSearchParams("periodo=100y"))).toBe("24h");
  expect(readPeriod(new URLSearchParams())).toBe("24h");
});

it("seven days are 168 hours, the running one among them", () => {
  const { period, from } = seriesQuery("7d", NOW);

  expect(period).toBe("hour");
  expect((NOW - Date.parse(from ?? "")) / 3_600_000).toBe(167);
});

it("24 hours and 30 days are left to the server, whose clock counts", () => {
  expect(seriesQuery("24h", NOW)).toEqual({ period: "hour" });
  expect(seriesQuery("30d", NOW)).toEqual({ period: "day" });
});

it("thirty days go with the service level of as many, anything shorter with a day's", () => {
  expect([windowOfPeriod("24h"), windowOfPeriod("7d"), windowOfPeriod("30d")]).toEqual(["24h", "24h", "30d"]);
});
