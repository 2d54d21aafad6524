import { Link } from "wouter";
import type { RecordAnswer, RiskAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { causePath, useHref } from "../shell/address";
import { Ago, useNow } from "./now";
import { changeOf, reflectionOf, shownAs } from "./record";
import { texts } from "./texts";

const ICONS = { success: "✓", error: "✕", pending: "◷", removed: "–" } as const;
const SAID_ELSEWHERE = new Set(["done", "waiting", "held", "failed"]); // by the status or by the reason

/** The status, where it is on its way, and whether it is late: in words and in a sign, not in a colour alone. */
export function StatusCell({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const shown = shownAs(record);
  const { code, text, at } = record.situation;
  return (
    <>
      <span className={`badge ${shown}`}>
        <span aria-hidden="true">{ICONS[shown]}</span> {t(shown)}
      </span>
      {record.removed ? (
        <small>{t(record.status)}</small>
      ) : code === "retrying" && at ? (
        <small>{t("retry_at", { time: moments.time(at) })}</small>
      ) : (
        !SAID_ELSEWHERE.has(code) && text !== t(shown) && <small>{text}</small>
      )}
      {record.came_back_after && <small>{t("came_back")}</small>}
      <Late record={record} />
    </>
  );
}

function Late({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const waited = reflectionOf(record, useNow());
  if (!record.late || waited === null) return null;
  return <span className="late">⚠ {t("late", { duration: moments.duration(waited) })}</span>;
}

export function BalanceCell({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { de, por } = changeOf(record);
  const from = de === null ? "—" : moments.number(de);
  const to = record.balance.unlimited ? t("unlimited") : por === null ? "—" : moments.number(por);
  return (
    <>
      <span aria-hidden="true">
        {from} → <b>{to}</b>
      </span>
      <span className="unseen">{t("from_to", { de: from, por: to })}</span>
    </>
  );
}

export function ConfirmedCell({ record }: { record: RecordAnswer }) {
  const moments = useMoments();
  if (record.confirmed === null) return <>—</>;
  return (
    <>
      {moments.number(record.confirmed)}
      {record.confirmed_at && (
        <small>
          <Ago at={record.confirmed_at} />
        </small>
      )}
    </>
  );
}

export function ReasonCell({ record }: { record: RecordAnswer }) {
  const href = useHref();
  const { cause, situation, affiliate } = record;
  if (cause) return <Link href={href(causePath(affiliate, cause.code))}>{cause.title}</Link>;
  if (situation.code === "held") return <>{situation.text}</>;
  if (record.status === "pending") return <>{record.why?.text ?? "—"}</>;
  return <>{record.detail}</>;
}

export function ReflectedCell({ record }: { record: RecordAnswer }) {
  const moments = useMoments();
  const waited = reflectionOf(record, useNow());
  if (waited === null) return <>—</>;
  return (
    <>
      {moments.duration(waited)} {record.late && "⚠"}
    </>
  );
}

export function ChangedCell({ at }: { at: string | null }) {
  return at === null ? "—" : <Ago at={at} />;
}

/** "às 17:46 de 31/08", as operators have read it since the original. */
export function ProcessedCell({ at }: { at: string | null }) {
  const t = useTexts(texts);
  const moments = useMoments();
  if (at === null) return "—";
  return (
    <time dateTime={at} title={moments.exact(at)}>
      {t("at", { time: moments.time(at), day: moments.day(at) })}
    </time>
  );
}

/** What may be sold beyond the stock. */
export function ExposureCell({ record }: { record: RecordAnswer | RiskAnswer }) {
  const t = useTexts(texts);
  if (!("exposure" in record)) return <>—</>;
  return (
    <>
      {record.exposure === null ? t("unknown_exposure") : t.count("units", record.exposure)}
      {record.zero && <small className="zero">{t("zero")}</small>}
    </>
  );
}
