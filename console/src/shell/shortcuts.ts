import { useEffect, useRef } from "react";
import { usePreferences } from "../language/preferences";

const SECOND_KEY_WITHIN_MS = 1_500;
const FIRST_KEYS = new Set(["g"]);

export type Shortcuts = Readonly<Record<string, () => void>>;

/** Whether a key is for the page, and not for a field, a dialog, a menu or the browser. */
function isForThePage(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  const target = event.target instanceof Element ? event.target : null;
  return !target?.closest("input, textarea, select, [contenteditable], dialog, [role=menu]");
}

/** Deeds by key, such as "/", "X" (with Shift) or "g e" (one after the other). Preferences can switch all of them off. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const { shortcuts: wanted } = usePreferences();
  const current = useRef(shortcuts);
  current.current = shortcuts;
  useEffect(() => {
    if (!wanted) return;
    let first = { key: "", at: 0 };
    const press = (event: KeyboardEvent) => {
      if (!isForThePage(event)) return;
      const second = first.key !== "" && event.timeStamp - first.at < SECOND_KEY_WITHIN_MS;
      const sequence = second ? `${first.key} ${event.key}` : event.key;
      first = { key: FIRST_KEYS.has(event.key) ? event.key : "", at: event.timeStamp };
      const deed = current.current[sequence];
      if (!deed) return;
      event.preventDefault();
      deed();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [wanted]);
}
