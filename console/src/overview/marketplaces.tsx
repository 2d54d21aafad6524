import { Link } from "wouter";
import type { AffiliateOverview, CountAnswer, ServiceLevelAnswer, WindowAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { Tally } from "../parts/tally";
import { type Filter, listed } from "../records/filter";
import { useHref } from "../shell/address";
import { roundedDown, windowOf, worst } from "./service";
import { useSpan } from "./span";

const texts = {
  title: ["Por marketplace", "By marketplace", "Por marketplace"],
  "1h": ["Última hora", "Last hour", "Última hora"],
  "24h": ["Últimas 24 h", "Last 24 h", "Últimas 24 h"],
  "30d": ["Últimos 30 dias", "Last 30 days", "Últimos 30 días"],
  good: [
    "{window}: todos dentro do objetivo de {objective}.",
    "{window}: all of them meet the objective of {objective}.",
    "{window}: todos dentro del objetivo de {objective}.",
  ],
  worst: [
    "{window}: o pior é {channel}, com {share} no prazo. O objetivo é {objective}.",
    "{window}: {channel} is the worst, with {share} in time. The objective is {objective}.",
    "{window}: el peor es {channel}, con {share} a tiempo. El objetivo es {objective}.",
  ],
  affiliate: ["Marketplace", "Marketplace", "Marketplace"],
  error: ["Erros abertos", "Open errors", "Errores abiertos"],
  pending: ["Aguardando", "Waiting", "En espera"],
  late: ["Atrasados", "Late", "Atrasados"],
  risk: ["Em risco", "At risk", "En riesgo"],
  share: ["No prazo", "In time", "A tiempo"],
  p95: ["p95", "p95", "p95"],
  oldest: ["Aberta mais antiga", "Oldest open", "Abierto más antiguo"],
  off: ["Desligada", "Switched off", "Apagada"],
  asked: ["Pausa até {time}", "Paused until {time}", "Pausa hasta {time}"],
} as const;

const COLUMNS = ["error", "pending", "late", "risk", "share", "p95", "oldest"] as const;

/** A row for each marketplace; its name leads to its own charts, its numbers to its records. */
export function Marketplaces({
  affiliates,
  at,
  level,
  name,
  chosen,
  series,
}: {
  affiliates: readonly AffiliateOverview[];
  at: string;
  level: ServiceLevelAnswer | undefined;
  name: WindowAnswer["window"];
  chosen: string | null;
  /** The address of this screen for one marketplace. */
  series: (affiliate: string) => string;
}) {
  const t = useTexts(texts);
  const href = useHref();
  const moments = useMoments();
  const span = useSpan();
  const objective = level?.objective ?? 0;
  const bad = level ? worst(level.affiliates, name, objective) : null;
  const said = { window: t(name), objective: moments.share(objective) };
  const counted = (column: "error" | "pending" | "late" | "risk", count: CountAnswer, filter: Partial<Filter>) => (
    <td className="number" data-name={t(column)}>
      {count.count === 0 ? (
        "0"
      ) : (
        <Link href={href(...listed(filter))}>
          <Tally of={count} />
        </Link>
      )}
    </td>
  );
  return (
    <section className="marketplaces">
      <h2 id="marketplaces">{t("title")}</h2>
      {level && (
        <p>
          {bad
            ? t("worst", { ...said, channel: bad.service.channel, share: moments.share(roundedDown(bad.share)) })
            : t("good", said)}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
      <section className="scroll" tabIndex={0} aria-labelledby="marketplaces">
        <table className="cards">
          <thead>
            <tr>
              <th scope="col">{t("affiliate")}</th>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className="number">
                  {t(column)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {affiliates.map((one) => {
              const own = windowOf(
                level?.affiliates.find(({ affiliate }) => affiliate === one.affiliate),
                name,
              );
              const share = own?.share ?? null;
              const { affiliate, asked_until, oldest_open } = one;
              const oldest = oldest_open ? moments.duration(Date.parse(at) - Date.parse(oldest_open)) : "—";
              return (
                <tr key={affiliate} aria-current={affiliate === chosen ? "true" : undefined}>
                  <th scope="row">
                    <Link href={series(affiliate)}>{one.channel}</Link> {affiliate}{" "}
                    {!one.enabled && <span className="badge">{t("off")}</span>}
                    {one.enabled && asked_until && (
                      <span className="badge pending">{t("asked", { time: moments.time(asked_until) })}</span>
                    )}
                  </th>
                  {counted("error", one.counts.error, { status: "error", affiliate })}
                  {counted("pending", one.counts.pending, { status: "pending", affiliate })}
                  {counted("late", one.late, { late: true, affiliate })}
                  {counted("risk", one.at_risk, { risk: true, affiliate })}
                  <td className="number" data-name={t("share")}>
                    {share === null ? "—" : <Share of={share} objective={objective} />}
                  </td>
                  <td className="number" data-name={t("p95")}>
                    {span(own?.p95_ms)}
                  </td>
                  <td className="number" data-name={t("oldest")}>
                    {one.late.count > 0 ? (
                      <Link href={href(...listed({ late: true, affiliate }))}>{oldest}</Link>
                    ) : (
                      oldest
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function Share({ of, objective }: { of: number; objective: number }) {
  const text = useMoments().share(roundedDown(of));
  return of < objective ? <span className="badge error">✗ {text}</span> : text;
}
