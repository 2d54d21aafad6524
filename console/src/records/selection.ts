import { useCallback, useState } from "react";

const NONE: ReadonlySet<string> = new Set();

/**
 * Keys of the rows that somebody selected. `question` is what the list was asked for: of another list or page nothing is
 * selected, whatever way led there, because rows out of sight would be acted upon.
 */
export function useSelection(question: string): readonly [ReadonlySet<string>, (keys: ReadonlySet<string>) => void] {
  const [made, setMade] = useState({ question, keys: NONE });
  const select = useCallback((keys: ReadonlySet<string>) => setMade({ question, keys }), [question]);
  return [made.question === question ? made.keys : NONE, select];
}
