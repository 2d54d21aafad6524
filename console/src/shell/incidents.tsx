import { Link } from "wouter";
import { useTexts } from "../language/language";
import { When } from "../parts/when";
import { PAGES, useHref } from "./address";
import { useOverview } from "./overview-query";

const texts = {
  region: ["Incidentes", "Incidents", "Incidentes"],
  since: ["desde", "since", "desde"],
  waiting: ["{count} aguardando", "{count} waiting", "{count} en espera"],
} as const;

/** Channels that cannot send: one line each, however many records wait behind it. */
export function Incidents() {
  const t = useTexts(texts);
  const href = useHref();
  const { data } = useOverview();
  if (!data?.incidents.length) return null;
  return (
    <section className="incidents" aria-label={t("region")}>
      {data.incidents.map((incident) => {
        const waiting = data.affiliates.find(({ affiliate }) => affiliate === incident.affiliate)?.counts.pending;
        return (
          <p key={incident.affiliate}>
            <strong>{incident.channel}</strong>: {incident.cause.title}
            {incident.since && (
              <>
                , {t("since")} <When at={incident.since} />
              </>
            )}
            . {incident.cause.hint}{" "}
            {waiting && waiting.count > 0 && (
              <Link href={href(PAGES.records, { status: "aguardando", mkt: incident.affiliate })}>
                {t("waiting", { count: waiting.count })}
              </Link>
            )}
          </p>
        );
      })}
    </section>
  );
}
