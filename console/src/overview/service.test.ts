import { describe, expect, it } from "vitest";
import type { AffiliateService, PartsAnswer, WindowAnswer } from "../api/contract";
import { pace, roundedDown, sharedLimit, slowest, windowOf, worst } from "./service";

const nothing = { p50_ms: null, p95_ms: null };
const noParts: PartsAnswer = { notify: nothing, intake: nothing, queue: nothing, marketplace: nothing };

const window = (name: WindowAnswer["window"], share: number | null): WindowAnswer => ({
  window: name,
  since: "2026-11-25T17:00:00Z",
  within: 0,
  late: 0,
  share,
  burn_rate: null,
  p50_ms: null,
  p95_ms: null,
  p99_ms: null,
  parts: noParts,
});

const service = (affiliate: string, share: number | null, limit_s = 3600): AffiliateService => ({
  affiliate,
  channel: affiliate,
  enabled: true,
  limit_s,
  open_over_limit: { count: 0, more: false },
  oldest_open: null,
  windows: [window("1h", 1), window("24h", share), window("30d", 0.5)],
});

describe("the worst marketplace", () => {
  it("is the one with the smallest share of the window that is asked for", () => {
    const found = worst([service("MLB", 0.98), service("MGZ", 0.9), service("CRF", 0.97)], "24h", 0.99);

    expect(found?.service.affiliate).toBe("MGZ");
    expect(found?.share).toBe(0.9);
  });

  it("is none while all meet the objective", () => {
    expect(worst([service("MLB", 0.99), service("MGZ", 1)], "24h", 0.99)).toBeNull();
  });

  it("is not one that had nothing to be in time", () => {
    expect(worst([service("MLB", null)], "24h", 0.99)).toBeNull();
  });
});

describe("a burn rate in words", () => {
  it("says nothing where nothing was to be in time", () => {
    expect(pace(null)).toEqual({ is: "nothing" });
  });

  it("tells no late change from few", () => {
    expect(pace(0)).toEqual({ is: "clear" });
    expect(pace(0.001)).toEqual({ is: "within", used: 0.01 });
  });

  it("meets the objective when all that it allows was used, and not beyond", () => {
    expect(pace(1)).toEqual({ is: "within", used: 1 });
    expect(pace(1.01)).toMatchObject({ is: "over", times: 1.1 });
  });

  it("says how long the late changes of thirty days would last", () => {
    expect(pace(15)).toMatchObject({ is: "over", lastsMs: 2 * 24 * 3_600_000 });
  });
});

describe("a share", () => {
  it("is never rounded up to everything", () => {
    expect(roundedDown(0.99999)).toBe(0.9999);
    expect(roundedDown(1)).toBe(1);
  });

  it("is not lowered by how numbers are kept", () => {
    expect(roundedDown(0.9931)).toBe(0.9931);
  });
});

describe("where the time goes", () => {
  it("is the part with the longest p95, whatever its half", () => {
    const parts = { ...noParts, notify: { p50_ms: 900, p95_ms: 1_000 }, queue: { p50_ms: 10, p95_ms: 60_000 } };

    expect(slowest(parts)).toEqual({ part: "queue", ms: 60_000 });
  });

  it("is unknown where nothing was measured", () => {
    expect(slowest(noParts)).toBeNull();
  });
});

it("a window is found by its name, and not in a service that is not there", () => {
  expect(windowOf(service("MLB", 0.98), "24h")?.share).toBe(0.98);
  expect(windowOf(undefined, "24h")).toBeUndefined();
});

it("a limit is named only while all marketplaces have the same", () => {
  expect(sharedLimit([service("MLB", 1), service("MGZ", 1)])).toBe(3600);
  expect(sharedLimit([service("MLB", 1), service("MGZ", 1, 7200)])).toBeNull();
  expect(sharedLimit([])).toBeNull();
});
