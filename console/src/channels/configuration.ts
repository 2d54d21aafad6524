import type { ChannelDocument } from "../api/contract";
import type { Channel } from "./queries";

/** A field of a channel by its dotted path. */
export type Entry = readonly [field: string, value: unknown];

/** The whole document, nested ones flat, in its own order. Secrets are names in it, never what they name. */
export function entriesOf(document: Readonly<Record<string, unknown>>, path = ""): readonly Entry[] {
  return Object.entries(document).flatMap(([name, value]): readonly Entry[] =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? entriesOf(value as Readonly<Record<string, unknown>>, `${path}${name}.`)
      : [[`${path}${name}`, value]],
  );
}

/** The channel with another threshold, as it is saved. */
export function withThreshold({ affiliate: _, rev: __, ...channel }: Channel, threshold: number): ChannelDocument {
  return { ...channel, threshold };
}

const MOST = 10_000; // as the API takes it

/** What somebody typed as a threshold, in units; null when it cannot be one. */
export function readThreshold(typed: string): number | null {
  const value = /^\d{1,5}$/.test(typed.trim()) ? Number(typed) : null;
  return value !== null && value <= MOST ? value : null;
}

/** Thresholds to compare with the one that somebody thinks of. */
export function triedWith(threshold: number): readonly number[] {
  return [...new Set([threshold, 5, 10, 20])].sort((one, other) => one - other);
}
