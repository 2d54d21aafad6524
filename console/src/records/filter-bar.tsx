import { useQuery } from "@tanstack/react-query";
import { type FormEvent, type RefObject, useEffect, useId, useState } from "react";
import { body } from "../api/client";
import type { CountAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { InstantField } from "../parts/instant-field";
import { useTally } from "../parts/tally";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { EVERYTHING, type Filter, isLimited } from "./filter";

const MOST_CAUSES = 200;
const PERIODS = ["-1h", "-24h", "-7d", "-30d"] as const;

const texts = {
  search: ["Buscar por código", "Search by SKU", "Buscar por código"],
  placeholder: ["Código do SKU na VTEX", "The SKU's id at VTEX", "Código del SKU en VTEX"],
  go: ["Buscar", "Search", "Buscar"],
  not_a_sku: [
    "O código tem só números, até 10: o do SKU na VTEX",
    "The id has digits only, 10 at most: the SKU's at VTEX",
    "El código tiene solo números, hasta 10: el del SKU en VTEX",
  ],
  status: ["Status", "Status", "Estado"],
  affiliate: ["Marketplace", "Marketplace", "Marketplace"],
  cause: ["Causa", "Cause", "Causa"],
  period: ["Período", "Period", "Período"],
  all: ["Todos", "All", "Todos"],
  any_cause: ["Todas", "All", "Todas"],
  always: ["Sempre", "Always", "Siempre"],
  "-1h": ["Última hora", "Last hour", "Última hora"],
  "-24h": ["Últimas 24 horas", "Last 24 hours", "Últimas 24 horas"],
  "-7d": ["Últimos 7 dias", "Last 7 days", "Últimos 7 días"],
  "-30d": ["Últimos 30 dias", "Last 30 days", "Últimos 30 días"],
  custom: ["Escolher datas", "Choose dates", "Elegir fechas"],
  from: ["De", "From", "De"],
  to: ["Até", "To", "Hasta"],
  error: ["Erro", "Error", "Error"],
  success: ["Sucesso", "Success", "Éxito"],
  pending: ["Aguardando", "Waiting", "En espera"],
  removed: ["Removidos", "Removed", "Eliminados"],
  late: ["Atrasados", "Late", "Atrasados"],
  risk: ["Risco de venda sem estoque", "Risk of overselling", "Riesgo de venta sin stock"],
  sku: ["Código {sku}", "SKU {sku}", "Código {sku}"],
  without: ["Tirar o filtro {filter}", "Take the filter {filter} away", "Quitar el filtro {filter}"],
  clear: ["Limpar filtros", "Clear filters", "Limpiar filtros"],
  filters: ["Filtros em uso", "Filters in use", "Filtros en uso"],
} as const;

const STATUSES = ["error", "success", "pending", "removed"] as const;

type Props = {
  filter: Filter;
  change: (filter: Filter) => void;
  search: RefObject<HTMLInputElement | null>;
};

/** The funnel of the original: what the list is limited to, with how many there are of each. */
export function FilterBar({ filter, change, search }: Props) {
  const t = useTexts(texts);
  const tally = useTally();
  const { data: overview } = useOverview();
  const causes = useCauses(filter.affiliate);
  const channels = overview?.affiliates ?? [];
  const of = channels.find(({ affiliate }) => affiliate === filter.affiliate);
  const counts = of?.counts ?? overview?.counts;
  const label = (name: string, count: CountAnswer | undefined) => (count ? `${name} (${tally(count)})` : name);
  // a list with an order of its own takes no other limits: choosing one leaves it
  const plain = { ...filter, late: false, risk: false };

  return (
    <div className="filters">
      <Search filter={filter} change={change} field={search} />
      <label>
        <span>{t("status")}</span>
        <select
          value={filter.status ?? ""}
          onChange={({ target }) => {
            const status = STATUSES.find((one) => one === target.value) ?? null;
            change({ ...plain, status, cause: status === "error" ? filter.cause : null });
          }}
        >
          <option value="">{t("all")}</option>
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {label(t(one), counts?.[one])}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t("affiliate")}</span>
        <select
          value={filter.affiliate ?? ""}
          onChange={({ target }) => change({ ...filter, affiliate: target.value || null })}
        >
          <option value="">{t("all")}</option>
          {channels.map((each) => (
            <option key={each.affiliate} value={each.affiliate}>
              {label(each.channel, filter.status ? each.counts[filter.status] : allOf(each.counts))}
            </option>
          ))}
          {filter.affiliate && !of && <option value={filter.affiliate}>{filter.affiliate}</option>}
        </select>
      </label>
      <label>
        <span>{t("cause")}</span>
        <select
          value={filter.cause ?? ""}
          onChange={({ target }) => {
            const cause = target.value || null;
            change({ ...plain, cause, status: cause ? "error" : filter.status });
          }}
        >
          <option value="">{t("any_cause")}</option>
          {causes.map(({ code, title, open }) => (
            <option key={code} value={code}>
              {label(title, open)}
            </option>
          ))}
          {filter.cause && !causes.some(({ code }) => code === filter.cause) && (
            <option value={filter.cause}>{filter.cause}</option>
          )}
        </select>
      </label>
      <Period filter={filter} change={(period) => change({ ...plain, ...period })} />
      {isLimited(filter) && <Chips filter={filter} change={change} channels={channels} causes={causes} />}
    </div>
  );
}

function Search({ filter, change, field }: { filter: Filter; change: Props["change"]; field: Props["search"] }) {
  const t = useTexts(texts);
  const problem = useId();
  const [text, setText] = useState(filter.sku ?? "");
  const [wrong, setWrong] = useState(false);
  useEffect(() => setText(filter.sku ?? ""), [filter.sku]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const sku = text.trim();
    const bad = sku !== "" && !/^[1-9]\d{0,9}$/.test(sku);
    setWrong(bad);
    if (!bad) change({ ...filter, sku: sku || null, risk: false });
  };
  return (
    <search className="filter-sku">
      <form onSubmit={submit}>
        <label>
          <span>{t("search")}</span>
          <input
            ref={field}
            type="search"
            inputMode="numeric"
            autoComplete="off"
            maxLength={20}
            value={text}
            placeholder={t("placeholder")}
            aria-invalid={wrong}
            aria-describedby={wrong ? problem : undefined}
            onChange={({ target }) => setText(target.value)}
          />
        </label>
        <button type="submit">{t("go")}</button>
      </form>
      {wrong && (
        <p id={problem} className="field-problem" role="alert">
          {t("not_a_sku")}
        </p>
      )}
    </search>
  );
}

function Period({ filter, change }: { filter: Filter; change: (period: Pick<Filter, "from" | "to">) => void }) {
  const t = useTexts(texts);
  const known = PERIODS.find((one) => one === filter.from && filter.to === null);
  const [custom, setCustom] = useState(false);
  const choosing = custom || (known === undefined && (filter.from !== null || filter.to !== null));
  return (
    <>
      <label>
        <span>{t("period")}</span>
        <select
          value={choosing ? "custom" : (known ?? "")}
          onChange={({ target }) => {
            setCustom(target.value === "custom");
            if (target.value !== "custom") change({ from: target.value || null, to: null });
          }}
        >
          <option value="">{t("always")}</option>
          {PERIODS.map((one) => (
            <option key={one} value={one}>
              {t(one)}
            </option>
          ))}
          <option value="custom">{t("custom")}</option>
        </select>
      </label>
      {choosing && (
        <>
          <InstantField
            label={t("from")}
            value={absolute(filter.from)}
            change={(from) => change({ from, to: filter.to })}
          />
          <InstantField
            label={t("to")}
            value={absolute(filter.to)}
            change={(to) => change({ from: filter.from, to })}
          />
        </>
      )}
    </>
  );
}

/** A relative time has no place in a field of dates. */
function absolute(moment: string | null): string | null {
  return moment?.startsWith("-") ? null : moment;
}

type Named = { readonly code: string; readonly title: string; readonly open: CountAnswer };

function Chips({
  filter,
  change,
  channels,
  causes,
}: {
  filter: Filter;
  change: Props["change"];
  channels: readonly { affiliate: string; channel: string }[];
  causes: readonly Named[];
}) {
  const t = useTexts(texts);
  const moments = useMoments();
  const told = (at: string) =>
    PERIODS.find((one) => one === at) ? t(at as (typeof PERIODS)[number]) : moments.short(at);
  const chips: readonly (readonly [string, Partial<Filter>] | null)[] = [
    filter.late ? [t("late"), { late: false }] : null,
    filter.risk ? [t("risk"), { risk: false }] : null,
    filter.status && !filter.cause ? [t(filter.status), { status: null }] : null,
    filter.affiliate
      ? [
          channels.find(({ affiliate }) => affiliate === filter.affiliate)?.channel ?? filter.affiliate,
          { affiliate: null },
        ]
      : null,
    filter.cause ? [causes.find(({ code }) => code === filter.cause)?.title ?? filter.cause, { cause: null }] : null,
    filter.sku ? [t("sku", { sku: filter.sku }), { sku: null }] : null,
    filter.from
      ? [filter.from.startsWith("-") ? told(filter.from) : `${t("from")} ${told(filter.from)}`, { from: null }]
      : null,
    filter.to ? [`${t("to")} ${told(filter.to)}`, { to: null }] : null,
  ];
  return (
    <ul className="chips" aria-label={t("filters")}>
      {chips.map(
        (chip) =>
          chip && (
            <li key={chip[0]}>
              {chip[0]}
              <button
                type="button"
                className="icon"
                aria-label={t("without", { filter: chip[0] })}
                onClick={() => change({ ...filter, ...chip[1] })}
              >
                ×
              </button>
            </li>
          ),
      )}
      <li className="plain">
        <button type="button" className="quiet" onClick={() => change(EVERYTHING)}>
          {t("clear")}
        </button>
      </li>
    </ul>
  );
}

/** The causes that errors have, each once with the sum of its marketplaces, the most frequent first. */
function useCauses(affiliate: string | null): readonly Named[] {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data } = useQuery({
    queryKey: [account, "causes", "filter", affiliate, language],
    queryFn: ({ signal }) => {
      const query = { account, limit: MOST_CAUSES, ...(affiliate && { affiliate }) };
      return body(api.GET("/v1/causes", { params: { query }, signal }));
    },
    staleTime: 30_000,
  });
  const found = new Map<string, Named>();
  for (const { code, cause, open } of data?.items ?? []) {
    const before = found.get(code)?.open ?? { count: 0, more: false };
    found.set(code, {
      code,
      title: cause.title,
      open: { count: before.count + open.count, more: before.more || open.more },
    });
  }
  return [...found.values()]
    .filter(({ open }) => open.count > 0)
    .sort((one, other) => other.open.count - one.open.count);
}

function allOf(counts: Readonly<Record<"error" | "success" | "pending", CountAnswer>>): CountAnswer {
  const all = [counts.error, counts.success, counts.pending];
  return { count: all.reduce((sum, { count }) => sum + count, 0), more: all.some(({ more }) => more) };
}
