import type { DifferenceAnswer } from "../api/contract";

export type Box = DifferenceAnswer["kind"];

export const BOXES: readonly Box[] = ["abnormal", "allowed"];

// Addresses are in Portuguese whatever language the page is read in.
export const BOX_NAMES = { abnormal: "anormal", allowed: "permitida" } as const satisfies Record<Box, string>;

/** What is abnormal is what people come for. */
export function readBox(name: string | null): Box {
  return BOXES.find((one) => BOX_NAMES[one] === name) ?? "abnormal";
}

// An error is cured by whoever cures its cause and reprocesses, a listing that is not offered by a person there.
const REPAIRABLE: ReadonlySet<DifferenceAnswer["reason"]> = new Set(["missed", "policy", "drifted", "never"]);

export function isRepairable({ kind, reason }: Pick<DifferenceAnswer, "kind" | "reason">): boolean {
  return kind === "abnormal" && REPAIRABLE.has(reason);
}

export type Group = {
  readonly affiliate: string;
  readonly channel: string;
  readonly items: readonly DifferenceAnswer[];
};

/** The differences of a page by marketplace, in the order in which each was met first. */
export function byMarketplace(items: readonly DifferenceAnswer[]): readonly Group[] {
  return [...new Set(items.map(({ affiliate }) => affiliate))].map((affiliate) => {
    const own = items.filter((one) => one.affiliate === affiliate);
    return { affiliate, channel: own[0]?.channel ?? affiliate, items: own };
  });
}
