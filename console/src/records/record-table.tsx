import {
  type ColumnVisibilityState,
  columnVisibilityFeature,
  createColumnHelper,
  FlexRender,
  type RowSelectionState,
  rowSelectionFeature,
  tableFeatures,
  type Updater,
  useTable,
} from "@tanstack/react-table";
import { lazy, memo, Suspense, useId, useMemo } from "react";
import type { RecordAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { Skeleton } from "../parts/skeleton";
import { useConsole } from "../shell/console";
import {
  BalanceCell,
  ChangedCell,
  ConfirmedCell,
  ExposureCell,
  ProcessedCell,
  ReasonCell,
  ReflectedCell,
  StatusCell,
} from "./cells";
import type { Deed } from "./deeds";
import { keyOf, shownAs } from "./record";
import { texts } from "./texts";

const Detail = lazy(() => import("./record-detail"));

const features = tableFeatures({ columnVisibilityFeature, rowSelectionFeature });
const column = createColumnHelper<typeof features, RecordAnswer>();

/** In their order. Which of them are shown by themselves depends on the width, and on who looks. */
export const COLUMNS = [
  "affiliate",
  "status",
  "balance",
  "confirmed",
  "reason",
  "changed",
  "processed",
  "reflected",
  "attempts",
  "exposure",
] as const;
export type ColumnName = (typeof COLUMNS)[number];
const NUMERIC = new Set<string>(["balance", "confirmed", "reflected", "attempts", "exposure"]);

const columns = column.columns([
  column.display({
    id: "affiliate",
    cell: ({ row: { original } }) => (
      <>
        {original.channel}
        <small>{original.affiliate}</small>
      </>
    ),
  }),
  column.display({ id: "status", cell: ({ row }) => <StatusCell record={row.original} /> }),
  column.display({ id: "balance", cell: ({ row }) => <BalanceCell record={row.original} /> }),
  column.display({ id: "confirmed", cell: ({ row }) => <ConfirmedCell record={row.original} /> }),
  column.display({ id: "reason", cell: ({ row }) => <ReasonCell record={row.original} /> }),
  column.display({ id: "changed", cell: ({ row }) => <ChangedCell at={row.original.last_change_at} /> }),
  column.display({ id: "processed", cell: ({ row }) => <ProcessedCell at={row.original.processed_at} /> }),
  column.display({ id: "reflected", cell: ({ row }) => <ReflectedCell record={row.original} /> }),
  column.display({ id: "attempts", cell: ({ row }) => row.original.attempts.length }),
  column.display({ id: "exposure", cell: ({ row }) => <ExposureCell record={row.original} /> }),
]);

export type RecordTableProps = {
  readonly rows: readonly RecordAnswer[];
  readonly shown: ReadonlySet<ColumnName>;
  readonly selected: ReadonlySet<string>;
  readonly select: (keys: ReadonlySet<string>) => void;
  /** The record that is open, by key; opening another one closes it. */
  readonly open: string | null;
  readonly toggle: (key: string) => void;
  readonly act: (deed: Deed, record: RecordAnswer) => void;
};

/** Records as a table, one body for each: its line, and below it what it tells when it is opened. */
export function RecordTable({ rows, shown, selected, select, open, toggle, act }: RecordTableProps) {
  const t = useTexts(texts);
  const { may } = useConsole();
  const data = useMemo(() => [...rows], [rows]);
  const columnVisibility = useMemo<ColumnVisibilityState>(
    () => Object.fromEntries(COLUMNS.map((name) => [name, shown.has(name)])),
    [shown],
  );
  const rowSelection = useMemo<RowSelectionState>(
    () => Object.fromEntries([...selected].map((key) => [key, true])),
    [selected],
  );
  const table = useTable({
    features,
    columns,
    data,
    getRowId: keyOf,
    state: { columnVisibility, rowSelection },
    onRowSelectionChange: (change: Updater<RowSelectionState>) => {
      const next = typeof change === "function" ? change(rowSelection) : change;
      select(new Set(Object.keys(next).filter((key) => next[key])));
    },
  });
  const lines = table.getRowModel().rows;
  const visible = table.getVisibleLeafColumns();
  return (
    <table className="records cards">
      <caption className="unseen">{t("table")}</caption>
      <thead>
        <tr>
          {may.operate && (
            <th scope="col" className="pick">
              <label>
                <span className="unseen">{t("select_page")}</span>
                <input
                  type="checkbox"
                  checked={lines.length > 0 && table.getIsAllRowsSelected()}
                  onChange={table.getToggleAllRowsSelectedHandler()}
                />
              </label>
            </th>
          )}
          <th scope="col">{t("sku")}</th>
          {visible.map(({ id }) => (
            <th key={id} scope="col" className={NUMERIC.has(id) ? "number" : undefined}>
              {t(id as ColumnName)}
            </th>
          ))}
        </tr>
      </thead>
      {lines.map((row) => (
        <RecordLines
          key={row.id}
          row={row}
          record={row.original}
          columns={visible.map(({ id }) => id).join()}
          isSelected={row.getIsSelected()}
          isOpen={open === row.id}
          toggle={toggle}
          act={act}
        />
      ))}
    </table>
  );
}

type Row = ReturnType<ReturnType<typeof useTable<typeof features, RecordAnswer>>["getRowModel"]>["rows"][number];
type LinesProps = {
  row: Row;
  record: RecordAnswer;
  columns: string;
  isSelected: boolean;
  isOpen: boolean;
  toggle: (key: string) => void;
  act: (deed: Deed, record: RecordAnswer) => void;
};

/** Drawn again when its record, its state or the columns change, and not when another row does. */
const RecordLines = memo(
  function RecordLines({ row, record, isSelected, isOpen, toggle, act }: LinesProps) {
    const t = useTexts(texts);
    const { may } = useConsole();
    const moments = useMoments();
    const below = useId();
    const key = keyOf(record);
    const { sku, channel } = record;
    const shown = shownAs(record);
    const cells = row.getVisibleCells();
    return (
      <tbody data-key={key} data-status={shown} className={isOpen ? "open" : undefined}>
        <tr
          className="line"
          onClick={(event) => {
            if ((event.target as Element).closest("a, input, label, button, summary")) return;
            if (getSelection()?.toString()) return; // they marked some text
            toggle(key);
          }}
        >
          {may.operate && (
            <td className="pick">
              <label>
                <span className="unseen">{t("select", { sku, channel })}</span>
                <input type="checkbox" checked={isSelected} onChange={row.getToggleSelectedHandler()} />
              </label>
            </td>
          )}
          <th scope="row" className="sku">
            <button
              type="button"
              className="sku-button"
              aria-expanded={isOpen}
              aria-controls={isOpen ? below : undefined}
              aria-label={t("open", { sku, channel, status: t(shown) })}
              title={moments.exact(record.listed_at)}
              onClick={() => toggle(key)}
            >
              <span aria-hidden="true" className="chevron">
                {isOpen ? "▾" : "▸"}
              </span>
              {sku}
            </button>
          </th>
          {cells.map((cell) => (
            <td
              key={cell.id}
              className={`${cell.column.id}${NUMERIC.has(cell.column.id) ? " number" : ""}`}
              data-name={t(cell.column.id as ColumnName)}
            >
              <FlexRender cell={cell} />
            </td>
          ))}
        </tr>
        {isOpen && (
          <Suspense
            fallback={
              <tr className="below">
                <td colSpan={cells.length + 2}>
                  <Skeleton rows={2} />
                </td>
              </tr>
            }
          >
            <Detail id={below} record={record} span={cells.length} act={act} />
          </Suspense>
        )}
      </tbody>
    );
  },
  (before, now) =>
    before.record === now.record &&
    before.columns === now.columns &&
    before.isSelected === now.isSelected &&
    before.isOpen === now.isOpen &&
    before.toggle === now.toggle &&
    before.act === now.act,
);
