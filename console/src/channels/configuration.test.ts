import { expect, test } from "vitest";
import { entriesOf, readThreshold, triedWith, withThreshold } from "./configuration";
import type { Channel } from "./queries";

const CHANNEL: Channel = {
  name: "Mercado Livre",
  enabled: true,
  connector: "mercado_livre",
  threshold: 5,
  late_after_s: null,
  listing_map: null,
  repairs: "automatic",
  vtex: {
    strategy: "simulation",
    base_url: "https://demoloja.example",
    secret: "stockbridge/local/demoloja/vtex",
    trade_policy: "1",
    seller: "1",
    warehouses: [],
    chunk: 50,
  },
  policy: { unlimited_as: 9999, safety: 0, percent: 100, minimum: 0, cap: null },
  marketplace: { headers: { Accept: "json" }, applied: [200, 201] },
  affiliate: "MLB",
  rev: 3,
};

test("the configuration is told field by field, nested ones by their path", () => {
  const entries = new Map(entriesOf(CHANNEL));
  expect(entries.get("threshold")).toBe(5);
  expect(entries.get("policy.cap")).toBeNull();
  expect(entries.get("marketplace.headers.Accept")).toBe("json");
  expect(entries.get("marketplace.applied")).toEqual([200, 201]);
});

test("another threshold is saved with everything else as it was, without what the address says", () => {
  const { affiliate: _, rev: __, ...rest } = CHANNEL;
  expect(withThreshold(CHANNEL, 8)).toEqual({ ...rest, threshold: 8 });
});

test("a threshold is a whole number of units up to ten thousand", () => {
  expect(["0", " 12 ", "10000"].map(readThreshold)).toEqual([0, 12, 10_000]);
  expect(["", "-1", "1,5", "10001", "5 un"].map(readThreshold)).toEqual([null, null, null, null, null]);
});

test("the threshold is tried among the usual ones, each once", () => {
  expect(triedWith(8)).toEqual([5, 8, 10, 20]);
  expect(triedWith(10)).toEqual([5, 10, 20]);
});
