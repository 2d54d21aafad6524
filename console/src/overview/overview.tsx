import { Link } from "wouter";
import type { OverviewAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { PAGES, useHref, useParameters } from "../shell/address";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useTitle } from "../shell/title";
import { Charts } from "./charts";
import { Counters, isUntouched } from "./counters";
import { Marketplaces } from "./marketplaces";
import { PERIODS, readPeriod, windowOfPeriod } from "./period";
import { useSeries, useServiceLevel } from "./queries";
import { RuleSimulation } from "./rule-simulation";
import { Parts, ServiceLevel } from "./service-level";
import "./overview.css";

const texts = {
  screen: ["Visão geral", "Overview", "Visión general"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  all: ["Todos", "All", "Todos"],
  period: ["Período dos gráficos", "Period of the charts", "Período de los gráficos"],
  "24h": ["24 h", "24 h", "24 h"],
  "7d": ["7 dias", "7 days", "7 días"],
  "30d": ["30 dias", "30 days", "30 días"],
  updated: ["Atualizado às {time}", "Updated at {time}", "Actualizado a las {time}"],
  stale: [
    "O servidor não responde: são os números das {time}",
    "The server does not answer: these are the numbers of {time}",
    "El servidor no responde: son los números de las {time}",
  ],
  unconnected: ["Nenhuma conexão ainda", "No connection yet", "Ninguna conexión todavía"],
  unconnected_text: [
    "Os números aparecem aqui quando um marketplace for conectado.",
    "The numbers appear here once a marketplace is connected.",
    "Los números aparecen aquí cuando se conecte un marketplace.",
  ],
  untouched: ["Nenhuma mudança de saldo ainda", "No stock change yet", "Ningún cambio de saldo todavía"],
  untouched_text: [
    "Os números aparecem aqui quando a VTEX avisar a primeira mudança.",
    "The numbers appear here once VTEX tells of the first change.",
    "Los números aparecen aquí cuando VTEX avise el primer cambio.",
  ],
  channels: ["Ver conexões", "See the connections", "Ver conexiones"],
} as const;

export default function Overview() {
  const t = useTexts(texts);
  useTitle(t("screen"));
  const { data, error, refetch } = useOverview();
  if (!data) return error ? <Failed error={error} retry={refetch} /> : <Skeleton />;
  if (data.affiliates.length === 0) return <Nothing title={t("unconnected")} text={t("unconnected_text")} />;
  if (isUntouched(data)) return <Nothing title={t("untouched")} text={t("untouched_text")} />;
  return <Board overview={data} stale={error !== null} />;
}

function Nothing({ title, text }: { title: string; text: string }) {
  const t = useTexts(texts);
  const href = useHref();
  const { may } = useConsole();
  const action = may.administer && <Link href={href(PAGES.channels)}>{t("channels")}</Link>;
  return (
    <Notice title={title} action={action}>
      {text}
    </Notice>
  );
}

function Board({ overview, stale }: { overview: OverviewAnswer; stale: boolean }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const href = useHref();
  const [parameters, change] = useParameters();
  const period = readPeriod(parameters);
  const chosen = overview.affiliates.find(({ affiliate }) => affiliate === parameters.get("mkt"));
  const affiliate = chosen?.affiliate ?? null;
  const series = useSeries(period, affiliate, Date.parse(overview.at));
  const level = useServiceLevel();
  const services = level.data?.affiliates.filter((one) => !affiliate || one.affiliate === affiliate) ?? [];
  const service = affiliate ? services[0] : level.data?.total;
  const name = windowOfPeriod(period);
  const updated = moments.second(overview.at);
  return (
    <div className="overview">
      <div className="choices">
        <label>
          <span>{t("marketplace")}</span>
          <select value={affiliate ?? ""} onChange={(event) => change({ mkt: event.target.value || null })}>
            <option value="">{t("all")}</option>
            {overview.affiliates.map((one) => (
              <option key={one.affiliate} value={one.affiliate}>
                {one.channel} · {one.affiliate}
              </option>
            ))}
          </select>
        </label>
        <fieldset className="buttons" aria-label={t("period")}>
          {PERIODS.map((one) => (
            <button
              key={one}
              type="button"
              className="quiet"
              aria-pressed={one === period}
              onClick={() => change({ periodo: one === "24h" ? null : one })}
            >
              {t(one)}
            </button>
          ))}
        </fieldset>
        <small className={stale ? "wrong" : undefined}>{t(stale ? "stale" : "updated", { time: updated })}</small>
      </div>
      <Counters of={chosen ?? overview} at={overview.at} />
      {service && level.data ? (
        <ServiceLevel service={service} affiliates={services} objective={level.data.objective} />
      ) : (
        <Missing {...level} />
      )}
      {series.data ? <Charts series={series.data} busy={series.isPlaceholderData} /> : <Missing {...series} />}
      {service && <Parts service={service} affiliates={services} name={name} />}
      <Marketplaces
        affiliates={overview.affiliates}
        at={overview.at}
        level={level.data}
        name={name}
        chosen={affiliate}
        series={(mkt) => href(PAGES.overview, { mkt, periodo: parameters.get("periodo"), sem: parameters.get("sem") })}
      />
      <RuleSimulation affiliate={affiliate} />
    </div>
  );
}

/** In place of a part that is not there yet, or did not come. */
function Missing({ error, refetch }: { error: unknown; refetch: () => void }) {
  return error ? <Failed error={error} retry={refetch} /> : <Skeleton rows={4} />;
}
