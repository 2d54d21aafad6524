import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { Refused } from "../api/client";
import type { RecordAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import type { Translate } from "../language/texts";
import { Failed, Notice } from "../parts/notice";
import { Pager, usePage } from "../parts/pager";
import { Skeleton } from "../parts/skeleton";
import { useTally } from "../parts/tally";
import { skuPath, useHref, useParameters } from "../shell/address";
import { useConsole } from "../shell/console";
import { useTitle } from "../shell/title";
import { useToasts } from "../shell/toasts";
import { Columns, useColumns } from "./columns";
import { type Deed, useDeeds } from "./deeds";
import { Empty } from "./empty";
import { Figures } from "./figures";
import { type Filter, filterParameters, operationFilter, readFilter } from "./filter";
import { FilterBar } from "./filter-bar";
import { FilterChips } from "./filter-chips";
import { useRecordKeys } from "./keys";
import { useLiveList } from "./live";
import { Clock } from "./now";
import { useTotal } from "./queries";
import { type Ending, keyOf } from "./record";
import { RecordTable } from "./record-table";
import { useSelection } from "./selection";
import { SelectionBar } from "./selection-bar";
import { texts as words } from "./texts";
import "./records.css";

const ExportDialog = lazy(() => import("../files/export-dialog"));
const FixFirst = lazy(() => import("./fix-first"));

const SIZES = [15, 50, 100] as const;
const USUAL_SIZE = 50;

const texts = {
  total: ["Total: {total}", "Total: {total}", "Total: {total}"],
  per_page: ["Por página", "Per page", "Por página"],
  export: ["Exportar", "Export", "Exportar"],
  updated: ["Atualizado às {time}", "Updated at {time}", "Actualizado a las {time}"],
  no_answer: [
    "Sem resposta desde {time}. Tentamos de novo sozinhos",
    "No answer since {time}. We try again by ourselves",
    "Sin respuesta desde {time}. Intentamos de nuevo solos",
  ],
  pause: ["Pausar", "Pause", "Pausar"],
  resume: ["Continuar", "Go on", "Continuar"],
  "newer.one": ["{count} registro novo: mostrar", "{count} new record: show", "{count} registro nuevo: mostrar"],
  "newer.other": ["{count} registros novos: mostrar", "{count} new records: show", "{count} registros nuevos: mostrar"],
  bad_cursor: ["A página pedida não existe mais", "The page asked for is gone", "La página pedida ya no existe"],
  first: ["Ir para a primeira página", "Go to the first page", "Ir a la primera página"],
} as const;

/** Registros: every success and error of the stock integrations, what caused it, and what can be done. */
export function Records() {
  return (
    <Clock>
      <RecordList />
    </Clock>
  );
}

function told(word: Translate<typeof words>, sku: string, ending: Ending): string {
  switch (ending.code) {
    case "ended_success":
      return word("ended_success", { sku, detail: ending.detail });
    case "ended_other":
      return word("ended_other", { sku, now: ending.now, before: ending.before });
    case "ended_error":
      return word("ended_error", { sku, cause: ending.cause });
  }
}

function RecordList() {
  const t = useTexts(texts);
  const word = useTexts(words);
  useTitle(word("screen"));
  const moments = useMoments();
  const tally = useTally();
  const href = useHref();
  const { may } = useConsole();
  const [parameters, change] = useParameters();
  const filter = useMemo(() => readFilter(parameters), [parameters]);
  const { cursor } = usePage();
  const limit = SIZES.find((one) => String(one) === parameters.get("por")) ?? USUAL_SIZE;
  const open = parameters.get("aberto");

  const [live, setLive] = useState(true);
  const [selected, setSelected] = useSelection(JSON.stringify([filter, cursor, limit]));
  const [exporting, setExporting] = useState(false);
  const [fixing, setFixing] = useState<RecordAnswer | null>(null);
  const { say } = useToasts();
  const search = useRef<HTMLInputElement>(null);
  const total = useTotal(filter);

  const ended = useCallback(
    (record: RecordAnswer, ending: Ending) => {
      say({ title: told(word, record.sku, ending), wrong: ending.code === "ended_error" });
    },
    [say, word],
  );
  const list = useLiveList(filter, cursor, limit, { live: live && selected.size === 0, open, ended });
  const { put, gone, back, asked, rows, page } = list;

  const focusAfter = useCallback((key: string) => {
    const button = document.querySelector(`[data-key="${key}"] + [data-key] .sku-button`);
    (button instanceof HTMLElement ? button : document.getElementById("content"))?.focus();
  }, []);
  const deed = useDeeds(
    useMemo(
      () => ({
        put,
        back,
        asked,
        gone: (key: string) => {
          focusAfter(key);
          gone(key);
        },
      }),
      [put, back, asked, gone, focusAfter],
    ),
  );
  const act = useCallback(
    (what: Deed, record: RecordAnswer) => {
      if (what === "reprocess" && record.cause?.cure === "fix_first") setFixing(record);
      else deed(what, record);
    },
    [deed],
  );
  const toggle = useCallback(
    (key: string) =>
      change({ aberto: new URLSearchParams(location.search).get("aberto") === key ? null : key }, { replace: true }),
    [change],
  );
  const setFilter = useCallback((next: Filter) => change(filterParameters(next)), [change]);

  const shown = useColumns(parameters.get("colunas"), filter.risk);
  useRecordKeys({
    rows,
    act,
    search,
    select: (key) => may.operate && setSelected(toggled(selected, key)),
    selectPage: () => may.operate && setSelected(selected.size === rows.length ? new Set() : new Set(rows.map(keyOf))),
    exportList: () => setExporting(true),
  });

  const totalText = total.data ? tally(total.data) : "…";
  const badCursor = page.error instanceof Refused && page.error.type === "bad_cursor";
  const waiting = page.isPending || (page.isPlaceholderData && rows.length === 0);
  return (
    <>
      <h2 className="unseen">{word("screen")}</h2>
      <Figures filter={filter} answered={!page.isPending} />
      <FilterBar filter={filter} change={setFilter} search={search} answered={!page.isPending} />
      <div className="tools">
        <FilterChips filter={filter} change={setFilter} answered={!page.isPending} />
        {filter.sku && rows.length > 0 && <Link href={href(skuPath(filter.sku))}>{word("every_marketplace")}</Link>}
        {list.newer > 0 && (
          <button type="button" className="quiet" onClick={list.show}>
            {t.count("newer", list.newer)}
          </button>
        )}
        <span className="space" />
        <span className={page.isRefetchError ? "stale" : "updated"}>
          {page.dataUpdatedAt > 0 &&
            t(page.isRefetchError ? "no_answer" : "updated", { time: moments.second(page.dataUpdatedAt) })}
        </span>
        <button type="button" className="quiet" aria-pressed={!live} onClick={() => setLive(!live)}>
          {t(live ? "pause" : "resume")}
        </button>
        <Columns shown={shown} change={(names) => change({ colunas: names.join(".") }, { replace: true })} />
        <button type="button" className="quiet" onClick={() => setExporting(true)}>
          {t("export")}
        </button>
        <label>
          <span>{t("per_page")}</span>{" "}
          <select
            value={limit}
            onChange={({ target }) => change({ por: target.value, cursor: null, antes: null, aberto: null })}
          >
            {SIZES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <span className="total">{t("total", { total: totalText })}</span>
      </div>
      {selected.size > 0 && (
        <SelectionBar
          keys={selected}
          total={total.data && total.data.count > selected.size ? totalText : null}
          filter={operationFilter(filter, Date.now())}
          status={filter.status}
          clear={() => setSelected(new Set())}
        />
      )}
      {badCursor ? (
        <Notice
          title={t("bad_cursor")}
          action={
            <button type="button" onClick={() => change({ cursor: null, antes: null })}>
              {t("first")}
            </button>
          }
        />
      ) : page.isError && rows.length === 0 ? (
        <Failed error={page.error} retry={page.refetch} />
      ) : waiting ? (
        <Skeleton rows={10} />
      ) : rows.length === 0 ? (
        <Empty filter={filter} first={cursor === undefined} />
      ) : (
        <div className={page.isPlaceholderData ? "records-frame busy" : "records-frame"}>
          <RecordTable
            rows={rows}
            shown={shown}
            selected={selected}
            select={setSelected}
            open={open}
            toggle={toggle}
            act={act}
          />
        </div>
      )}
      <Pager next={list.next} busy={page.isPlaceholderData} />
      <Suspense>
        {exporting && <ExportDialog filter={filter} close={() => setExporting(false)} />}
        {fixing && <FixFirst record={fixing} go={() => deed("reprocess", fixing)} close={() => setFixing(null)} />}
      </Suspense>
    </>
  );
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(keys);
  if (!next.delete(key)) next.add(key);
  return next;
}
