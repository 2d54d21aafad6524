import { useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { type Filter, instantOf } from "../records/filter";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";

const texts = {
  status: ["Status", "Status", "Estado"],
  all: ["Todos, menos os removidos", "All but removed ones", "Todos, menos los eliminados"],
  error: ["Erro", "Error", "Error"],
  success: ["Sucesso", "Success", "Éxito"],
  pending: ["Aguardando processamento", "Waiting to be processed", "En espera de procesamiento"],
  removed: ["Removidos", "Removed", "Eliminados"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  every: ["Todos", "All", "Todos"],
  cause: ["Causa", "Cause", "Causa"],
  sku: ["SKU", "SKU", "SKU"],
  period: ["Período", "Period", "Período"],
  between: ["De {from} até {to}", "From {from} to {to}", "De {from} a {to}"],
  since: ["Desde {from}", "Since {from}", "Desde {from}"],
  until: ["Até {to}", "Until {to}", "Hasta {to}"],
  delay: ["Atraso", "Delay", "Atraso"],
  late: ["Só atrasados", "Late ones only", "Solo atrasados"],
} as const;

/** A filter in words, one line for each thing that it limits. `now` (ms) is what its relative times are of. */
export function FilterWords({ filter, now }: { filter: Filter; now: number }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { data: overview } = useOverview();
  const cause = useCauseTitle(filter);
  const channel = overview?.affiliates.find(({ affiliate }) => affiliate === filter.affiliate)?.channel;
  const from = filter.from && moments.short(instantOf(filter.from, now));
  const to = filter.to && moments.short(instantOf(filter.to, now));
  const period = from && to ? t("between", { from, to }) : from ? t("since", { from }) : to && t("until", { to });
  const lines = {
    status: t(filter.status ?? "all"),
    marketplace: filter.affiliate ? (channel ?? filter.affiliate) : t("every"),
    cause,
    sku: filter.sku,
    period,
    delay: filter.late && t("late"),
  };
  return (
    <dl className="filter-words">
      {(Object.keys(lines) as (keyof typeof lines)[]).map(
        (name) =>
          lines[name] && (
            <div key={name}>
              <dt>{t(name)}</dt>
              <dd>{lines[name]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** A cause is named by its marketplace; without one its code has to do. */
function useCauseTitle({ affiliate, cause }: Filter): string | null {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data } = useQuery({
    queryKey: [account, "causes", affiliate, cause, language],
    queryFn: ({ signal }) =>
      body(
        api.GET("/v1/causes/{affiliate}/{code}", {
          params: { path: { affiliate: affiliate ?? "", code: cause ?? "" }, query: { account } },
          signal,
        }),
      ),
    enabled: affiliate !== null && cause !== null,
  });
  return data?.cause.title ?? cause;
}
