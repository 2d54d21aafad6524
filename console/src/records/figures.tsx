import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { body } from "../api/client";
import { useMoments, useTexts } from "../language/language";
import { Tally } from "../parts/tally";
import { PAGES, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { EVERYTHING, type Filter, listed } from "./filter";

const SERVICE_MS = 15_000;

const texts = {
  label: ["Totais", "Totals", "Totales"],
  errors: ["Erros abertos", "Open errors", "Errores abiertos"],
  late: ["Atrasados", "Late", "Atrasados"],
  risk: ["Risco de venda sem estoque", "Risk of overselling", "Riesgo de venta sin stock"],
  p95: ["Tempo até refletir p95, 24 h", "Time to reflect p95, 24 h", "Tiempo hasta reflejarse p95, 24 h"],
} as const;

/**
 * The four numbers above the list; each is a link that sets the filter, or to where the number is explained. What takes
 * long to count waits until the list has `answered`.
 */
export function Figures({ filter, answered }: { filter: Filter; answered: boolean }) {
  const t = useTexts(texts);
  const href = useHref();
  const moments = useMoments();
  const { api, account } = useConsole();
  const { data: overview } = useOverview();
  const { data: service } = useQuery({
    queryKey: [account, "service-level"],
    queryFn: ({ signal }) => body(api.GET("/v1/service-level", { params: { query: { account } }, signal })),
    refetchInterval: SERVICE_MS,
    enabled: answered,
  });
  const p95 = service?.total.windows.find(({ window }) => window === "24h")?.p95_ms;
  const links: readonly [keyof typeof texts, Partial<Filter>, { count: number; more: boolean } | undefined][] = [
    ["errors", { status: "error" }, overview?.counts.error],
    ["late", { late: true }, overview?.late],
    ["risk", { risk: true }, overview?.at_risk],
  ];
  return (
    <nav className="numbers" aria-label={t("label")}>
      {links.map(([name, wanted, count]) => (
        <Link
          key={name}
          href={href(...listed(wanted))}
          className={name === "errors" && count && count.count > 0 ? "figure error" : "figure"}
          aria-current={same(filter, wanted) ? "true" : undefined}
        >
          <strong>{count ? <Tally of={count} /> : "…"}</strong> {t(name)}
        </Link>
      ))}
      <Link href={href(PAGES.overview)} className="figure">
        <strong>{service ? (p95 == null ? "—" : moments.duration(p95)) : "…"}</strong> {t("p95")}
      </Link>
    </nav>
  );
}

function same(filter: Filter, wanted: Partial<Filter>): boolean {
  const whole = { ...EVERYTHING, ...wanted };
  return (Object.keys(whole) as (keyof Filter)[]).every((name) => filter[name] === whole[name]);
}
