import type { RefObject } from "react";
import type { RecordAnswer } from "../api/contract";
import { useShortcuts } from "../shell/shortcuts";
import type { Deed } from "./deeds";
import { keyOf } from "./record";

type Keys = {
  readonly rows: readonly RecordAnswer[];
  readonly act: (deed: Deed, record: RecordAnswer) => void;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly select: (key: string) => void;
  readonly selectPage: () => void;
  readonly exportList: () => void;
};

/** The list by keyboard. The record that is meant is the one that has the focus. */
export function useRecordKeys({ rows, act, search, select, selectPage, exportList }: Keys): void {
  const here = () => document.activeElement?.closest<HTMLElement>("[data-key]") ?? null;
  const record = () => rows.find((each) => keyOf(each) === here()?.dataset.key);
  const move = (step: 1 | -1) => {
    const all = [...document.querySelectorAll<HTMLElement>("[data-key]")];
    const at = here();
    const next = at ? all[all.indexOf(at) + step] : all[step === 1 ? 0 : all.length - 1];
    next?.querySelector<HTMLElement>(".sku-button")?.focus();
  };
  const deed = (what: Deed) => {
    const meant = record();
    if (meant?.actions.includes(what) && !(what === "reprocess" && meant.status === "success")) act(what, meant);
  };
  useShortcuts({
    "/": () => search.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const meant = record();
      if (meant) select(keyOf(meant));
    },
    X: selectPage,
    a: () => openMenu(here()),
    r: () => deed("reprocess"),
    "#": () => deed("remove"),
    e: exportList,
  });
}

/** Of the record that is meant; it is opened first where it is not. */
function openMenu(row: HTMLElement | null): void {
  if (!row) return;
  const button = () => row.querySelector<HTMLElement>("[data-shortcut=actions]");
  const press = () => {
    button()?.focus();
    button()?.click();
  };
  if (button()) {
    press();
    return;
  }
  const watcher = new MutationObserver(() => {
    if (!button()) return;
    watcher.disconnect();
    press();
  });
  watcher.observe(row, { childList: true, subtree: true });
  row.querySelector<HTMLElement>(".sku-button")?.click();
}
