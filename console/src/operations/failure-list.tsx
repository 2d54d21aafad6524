import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import type { OperationAnswer } from "../api/contract";
import { Cure } from "../causes/cure";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Failed } from "../parts/notice";
import { Pager, usePage } from "../parts/pager";
import { Skeleton } from "../parts/skeleton";
import { causePath, recordPath, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { wantedOf } from "./asked";
import { ExportFailures } from "./export-failures";
import { failurePage } from "./failures";

const texts = {
  by_cause: ["Erro de novo, por causa", "Error again, by cause", "Error de nuevo, por causa"],
  list: ["Registros que voltaram com erro", "Records that came back as errors", "Registros que volvieron con error"],
  cause: ["Causa", "Cause", "Causa"],
  count: ["Registros", "Records", "Registros"],
  see: ["Ver causa", "See the cause", "Ver causa"],
  sku: ["Código", "SKU", "Código"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  said: ["Mensagem", "Message", "Mensaje"],
} as const;

/** What came back: how many for each cause, and the records one by one. */
export function Failures({ operation }: { operation: OperationAnswer }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { cursor } = usePage();
  const failed = operation.progress.failed;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: [account, "operation-failures", operation.id, cursor ?? null, language, failed],
    queryFn: ({ signal }) => failurePage({ api, account, id: operation.id, signal }, cursor),
    enabled: failed > 0,
    placeholderData: keepPreviousData,
  });
  if (failed === 0) return null;
  const only = wantedOf(operation).affiliates;
  const affiliateOf = (code: string) =>
    only.length === 1 ? only[0] : data?.items.find(({ cause }) => cause.code === code)?.affiliate;
  return (
    <>
      <section aria-labelledby="by-cause">
        <h3 id="by-cause">{t("by_cause")}</h3>
        <ByCause failures={operation.failures} affiliateOf={affiliateOf} />
      </section>
      <section aria-labelledby="failures">
        <h3 id="failures">{t("list")}</h3>
        <ExportFailures operation={operation} />
        {error && <Failed error={error} retry={refetch} />}
        {!data && !error && <Skeleton />}
        {data && (
          <>
            <List items={data.items} />
            <Pager next={data.next} busy={isPlaceholderData} />
          </>
        )}
      </section>
    </>
  );
}

type ByCauseProps = {
  readonly failures: OperationAnswer["failures"];
  readonly affiliateOf: (code: string) => string | undefined;
};

function ByCause({ failures, affiliateOf }: ByCauseProps) {
  const t = useTexts(texts);
  const moments = useMoments();
  const href = useHref();
  return (
    <table className="cards by-cause">
      <thead>
        <tr>
          <th scope="col" className="number">
            {t("count")}
          </th>
          <th scope="col">{t("cause")}</th>
        </tr>
      </thead>
      <tbody>
        {failures.map(({ cause, count }) => {
          const affiliate = affiliateOf(cause.code);
          return (
            <tr key={cause.code}>
              <td className="number" data-name={t("count")}>
                {moments.number(count)}
              </td>
              <td data-name={t("cause")}>
                <div>
                  {cause.title} <Cure of={cause.cure} />
                  <small>{cause.hint}</small>
                  {affiliate && <Link href={href(causePath(affiliate, cause.code))}>{t("see")}</Link>}
                </div>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function List({ items }: { items: Awaited<ReturnType<typeof failurePage>>["items"] }) {
  const t = useTexts(texts);
  const href = useHref();
  const { data: overview } = useOverview();
  const channel = (one: string) => overview?.affiliates.find(({ affiliate }) => affiliate === one)?.channel ?? one;
  return (
    <table className="cards">
      <thead>
        <tr>
          <th scope="col">{t("sku")}</th>
          <th scope="col">{t("marketplace")}</th>
          <th scope="col">{t("cause")}</th>
          <th scope="col">{t("said")}</th>
        </tr>
      </thead>
      <tbody>
        {items.map((failure) => (
          <tr key={`${failure.affiliate}/${failure.sku}`}>
            <td data-name={t("sku")}>
              <Link href={href(recordPath(failure.affiliate, failure.sku))}>{failure.sku}</Link>
            </td>
            <td data-name={t("marketplace")}>{channel(failure.affiliate)}</td>
            <td data-name={t("cause")}>{failure.cause.title}</td>
            <td data-name={t("said")} className="words">
              {failure.message && <q>{failure.message}</q>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
