import type { AttemptAnswer, RecordAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { Copy } from "../parts/copy";
import { When } from "../parts/when";
import { eventsOf } from "./record";
import { texts } from "./texts";

const OUTCOMES = [
  "applied",
  "accepted",
  "confirmed",
  "refused",
  "busy",
  "throttled",
  "unauthorized",
  "unknown",
  "nothing_to_send",
] as const;

/** What happened to a record, oldest first: the change at VTEX, and each try to make the marketplace show it. */
export function Timeline({ record }: { record: RecordAnswer }) {
  const t = useTexts(texts);
  return (
    <section>
      <h3>{t("timeline")}</h3>
      <ol className="timeline">
        {eventsOf(record).map((event) =>
          "change" in event ? (
            <li key="change">
              <When at={event.change} format="precise" /> <b>{t("last_change_at")}</b>
            </li>
          ) : (
            <Attempt key={event.attempt.at} {...event} />
          ),
        )}
      </ol>
      {record.attempts.length === 0 && <p>{t("no_attempt")}</p>}
    </section>
  );
}

function Attempt({ attempt, number }: { attempt: AttemptAnswer; number: number }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const outcome = OUTCOMES.find((one) => one === attempt.outcome);
  const { evidence } = attempt;
  const facts = [
    t("quantity", { quantity: attempt.quantity }),
    attempt.http_status && `HTTP ${attempt.http_status}`,
    evidence?.duration_ms != null && `${moments.number(evidence.duration_ms)} ms`,
    attempt.asked_by ? t("by", { user: attempt.asked_by }) : attempt.request ? t("by_somebody") : t("automatic"),
  ].filter(Boolean);
  return (
    <li className={attempt.outcome}>
      <span className="unseen">{t("attempt", { number })}: </span>
      <When at={attempt.at} format="precise" /> <b>{outcome ? t(outcome) : attempt.outcome}</b>
      <span className="facts"> · {facts.join(" · ")}</span>
      {attempt.message && <q>{attempt.message}</q>}
      {evidence && (
        <>
          <Exchange name={t("request")} text={evidence.request} />
          <Exchange name={t("response")} text={evidence.response} />
        </>
      )}
    </li>
  );
}

/** One side of what was said, redacted by the server. */
function Exchange({ name, text }: { name: string; text: string }) {
  return (
    <details className="evidence">
      <summary>{name}</summary>
      {/* it scrolls, so keys must reach it */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: see above */}
      <pre tabIndex={0}>{text || "—"}</pre>
      <Copy text={text} about={name} />
    </details>
  );
}
