import { lazy, type ReactNode, Suspense, useState } from "react";
import { Link } from "wouter";
import type { RecordAnswer } from "../api/contract";
import { Cure } from "../causes/cure";
import { useMoments, useTexts } from "../language/language";
import { Copy } from "../parts/copy";
import { Skeleton } from "../parts/skeleton";
import { useTally } from "../parts/tally";
import { When } from "../parts/when";
import { causePath, recordPath, skuPath, useHref } from "../shell/address";
import { Timeline } from "./attempts";
import { useCauseCounts } from "./cause-counts";
import { listed } from "./filter";
import { Ago } from "./now";
import { shownAs } from "./record";
import { texts } from "./texts";

const GateTrace = lazy(() => import("./gate-trace"));

/**
 * One record, told: what came of it and what to do, why it was exported or not, the balances, and every attempt.
 * `children`: where else it leads.
 */
export function Story({ record, children }: { record: RecordAnswer; children: ReactNode }) {
  const t = useTexts(texts);
  const href = useHref();
  const moments = useMoments();
  const link = href(recordPath(record.affiliate, record.sku));
  return (
    <div className="story">
      <div>
        {record.removed && <p>{t("removed_at", { time: moments.short(record.removed.undo_until) })}</p>}
        {record.came_back_after && <p>{t("came_back_after", { time: moments.short(record.came_back_after) })}</p>}
        <Outcome record={record} />
        <Why record={record} />
        <Balances record={record} />
      </div>
      <Timeline record={record} />
      <Trace record={record} />
      <p className="buttons">
        {children}
        <Link href={href(skuPath(record.sku))}>{t("every_marketplace")}</Link>
        <Copy text={`${location.origin}${link}`} label={t("copy_link")} />
      </p>
    </div>
  );
}

/** Origem do erro, or the sentence of the success. */
function Outcome({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  const href = useHref();
  const { cause, affiliate, message, status } = record;
  if (!cause) {
    return (
      <section>
        <h3>{t("outcome")}</h3>
        <p className="outcome">{status === "success" ? record.detail : record.situation.text}</p>
      </section>
    );
  }
  return (
    <section>
      <h3>{t(status === "error" ? "origin" : "origin_waiting")}</h3>
      <p className={status === "error" ? "outcome wrong" : "outcome"}>{cause.title}</p>
      {message && (
        <p>
          {t("says")}: <q>{message}</q>
        </p>
      )}
      <p>
        <b>{t("what_to_do")}:</b> {cause.hint}
      </p>
      <p>
        <Cure of={cause.cure} /> <Link href={href(causePath(affiliate, cause.code))}>{t("see_cause")}</Link>
        <Others affiliate={affiliate} cause={cause.code} itself={shownAs(record) === "error"} />
      </p>
    </section>
  );
}

/** How many other SKUs of the marketplace have the cause, and the way to them. `itself`: the record is one of those counted. */
function Others({ affiliate, cause, itself }: { affiliate: string; cause: string; itself: boolean }) {
  const t = useTexts(texts);
  const tally = useTally();
  const href = useHref();
  const open = useCauseCounts(affiliate, true).find(({ code }) => code === cause)?.open;
  const others = open && !open.more && itself ? { ...open, count: open.count - 1 } : open;
  if (!others || others.count <= 0) return null;
  return (
    <>
      {" · "}
      <Link href={href(...listed({ status: "error", affiliate, cause }))}>
        {others.count === 1 ? t("one_more") : t("same_cause", { count: tally(others) })}
      </Link>
    </>
  );
}

/** The 5-unit rule's De and Por of the last change that was held back, and of the last one that was exported. */
function Why({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { skipped } = record.balance;
  const held = record.situation.code === "held";
  const amount = (value: number | null) => (value === null ? "—" : moments.number(value));
  return (
    <>
      {skipped && (
        <section>
          <h3>{t(held ? "not_exported" : "not_exported_before")}</h3>
          <p>
            {skipped.explanation} <When at={skipped.at} />
          </p>
        </section>
      )}
      {record.why && (
        <section>
          <h3>{t(held ? "exported_before" : "exported")}</h3>
          <p>
            {t("from_to", { de: amount(record.why.de), por: amount(record.why.por) })}. {record.why.text}{" "}
            {record.why.found}
          </p>
        </section>
      )}
    </>
  );
}

function Balances({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { balance, wanted, confirmed, confirmed_at } = record;
  const amount = (value: number | null) => (value === null ? "—" : moments.number(value));
  return (
    <dl className="balances">
      <Figure name={t("at_vtex")} at={balance.observed_at}>
        {balance.unlimited ? t("unlimited") : amount(balance.current)}
      </Figure>
      {record.policy.length > 1 && (
        <Figure name={t("policy")} at={null}>
          {record.policy.map((step) => (
            <small key={step.code}>
              {step.text}: {moments.number(step.quantity)}
            </small>
          ))}
        </Figure>
      )}
      <Figure name={t("wanted")} at={null}>
        {amount(wanted)}
      </Figure>
      <Figure name={t("confirmed_there")} at={confirmed_at}>
        {amount(confirmed)}
      </Figure>
    </dl>
  );
}

function Figure({ name, at, children }: { name: string; at: string | null; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {at && (
          <small>
            <Ago at={at} />
          </small>
        )}
      </dd>
    </div>
  );
}

/** Every gate between the change and the marketplace, asked for when somebody wants to know. */
function Trace({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t("trace")}</summary>
      {open && (
        <Suspense fallback={<Skeleton rows={3} />}>
          <GateTrace affiliate={record.affiliate} sku={record.sku} />
        </Suspense>
      )}
    </details>
  );
}
