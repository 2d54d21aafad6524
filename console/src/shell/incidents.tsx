import { Link } from "wouter";
import { useTexts } from "../language/language";
import { useTally } from "../parts/tally";
import { When } from "../parts/when";
import { channelPath, PAGES, useHref } from "./address";
import { useConsole } from "./console";
import { useOverview } from "./overview-query";

const texts = {
  region: ["Incidentes", "Incidents", "Incidentes"],
  since: ["desde", "since", "desde"],
  one_waits: ["1 SKU aguarda", "1 SKU waits", "1 SKU espera"],
  waiting: ["{count} SKUs aguardam", "{count} SKUs wait", "{count} SKUs esperan"],
  channel: ["Ver conexão", "See the connection", "Ver conexión"],
} as const;

/** Channels that cannot send: one line each, however many records wait behind it. */
export function Incidents() {
  const t = useTexts(texts);
  const href = useHref();
  const tally = useTally();
  const { may } = useConsole();
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
            . {incident.cause.hint}.{" "}
            {waiting && waiting.count > 0 && (
              <Link href={href(PAGES.records, { status: "aguardando", mkt: incident.affiliate })}>
                {waiting.count === 1 ? t("one_waits") : t("waiting", { count: tally(waiting) })}
              </Link>
            )}{" "}
            {may.administer && <Link href={href(channelPath(incident.affiliate))}>{t("channel")}</Link>}
          </p>
        );
      })}
    </section>
  );
}
