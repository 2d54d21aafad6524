import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { body } from "../api/client";
import type { DifferenceAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Failed, Notice } from "../parts/notice";
import { Pager, usePage } from "../parts/pager";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { PAGES, recordPath, useHref, useParameters } from "../shell/address";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useTitle } from "../shell/title";
import { BOX_NAMES, BOXES, byMarketplace, type Group, isRepairable, readBox } from "./boxes";
import { Comparisons } from "./comparisons";
import { useRepair } from "./repair";
import "./differences.css";

const EVERY_MS = 5_000;
const PAGE = 25;

const texts = {
  screen: ["Divergências", "Differences", "Divergencias"],
  boxes: ["Tipo de divergência", "Kind of difference", "Tipo de divergencia"],
  abnormal: ["Anormal", "Abnormal", "Anormal"],
  abnormal_text: [
    "O marketplace não mostra o que deveria. Uma correção lê o saldo e envia de novo.",
    "The marketplace does not show what it should. A repair reads the balance and sends it again.",
    "El marketplace no muestra lo que debería. Una corrección lee el saldo y lo envía de nuevo.",
  ],
  allowed: ["Permitida pela regra", "Allowed by the rule", "Permitida por la regla"],
  allowed_text: [
    "A mudança não foi enviada porque a regra das unidades não a exporta.",
    "The change was not sent because the unit rule does not export it.",
    "El cambio no se envió porque la regla de las unidades no lo exporta.",
  ],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  every: ["Todos", "All", "Todos"],
  none_abnormal: ["Nenhuma divergência anormal", "No abnormal difference", "Ninguna divergencia anormal"],
  none_allowed: [
    "Nenhuma divergência permitida pela regra",
    "No difference allowed by the rule",
    "Ninguna divergencia permitida por la regla",
  ],
  none_text: [
    "É o que disse a última comparação de cada marketplace, abaixo.",
    "So says the last comparison of each marketplace, below.",
    "Es lo que dijo la última comparación de cada marketplace, abajo.",
  ],
  sku: ["Código", "SKU", "Código"],
  balance: ["Saldo na VTEX", "Balance at VTEX", "Saldo en VTEX"],
  wanted: ["Deve mostrar", "Should show", "Debe mostrar"],
  shown: ["Mostra", "Shows", "Muestra"],
  not_read: [
    "não conferido: o último que aceitou",
    "not read: what it last took",
    "no verificado: lo último que aceptó",
  ],
  since: ["Desde", "Since", "Desde"],
  reason: ["Motivo", "Reason", "Motivo"],
  waits: [
    "Pode ser uma venda a caminho: a próxima comparação confere de novo.",
    "It may be a sale on its way: the next comparison looks again.",
    "Puede ser una venta en camino: la próxima comparación verifica de nuevo.",
  ],
  repaired: ["Correção iniciada", "Repair begun", "Corrección iniciada"],
  actions: ["Ações", "Actions", "Acciones"],
  repair: ["Corrigir", "Repair", "Corregir"],
  repair_name: ["Corrigir SKU {sku} em {channel}", "Repair SKU {sku} at {channel}", "Corregir SKU {sku} en {channel}"],
  repair_all: ["Corrigir todas em {channel}", "Repair all at {channel}", "Corregir todas en {channel}"],
  record: ["Ver registro", "See the record", "Ver registro"],
} as const;

/** Where VTEX and a marketplace do not say the same: what the rule allows, and what is abnormal. */
export default function Differences() {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const [parameters, change] = useParameters();
  const { cursor } = usePage();
  const { data: overview } = useOverview();
  const href = useHref();
  useTitle(t("screen"));
  const box = readBox(parameters.get("tipo"));
  const affiliate = parameters.get("mkt") || undefined;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: [account, "differences", box, affiliate, cursor, language],
    queryFn: ({ signal }) =>
      body(
        api.GET("/v1/differences", {
          params: { query: { account, kind: box, affiliate, cursor, limit: PAGE } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
  return (
    <>
      <h2>{t("screen")}</h2>
      <nav className="numbers" aria-label={t("boxes")}>
        {BOXES.map((one) => (
          <Link
            key={one}
            className="figure box"
            href={href(PAGES.differences, { tipo: BOX_NAMES[one], mkt: affiliate })}
            aria-current={one === box ? "page" : undefined}
          >
            <strong>{t(one)}</strong> {t(`${one}_text`)}
          </Link>
        ))}
        <label className="box-marketplace">
          <span>{t("marketplace")}</span>
          <select
            value={affiliate ?? ""}
            onChange={({ target }) => change({ mkt: target.value, cursor: null, antes: null })}
          >
            <option value="">{t("every")}</option>
            {overview?.affiliates.map((one) => (
              <option key={one.affiliate} value={one.affiliate}>
                {one.channel}
              </option>
            ))}
          </select>
        </label>
      </nav>
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Skeleton />}
      {data?.items.length === 0 && !data.next && <Notice title={t(`none_${box}`)}>{t("none_text")}</Notice>}
      {data && (
        <div aria-busy={isPlaceholderData}>
          {byMarketplace(data.items).map((group) => (
            <Marketplace key={group.affiliate} group={group} />
          ))}
        </div>
      )}
      {(cursor !== undefined || data?.next) && <Pager next={data?.next} busy={isPlaceholderData} />}
      <Comparisons />
    </>
  );
}

function Marketplace({ group: { affiliate, channel, items } }: { group: Group }) {
  const t = useTexts(texts);
  const { may } = useConsole();
  const { repair, busy } = useRepair(affiliate, channel);
  const acts = may.operate && items.some(({ kind }) => kind === "abnormal");
  return (
    <section aria-label={channel}>
      <div className="of-marketplace">
        <h3>{channel}</h3>
        {may.operate && items.some(isRepairable) && (
          <button type="button" disabled={busy} onClick={() => repair()}>
            {t("repair_all", { channel })}
          </button>
        )}
      </div>
      <table className="cards">
        <thead>
          <tr>
            <th>{t("sku")}</th>
            <th className="number">{t("balance")}</th>
            <th className="number">{t("wanted")}</th>
            <th className="number">{t("shown")}</th>
            <th>{t("since")}</th>
            <th>{t("reason")}</th>
            {acts && <th>{t("actions")}</th>}
          </tr>
        </thead>
        <tbody>
          {items.map((difference) => (
            <Row key={difference.sku} difference={difference} acts={acts} busy={busy} repair={repair} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

type RowProps = { difference: DifferenceAnswer; acts: boolean; busy: boolean; repair: (sku: string) => void };

function Row({ difference, acts, busy, repair }: RowProps) {
  const t = useTexts(texts);
  const href = useHref();
  const { number } = useMoments();
  const { affiliate, channel, sku, balance, wanted, shown, confirmed, since, text, waits, repaired_at } = difference;
  const there = shown ?? confirmed;
  const record = href(recordPath(affiliate, sku));
  return (
    <tr>
      <td data-name={t("sku")}>
        <Link href={record}>{sku}</Link>
      </td>
      <td className="number" data-name={t("balance")}>
        {number(balance)}
      </td>
      <td className="number" data-name={t("wanted")}>
        {number(wanted)}
      </td>
      <td className="number" data-name={t("shown")}>
        <div>
          {there === null ? "—" : number(there)}
          {shown === null && there !== null && <small>{t("not_read")}</small>}
        </div>
      </td>
      <td data-name={t("since")}>
        <When at={since} />
      </td>
      <td data-name={t("reason")}>
        <div>
          {text}
          {waits && <small>{t("waits")}</small>}
          {repaired_at && (
            <small>
              {t("repaired")}: <When at={repaired_at} />
            </small>
          )}
        </div>
      </td>
      {acts && (
        <td data-name={t("actions")}>
          {isRepairable(difference) ? (
            <button
              type="button"
              className="quiet"
              disabled={busy}
              aria-label={t("repair_name", { sku, channel })}
              onClick={() => repair(sku)}
            >
              {t("repair")}
            </button>
          ) : (
            <Link href={record}>{t("record")}</Link>
          )}
        </td>
      )}
    </tr>
  );
}
