import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { body, Refused } from "../api/client";
import type { CauseRowAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { BulkPanel } from "../operations/bulk-panel";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { Tally } from "../parts/tally";
import { When } from "../parts/when";
import { listed } from "../records/filter";
import { PAGES, recordPath, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { useTitle } from "../shell/title";
import { isGeneral, useCause } from "./cause-query";
import { Cure } from "./cure";
import { OwnCauseDialog } from "./own-cause-dialog";
import { useOwnCauses } from "./own-cause-query";
import { Trend } from "./trend";
import "./causes.css";

const EVERY_MS = 5_000;
const LATEST = 5;

const texts = {
  screen: ["Causa", "Cause", "Causa"],
  back: ["Todas as causas", "All causes", "Todas las causas"],
  at: ["em {channel}", "at {channel}", "en {channel}"],
  own: ["Descrita pela conta", "Described by the account", "Descrita por la cuenta"],
  what_to_do: ["O que fazer", "What to do", "Qué hacer"],
  retries_alone: [
    "Tentamos de novo sem que ninguém precise agir.",
    "We try again without anybody having to act.",
    "Intentamos de nuevo sin que nadie tenga que actuar.",
  ],
  fix_first: [
    "Esta causa não muda sozinha: corrija e depois reprocesse.",
    "This cause does not change by itself: correct it, then reprocess.",
    "Esta causa no cambia sola: corrija y después reprocese.",
  ],
  nothing_to_do: [
    "Não há o que reprocessar: daqui não se resolve.",
    "There is nothing to reprocess: it cannot be cured from here.",
    "No hay qué reprocesar: no se resuelve desde aquí.",
  ],
  open: ["SKUs com erro", "SKUs in error", "SKUs con error"],
  errors: ["Erros até hoje", "Errors so far", "Errores hasta hoy"],
  trend: ["Últimos 14 dias", "Last 14 days", "Últimos 14 días"],
  days: ["Dia a dia (UTC)", "Day by day (UTC)", "Día a día (UTC)"],
  day: ["Dia", "Day", "Día"],
  count: ["Erros", "Errors", "Errores"],
  past: ["Reprocessamentos", "Reprocesses", "Reprocesos"],
  first: ["Visto primeiro", "First seen", "Visto por primera vez"],
  last: ["Visto por último", "Last seen", "Visto por última vez"],
  reprocess: ["Reprocessar em massa", "Reprocess in bulk", "Reprocesar en masa"],
  remove: ["Remover logs", "Remove logs", "Eliminar logs"],
  records: ["Ver registros", "See the records", "Ver registros"],
  describe: ["Descrever esta causa", "Describe this cause", "Describir esta causa"],
  edit: ["Editar descrição", "Edit the description", "Editar descripción"],
  may_not: [
    "Você pode ver, mas não reprocessar. Peça o perfil Operação a um administrador.",
    "You may look, but not reprocess. Ask an administrator for the role Operator.",
    "Puede ver, pero no reprocesar. Pida el perfil Operación a un administrador.",
  ],
  latest: ["Respostas mais recentes do marketplace", "The marketplace's latest answers", "Respuestas más recientes"],
  sku: ["Código", "SKU", "Código"],
  said: ["Mensagem", "Message", "Mensaje"],
  when: ["Quando", "When", "Cuándo"],
  gone: ["Causa não encontrada", "Cause not found", "Causa no encontrada"],
  gone_text: [
    "Este marketplace nunca respondeu com esta causa.",
    "This marketplace never answered with this cause.",
    "Este marketplace nunca respondió con esta causa.",
  ],
} as const;

type Open = "reprocess" | "remove" | "describe";

export default function CausePage({ affiliate, code }: { affiliate: string; code: string }) {
  const t = useTexts(texts);
  const href = useHref();
  const { data, error, refetch } = useCause(affiliate, code, EVERY_MS);
  useTitle(data?.cause.title ?? t("screen"));
  if (data) return <Shown row={data} />;
  if (error instanceof Refused && error.status === 404) {
    const back = <Link href={href(PAGES.causes)}>{t("back")}</Link>;
    return (
      <Notice title={t("gone")} action={back}>
        {t("gone_text")}
      </Notice>
    );
  }
  return error ? <Failed error={error} retry={refetch} /> : <Skeleton />;
}

function Shown({ row }: { row: CauseRowAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const href = useHref();
  const { may } = useConsole();
  const [open, setOpen] = useState<Open | null>(null);
  const { data: owned } = useOwnCauses();
  const { affiliate, channel, code, cause } = row;
  const own = owned?.items.find((each) => each.code === code) ?? null;
  const filter = { affiliates: [affiliate], cause: code };
  const records = href(...listed({ status: "error", cause: code, affiliate }));
  const some = row.open.count > 0;
  const describable = may.administer && (own !== null || isGeneral(code));
  return (
    <article className="cause">
      <p>
        <Link href={href(PAGES.causes)}>← {t("back")}</Link>
      </p>
      <h2>
        {cause.title} <span className="where">{t("at", { channel })}</span>
      </h2>
      <p>
        <Cure of={cause.cure} /> {row.own && <span className="badge">{t("own")}</span>}
      </p>
      <div className="numbers">
        <Link href={records} className={some ? "figure error" : "figure"}>
          <strong>
            <Tally of={row.open} />
          </strong>{" "}
          {t("open")}
        </Link>
        <p className="figure">
          <strong>{moments.number(row.errors)}</strong> {t("errors")}
        </p>
      </div>
      <p className="buttons">
        {may.operate && some && cause.cure !== "nothing_to_do" && (
          <button type="button" onClick={() => setOpen("reprocess")}>
            {t("reprocess")}
          </button>
        )}
        {may.operate && some && (
          <button type="button" className="danger" onClick={() => setOpen("remove")}>
            {t("remove")}
          </button>
        )}
        {describable && (
          <button type="button" className="quiet" onClick={() => setOpen("describe")}>
            {t(own ? "edit" : "describe")}
          </button>
        )}
        <Link href={records}>{t("records")}</Link>
      </p>
      {!may.operate && some && <p>{t("may_not")}</p>}
      <div className="panels">
        <section className="panel" aria-labelledby="hint">
          <h3 id="hint">{t("what_to_do")}</h3>
          <p>{cause.hint}</p>
          <p>
            <small>{t(cause.cure)}</small>
          </p>
        </section>
        <section className="panel" aria-labelledby="trend">
          <h3 id="trend">{t("trend")}</h3>
          <Trend trend={row.trend} />
          <Days row={row} />
        </section>
        <section className="panel" aria-labelledby="past">
          <h3 id="past">{t("past")}</h3>
          <p>{row.reprocessed.text}</p>
          {row.first_seen && (
            <p>
              <small>
                {t("first")}: <When at={row.first_seen} />
              </small>
            </p>
          )}
          {row.last_seen && (
            <p>
              <small>
                {t("last")}: <When at={row.last_seen} />
              </small>
            </p>
          )}
        </section>
      </div>
      {some && <Latest affiliate={affiliate} code={code} />}
      {(open === "reprocess" || open === "remove") && (
        <BulkPanel action={open} filter={filter} about={cause.title} close={() => setOpen(null)} />
      )}
      {open === "describe" && <OwnCauseDialog saved={own} affiliate={affiliate} close={() => setOpen(null)} />}
    </article>
  );
}

function Days({ row }: { row: CauseRowAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  return (
    <details>
      <summary>{t("days")}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("day")}</th>
            <th scope="col" className="number">
              {t("count")}
            </th>
          </tr>
        </thead>
        <tbody>
          {row.trend.days.map(({ day, errors }) => (
            <tr key={day}>
              <td>{moments.day(`${day}T12:00:00Z`)}</td>
              <td className="number">{moments.number(errors)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** What the marketplace itself says: whoever describes a cause needs its words. */
function Latest({ affiliate, code }: { affiliate: string; code: string }) {
  const t = useTexts(texts);
  const href = useHref();
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data } = useQuery({
    queryKey: [account, "causes", "latest", affiliate, code, language],
    queryFn: ({ signal }) => {
      const query = { account, affiliate, cause: code, limit: LATEST };
      return body(api.GET("/v1/records", { params: { query }, signal }));
    },
    refetchInterval: EVERY_MS,
  });
  if (!data?.items.length) return null;
  return (
    <section aria-labelledby="latest">
      <h3 id="latest">{t("latest")}</h3>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">{t("sku")}</th>
            <th scope="col">{t("said")}</th>
            <th scope="col">{t("when")}</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((record) => (
            <tr key={record.sku}>
              <td data-name={t("sku")}>
                <Link href={href(recordPath(record.affiliate, record.sku))}>{record.sku}</Link>
              </td>
              <td data-name={t("said")} className="words">
                {record.message && <q>{record.message}</q>}
              </td>
              <td data-name={t("when")}>{record.processed_at && <When at={record.processed_at} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
