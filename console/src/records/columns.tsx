import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { useTexts } from "../language/language";
import { COLUMNS, type ColumnName } from "./record-table";
import { texts } from "./texts";

const NARROW = "(max-width: 80rem)";
const PHONE = "(max-width: 48rem)";
const ON_WIDE_SCREENS = new Set<ColumnName>(["confirmed", "changed", "attempts"]);
const ON_PHONES: readonly ColumnName[] = ["affiliate", "status", "balance", "reason", "processed"];

/** Those of the address, or else as many as the screen is wide enough for. */
export function useColumns(asked: string | null, risk: boolean): ReadonlySet<ColumnName> {
  const [usual] = useState(columnsOfScreen);
  return useMemo(() => {
    const names = asked === null ? (risk ? [...usual, "exposure"] : usual) : asked.split(".");
    return new Set(COLUMNS.filter((name) => names.includes(name)));
  }, [asked, risk, usual]);
}

function columnsOfScreen(): readonly ColumnName[] {
  if (matchMedia(PHONE).matches) return ON_PHONES;
  const all = COLUMNS.filter((name) => name !== "exposure");
  return matchMedia(NARROW).matches ? all.filter((name) => !ON_WIDE_SCREENS.has(name)) : all;
}

/** Which columns there are. The list of them goes when somebody goes on elsewhere, or presses Escape. */
export function Columns({
  shown,
  change,
}: {
  shown: ReadonlySet<ColumnName>;
  change: (names: readonly ColumnName[]) => void;
}) {
  const t = useTexts(texts);
  const list = useRef<HTMLDetailsElement>(null);
  useEffect(() => {
    const leave = ({ target }: Event) => {
      if (list.current && target instanceof Node && !list.current.contains(target)) list.current.open = false;
    };
    document.addEventListener("pointerdown", leave);
    document.addEventListener("focusin", leave);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("focusin", leave);
    };
  }, []);
  const press = ({ key, currentTarget }: KeyboardEvent<HTMLDetailsElement>) => {
    if (key !== "Escape") return;
    currentTarget.open = false;
    currentTarget.querySelector("summary")?.focus();
  };
  return (
    <details ref={list} className="columns" onKeyDown={press}>
      <summary>{t("columns")}</summary>
      <ul>
        {COLUMNS.map((name) => (
          <li key={name}>
            <label className="check">
              <input
                type="checkbox"
                checked={shown.has(name)}
                onChange={() => change(COLUMNS.filter((one) => (one === name ? !shown.has(one) : shown.has(one))))}
              />
              {t(name)}
            </label>
          </li>
        ))}
      </ul>
    </details>
  );
}
