import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { body } from "../api/client";
import type { ReconciliationAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Failed } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { useConsole, useRefresh } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useToasts } from "../shell/toasts";

const SHOWN = 10;
const LIVE_MS = 2_000;
const RESTING_MS = 10_000;
const SCHEDULE = "schedule"; // who starts the runs that nobody asked for
const KINDS = ["hot", "full"] as const;

const texts = {
  title: ["Comparações", "Comparisons", "Comparaciones"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  every: ["Todos", "All", "Todos"],
  kind: ["O que comparar", "What to compare", "Qué comparar"],
  hot: ["Mudanças do último dia", "Changes of the last day", "Cambios del último día"],
  full: ["Tudo", "Everything", "Todo"],
  repair: ["Correção", "Repair", "Corrección"],
  now: ["Comparar agora", "Compare now", "Comparar ahora"],
  "started.one": ["{count} comparação em andamento", "{count} comparison is running", "{count} comparación en curso"],
  "started.other": [
    "{count} comparações em andamento",
    "{count} comparisons are running",
    "{count} comparaciones en curso",
  ],
  state: ["Estado", "State", "Estado"],
  running: ["Em andamento", "Running", "En curso"],
  paused: ["Pausada", "Paused", "Pausada"],
  stopped: ["Parada", "Stopped", "Detenida"],
  cancelled: ["Cancelada", "Cancelled", "Cancelada"],
  done: ["Terminada", "Done", "Terminada"],
  failed: ["Não terminou", "Not finished", "No terminó"],
  report: ["O que encontrou", "What it found", "Qué encontró"],
  began: ["Começou", "Began", "Comenzó"],
  scheduled: ["automática", "automatic", "automática"],
  by: ["por {user}", "by {user}", "por {user}"],
  cancel: ["Cancelar", "Cancel", "Cancelar"],
  cancel_name: [
    "Cancelar a comparação de {channel}",
    "Cancel the comparison of {channel}",
    "Cancelar la comparación de {channel}",
  ],
  none: ["Nenhuma comparação ainda.", "No comparison yet.", "Ninguna comparación todavía."],
} as const;

const BADGES: Readonly<Record<ReconciliationAnswer["state"], string>> = {
  running: "badge pending",
  done: "badge success",
  failed: "badge error",
  paused: "badge",
  stopped: "badge error",
  cancelled: "badge",
};

/** The last runs with what each found, live while one runs, and the way to begin one. */
export function Comparisons() {
  const t = useTexts(texts);
  const { api, account, may } = useConsole();
  const { language } = usePreferences();
  const { data, error, refetch } = useQuery({
    queryKey: [account, "reconciliations", language],
    queryFn: ({ signal }) =>
      body(api.GET("/v1/reconciliations", { params: { query: { account, limit: SHOWN } }, signal })),
    refetchInterval: ({ state }) => (state.data?.items.some((run) => run.state === "running") ? LIVE_MS : RESTING_MS),
  });
  return (
    <section className="comparisons" aria-labelledby="comparisons">
      <h2 id="comparisons">{t("title")}</h2>
      {may.operate && <Compare />}
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Skeleton rows={3} />}
      {data?.items.length === 0 && <p>{t("none")}</p>}
      {data && data.items.length > 0 && (
        <table className="cards">
          <thead>
            <tr>
              <th>{t("marketplace")}</th>
              <th>{t("kind")}</th>
              <th>{t("state")}</th>
              <th>{t("report")}</th>
              <th>{t("began")}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((run) => (
              <Run key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Compare() {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { data: overview } = useOverview();
  const refresh = useRefresh();
  const { say } = useToasts();
  const [kind, setKind] = useState<(typeof KINDS)[number]>("hot");
  const [affiliate, setAffiliate] = useState("");
  const start = useMutation({
    mutationFn: () =>
      body(
        api.POST("/v1/reconciliations", {
          params: { query: { account } },
          body: { kind, affiliate: affiliate || null },
        }),
      ),
    onSuccess: ({ items }) => say({ title: t.count("started", items.length) }),
    onError: (error) => say({ title: error.message, wrong: true }),
    onSettled: () => refresh("reconciliations"),
  });
  const send = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <form className="compare" onSubmit={send}>
      <label>
        <span>{t("marketplace")}</span>
        <select value={affiliate} onChange={({ target }) => setAffiliate(target.value)}>
          <option value="">{t("every")}</option>
          {overview?.affiliates.map((one) => (
            <option key={one.affiliate} value={one.affiliate}>
              {one.channel}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{t("kind")}</span>
        <select value={kind} onChange={({ target }) => setKind(KINDS.find((one) => one === target.value) ?? "hot")}>
          {KINDS.map((one) => (
            <option key={one} value={one}>
              {t(one)}
            </option>
          ))}
        </select>
      </label>
      <button type="submit" disabled={start.isPending}>
        {t("now")}
      </button>
    </form>
  );
}

function Run({ run }: { run: ReconciliationAnswer }) {
  const t = useTexts(texts);
  const { api, account, may } = useConsole();
  const { data: overview } = useOverview();
  const refresh = useRefresh();
  const { say } = useToasts();
  const { id, affiliate, kind, state, report, created_at, created_by } = run;
  const channel = overview?.affiliates.find((one) => one.affiliate === affiliate)?.channel ?? affiliate;
  const cancel = useMutation({
    mutationFn: () =>
      body(api.POST("/v1/reconciliations/{run_id}/cancel", { params: { path: { run_id: id }, query: { account } } })),
    onError: (error) => say({ title: error.message, wrong: true }),
    onSettled: () => refresh("reconciliations"),
  });
  return (
    <tr>
      <td data-name={t("marketplace")}>{channel}</td>
      <td data-name={t("kind")}>{t(kind)}</td>
      <td data-name={t("state")}>
        <div className="run-state">
          <span className={BADGES[state]}>{t(state)}</span>
          {state === "running" && may.operate && (
            <button
              type="button"
              className="quiet"
              disabled={cancel.isPending}
              aria-label={t("cancel_name", { channel })}
              onClick={() => cancel.mutate()}
            >
              {t("cancel")}
            </button>
          )}
        </div>
      </td>
      <td data-name={t("report")}>{report}</td>
      <td data-name={t("began")}>
        <div>
          <When at={created_at} />
          <small>{created_by === SCHEDULE ? t("scheduled") : t("by", { user: created_by })}</small>
        </div>
      </td>
    </tr>
  );
}
