import { useCallback, useEffect, useRef, useState } from "react";
import type { RecordAnswer } from "../api/contract";
import type { Filter } from "./filter";
import { type HeldRows, hold, NO_ROWS, replace, without } from "./held-rows";
import { useRecordPage, useStrayed } from "./queries";
import { type Ending, endingOf, keyOf } from "./record";

const NONE: readonly RecordAnswer[] = [];

export type LiveList = {
  readonly rows: readonly RecordAnswer[];
  readonly newer: number;
  readonly next: string | null | undefined;
  readonly page: ReturnType<typeof useRecordPage>;
  /** Show what came meanwhile. */
  readonly show: () => void;
  readonly put: (record: RecordAnswer) => void;
  readonly gone: (key: string) => void;
  readonly back: () => void;
  readonly asked: (record: RecordAnswer) => void;
};

/**
 * A page of the list that lives: rows change in place, the rest waits (held-rows.ts). `ended` is told what came of each
 * reprocess that was asked for here.
 */
export function useLiveList(
  filter: Filter,
  cursor: string | undefined,
  limit: number,
  { live, open, ended }: { live: boolean; open: string | null; ended: (record: RecordAnswer, ending: Ending) => void },
): LiveList {
  const page = useRecordPage(filter, cursor, limit, live);
  const [held, setHeld] = useState<HeldRows>(NO_ROWS);
  const question = JSON.stringify([filter, cursor, limit]);
  const items = page.isPlaceholderData ? null : (page.data?.items ?? null);
  const waited = useRef(new Map<string, RecordAnswer>());
  const first = new Set([...(open ? [open] : []), ...waited.current.keys()]);
  const strayed = useStrayed(held.question === question ? held.strayed : [], first, live);

  const [seen, setSeen] = useState<{ items: typeof items; question: string }>({ items: null, question: "" });
  if (items && (seen.items !== items || seen.question !== question)) {
    setSeen({ items, question });
    setHeld(hold(held, question, items));
  }

  const [found, setFound] = useState<readonly RecordAnswer[]>(NONE);
  if (strayed.data && strayed.data !== found) {
    setFound(strayed.data);
    setHeld(strayed.data.reduce(replace, held));
  }

  useEffect(() => {
    for (const record of held.rows) {
      const before = waited.current.get(keyOf(record));
      const ending = before && endingOf(before, record);
      if (!ending) continue;
      waited.current.delete(keyOf(record));
      ended(record, ending);
    }
  }, [held.rows, ended]);

  return {
    rows: held.rows,
    newer: held.question === question ? held.newer : 0,
    next: page.data?.next,
    page,
    show: () => setHeld(hold(NO_ROWS, question, items ?? NONE)),
    put: useCallback((record) => setHeld((now) => replace(now, record)), []),
    gone: useCallback((key) => setHeld((now) => without(now, key)), []),
    back: useCallback(() => setHeld((now) => ({ ...now, anew: true })), []),
    asked: useCallback((record) => void waited.current.set(keyOf(record), record), []),
  };
}
