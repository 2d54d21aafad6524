import type { RecordAnswer } from "../api/contract";
import { keyOf } from "./record";

/**
 * The rows of a list that somebody is looking at. They stay where they are: their content changes in place, what came
 * meanwhile waits until it is asked for, and what left the page stays in sight.
 */
export type HeldRows = {
  /** What the list was asked for; another question begins anew. */
  readonly question: string;
  readonly rows: readonly RecordAnswer[];
  /** How many records the list has by now that are not in `rows`. */
  readonly newer: number;
  /** Keys of rows that the list does not have any more: they have to be asked for one by one. */
  readonly strayed: readonly string[];
  /** The next answer is shown as it comes: somebody put something back that it will have. */
  readonly anew?: boolean;
};

export const NO_ROWS: HeldRows = { question: "", rows: [], newer: 0, strayed: [] };

/** `page` is what the list has now. */
export function hold(held: HeldRows, question: string, page: readonly RecordAnswer[]): HeldRows {
  if (held.question !== question || held.rows.length === 0 || held.anew)
    return { question, rows: page, newer: 0, strayed: [] };
  const there = new Map(page.map((record) => [keyOf(record), record]));
  const strayed = held.rows.map(keyOf).filter((key) => !there.has(key));
  const rows = held.rows.map((record) => there.get(keyOf(record)) ?? record);
  const shown = new Set(rows.map(keyOf));
  return { question, rows, newer: page.filter((record) => !shown.has(keyOf(record))).length, strayed };
}

/** One record as it is now, wherever it stands. */
export function replace(held: HeldRows, record: RecordAnswer): HeldRows {
  const key = keyOf(record);
  if (!held.rows.some((each) => keyOf(each) === key)) return held;
  return { ...held, rows: held.rows.map((each) => (keyOf(each) === key ? record : each)) };
}

/** Without a record that somebody took out of the list. */
export function without(held: HeldRows, key: string): HeldRows {
  return {
    ...held,
    rows: held.rows.filter((each) => keyOf(each) !== key),
    strayed: held.strayed.filter((each) => each !== key),
  };
}
