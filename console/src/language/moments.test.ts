import { expect, test } from "vitest";
import { duration, moments } from "./moments";

const MINUTE = 60_000;

test("times are of the viewer's zone, not of the browser's", () => {
  const at = "2026-11-25T20:46:00Z";

  expect(moments("pt", "America/Sao_Paulo").time(at)).toBe("17:46");
  expect(moments("pt", "America/Manaus").time(at)).toBe("16:46");
  expect(moments("pt", "America/Sao_Paulo").day("2026-11-25T01:00:00Z")).toBe("24/11");
});

test("what only looks like a time stays as it is", () => {
  expect(moments("pt", "America/Sao_Paulo").short("2026-99-99T99:99:99Z")).toBe("2026-99-99T99:99:99Z");
});

test("durations are as coarse as they are long", () => {
  expect(duration(12_400, "pt")).toBe("12 s");
  expect(duration(3 * MINUTE, "pt")).toBe("3 min");
  expect(duration(84 * MINUTE, "pt")).toBe("1 h 24 min");
  expect(duration(60 * MINUTE, "pt")).toBe("1 h");
  expect(duration(3 * 24 * 60 * MINUTE, "pt")).toBe("3 dias");
  expect(duration(-5, "en")).toBe("0 s");
});
