import { expect, test } from "vitest";
import type { DifferenceAnswer } from "../api/contract";
import { BOX_NAMES, byMarketplace, isRepairable, readBox } from "./boxes";

function difference(affiliate: string, sku: string): DifferenceAnswer {
  return {
    affiliate,
    channel: `Loja ${affiliate}`,
    sku,
    kind: "abnormal",
    reason: "drifted",
    text: "",
    balance: 3,
    wanted: 3,
    shown: 7,
    confirmed: 3,
    since: "2026-11-26T02:46:59Z",
    waits: false,
    repaired_at: null,
  };
}

test("the box of an address is read back, and whatever else is there opens what is abnormal", () => {
  expect(Object.values(BOX_NAMES).map(readBox)).toEqual(["abnormal", "allowed"]);
  expect([null, "", "x"].map(readBox)).toEqual(["abnormal", "abnormal", "abnormal"]);
});

test("errors, listings that are not offered and what the rule allows are not repaired from here", () => {
  expect(isRepairable({ kind: "abnormal", reason: "drifted" })).toBe(true);
  expect(isRepairable({ kind: "abnormal", reason: "failed" })).toBe(false);
  expect(isRepairable({ kind: "abnormal", reason: "not_live" })).toBe(false);
  expect(isRepairable({ kind: "allowed", reason: "allowed" })).toBe(false);
});

test("differences stand by marketplace, each in the order in which it came", () => {
  const groups = byMarketplace([difference("BTW", "1"), difference("MLB", "2"), difference("BTW", "3")]);
  expect(groups.map(({ channel, items }) => [channel, items.map(({ sku }) => sku)])).toEqual([
    ["Loja BTW", ["1", "3"]],
    ["Loja MLB", ["2"]],
  ]);
});
