import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { body } from "../api/client";
import type { CausePage, CauseRowAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { BulkPanel } from "../operations/bulk-panel";
import { Failed, Notice } from "../parts/notice";
import { Pager, usePage } from "../parts/pager";
import { Skeleton } from "../parts/skeleton";
import { useTally } from "../parts/tally";
import { When } from "../parts/when";
import { listed } from "../records/filter";
import { causePath, useHref, useParameters } from "../shell/address";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useTitle } from "../shell/title";
import { Cure } from "./cure";
import { inOrderOf } from "./order";
import { OwnCauses } from "./own-causes";
import { Trend } from "./trend";
import "./causes.css";

const EVERY_MS = 10_000;

const texts = {
  screen: ["Causas", "Causes", "Causas"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  all: ["Todos", "All", "Todos"],
  cause: ["Causa", "Cause", "Causa"],
  skus: ["SKUs com erro", "SKUs in error", "SKUs con error"],
  trend: ["14 dias", "14 days", "14 días"],
  past: ["Reprocessamentos", "Reprocesses", "Reprocesos"],
  seen: ["Visto por último", "Last seen", "Visto por última vez"],
  actions: ["Ações", "Actions", "Acciones"],
  own: ["Descrita pela conta", "Described by the account", "Descrita por la cuenta"],
  reprocess: ["Reprocessar em massa", "Reprocess in bulk", "Reprocesar en masa"],
  reprocess_name: [
    "Reprocessar em massa: {cause}, {channel}",
    "Reprocess in bulk: {cause}, {channel}",
    "Reprocesar en masa: {cause}, {channel}",
  ],
  records_name: [
    "SKUs com erro: {count} ({cause}, {channel})",
    "SKUs in error: {count} ({cause}, {channel})",
    "SKU con error: {count} ({cause}, {channel})",
  ],
  none: ["Nenhum erro de estoque", "No stock error", "Ningún error de stock"],
  none_text: [
    "Quando um marketplace recusar um envio, a causa aparece aqui.",
    "When a marketplace refuses a change, the cause appears here.",
    "Cuando un marketplace rechace un envío, la causa aparece aquí.",
  ],
  see_success: ["Ver sucessos", "See successes", "Ver éxitos"],
  more: ["Não há causas nesta página", "No causes on this page", "No hay causas en esta página"],
} as const;

/** Causas: what goes wrong, at which marketplace, for how many SKUs, and what can be done about it. */
export default function Causes() {
  const t = useTexts(texts);
  const href = useHref();
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const [parameters] = useParameters();
  const affiliate = parameters.get("mkt");
  const { cursor } = usePage();
  const [chosen, setChosen] = useState<CauseRowAnswer | null>(null);
  useTitle(t("screen"));
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: [account, "causes", "list", affiliate, cursor ?? null, language],
    queryFn: ({ signal }) => {
      const query = { account, ...(affiliate !== null && { affiliate }), ...(cursor !== undefined && { cursor }) };
      return body(api.GET("/v1/causes", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
    structuralSharing: (before, fresh) => inOrderOf(before as CausePage | undefined, fresh as CausePage),
  });
  const action = <Link href={href(...listed({ status: "success" }))}>{t("see_success")}</Link>;
  return (
    <>
      <section aria-labelledby="causes-title">
        <div className="heading">
          <h2 id="causes-title">{t("screen")}</h2>
          <Marketplace affiliate={affiliate} />
        </div>
        {error && <Failed error={error} retry={refetch} />}
        {!data && !error && <Skeleton />}
        {data?.items.length === 0 &&
          (cursor === undefined && data.next === null ? (
            <Notice title={t("none")} action={action}>
              {t("none_text")}
            </Notice>
          ) : (
            <Notice title={t("more")} />
          ))}
        {data && data.items.length > 0 && <Table rows={data.items} choose={setChosen} />}
        {data && <Pager next={data.next} busy={isPlaceholderData} />}
      </section>
      <OwnCauses />
      {chosen && (
        <BulkPanel
          action="reprocess"
          filter={{ affiliates: [chosen.affiliate], cause: chosen.code }}
          about={chosen.cause.title}
          close={() => setChosen(null)}
        />
      )}
    </>
  );
}

function Marketplace({ affiliate }: { affiliate: string | null }) {
  const t = useTexts(texts);
  const [, change] = useParameters();
  const { data } = useOverview();
  return (
    <label>
      <span>{t("marketplace")}</span>
      <select
        value={affiliate ?? ""}
        onChange={(event) => change({ mkt: event.target.value || null, cursor: null, antes: null })}
      >
        <option value="">{t("all")}</option>
        {data?.affiliates.map((each) => (
          <option key={each.affiliate} value={each.affiliate}>
            {each.channel}
          </option>
        ))}
      </select>
    </label>
  );
}

function Table({ rows, choose }: { rows: readonly CauseRowAnswer[]; choose: (row: CauseRowAnswer) => void }) {
  const t = useTexts(texts);
  const { may } = useConsole();
  return (
    <table className="cards causes">
      <thead>
        <tr>
          <th scope="col">{t("cause")}</th>
          <th scope="col">{t("marketplace")}</th>
          <th scope="col" className="number">
            {t("skus")}
          </th>
          <th scope="col">{t("trend")}</th>
          <th scope="col">{t("past")}</th>
          <th scope="col">{t("seen")}</th>
          {may.operate && <th scope="col">{t("actions")}</th>}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={`${row.affiliate}/${row.code}`} row={row} choose={choose} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ row, choose }: { row: CauseRowAnswer; choose: (row: CauseRowAnswer) => void }) {
  const t = useTexts(texts);
  const href = useHref();
  const { may } = useConsole();
  const tally = useTally();
  const { affiliate, channel, code, cause, open } = row;
  const records = href(...listed({ status: "error", cause: code, affiliate }));
  const named = { cause: cause.title, channel };
  return (
    <tr>
      <td data-name={t("cause")}>
        <div>
          <Link href={href(causePath(affiliate, code))}>{cause.title}</Link>
          <small>{cause.hint}</small>
          <Cure of={cause.cure} /> {row.own && <span className="badge">{t("own")}</span>}
        </div>
      </td>
      <td data-name={t("marketplace")}>{channel}</td>
      <td className="number" data-name={t("skus")}>
        {open.count > 0 ? (
          <Link href={records} className="many" aria-label={t("records_name", { ...named, count: tally(open) })}>
            {tally(open)}
          </Link>
        ) : (
          tally(open)
        )}
      </td>
      <td data-name={t("trend")}>
        <Trend trend={row.trend} />
      </td>
      <td data-name={t("past")}>{row.reprocessed.text}</td>
      <td data-name={t("seen")}>{row.last_seen && <When at={row.last_seen} />}</td>
      {may.operate && (
        <td data-name={t("actions")}>
          {open.count > 0 && cause.cure !== "nothing_to_do" && (
            <button type="button" className="quiet" aria-label={t("reprocess_name", named)} onClick={() => choose(row)}>
              {t("reprocess")}
            </button>
          )}
        </td>
      )}
    </tr>
  );
}
