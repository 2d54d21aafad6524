import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { body } from "../api/client";
import type { AffiliateExplanation } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { recordPath, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { useTitle } from "../shell/title";
import { listed } from "./filter";
import { EVERY_MS, Steps, Told } from "./gate-trace";
import { isAtRest } from "./steps";

const texts = {
  title: ["SKU {sku}", "SKU {sku}", "SKU {sku}"],
  why: [
    "Por que foi ou não foi exportado, em cada marketplace.",
    "Why it was or was not exported, at each marketplace.",
    "Por qué se exportó o no, en cada marketplace.",
  ],
  records: ["Ver registros deste SKU", "See this SKU's records", "Ver registros de este SKU"],
  record: ["Ver registro", "See the record", "Ver registro"],
  late: ["Atrasado", "Late", "Atrasado"],
  balance: ["Saldo na VTEX", "Balance at VTEX", "Saldo en VTEX"],
  wanted: ["Deve mostrar", "Should show", "Debe mostrar"],
  confirmed: ["Mostra", "Shows", "Muestra"],
  steps: ["Passo a passo", "Step by step", "Paso a paso"],
  none: ["Nenhum marketplace nesta conta", "No marketplace in this account", "Ningún marketplace en esta cuenta"],
} as const;

const NUMBERS = ["balance", "wanted", "confirmed"] as const;

/** The way of a SKU's last change to every marketplace of the account. */
export default function ExplanationPage({ sku }: { sku: string }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const href = useHref();
  useTitle(t("title", { sku }));
  const { data, error, refetch } = useQuery({
    queryKey: [account, "explanations", sku, "all", language],
    queryFn: ({ signal }) =>
      body(api.GET("/v1/skus/{sku}/explain", { params: { path: { sku }, query: { account } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
  if (error && !data) return <Failed error={error} retry={refetch} />;
  return (
    <>
      <h2>{t("title", { sku })}</h2>
      <p>
        {t("why")} <Link href={href(...listed({ sku }))}>{t("records")}</Link>
      </p>
      {!data && <Skeleton />}
      {data?.affiliates.length === 0 && <Notice title={t("none")} />}
      <div className="panels">
        {data?.affiliates.map((one) => (
          <Marketplace key={one.affiliate} sku={sku} one={one} />
        ))}
      </div>
    </>
  );
}

function Marketplace({ sku, one }: { sku: string; one: AffiliateExplanation }) {
  const t = useTexts(texts);
  const href = useHref();
  const { number } = useMoments();
  const known = one.conclusion.code !== "never_heard";
  return (
    <section className="panel" aria-label={one.channel}>
      <h3>
        {one.channel} <small>{one.affiliate}</small>
      </h3>
      {one.late && <span className="badge error">{t("late")}</span>}
      <Told sentence={one.conclusion.text} />
      {known && (
        <>
          <dl className="quantities">
            {NUMBERS.map((name) => (
              <div key={name}>
                <dt>{t(name)}</dt>
                <dd className="number">{one[name] === null ? "—" : number(one[name])}</dd>
              </div>
            ))}
          </dl>
          <details open={!isAtRest(one.steps)}>
            <summary>{t("steps")}</summary>
            <Steps steps={one.steps} />
          </details>
          <Link href={href(recordPath(one.affiliate, sku))}>{t("record")}</Link>
        </>
      )}
    </section>
  );
}
