import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "wouter";
import { body } from "../api/client";
import type { HiddenAnswer, RuleSimulationAnswer, ThresholdAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { Failed } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { recordPath, useHref, useParameters } from "../shell/address";
import { useConsole } from "../shell/console";
import { readDays, readThresholds } from "./thresholds";

const SUGGESTED = "3, 5, 10, 20";

const texts = {
  title: ["Simular a regra das 5 unidades", "Simulate the 5-unit rule", "Simular la regla de las 5 unidades"],
  intro: [
    "O que outro limite teria feito com as mudanças que de fato aconteceram. Nada é alterado.",
    "What another threshold would have done with the changes that really happened. Nothing is changed.",
    "Lo que otro límite habría hecho con los cambios que de verdad ocurrieron. Nada se modifica.",
  ],
  thresholds: ["Limites (unidades)", "Thresholds (units)", "Límites (unidades)"],
  days: ["Dias", "Days", "Días"],
  simulate: ["Simular", "Simulate", "Simular"],
  invalid: [
    "Escreva até 10 números inteiros, separados por vírgula.",
    "Write up to 10 whole numbers, separated by commas.",
    "Escriba hasta 10 números enteros, separados por comas.",
  ],
  "changes.one": ["{count} mudança simulada.", "{count} change simulated.", "{count} cambio simulado."],
  "changes.other": ["{count} mudanças simuladas.", "{count} changes simulated.", "{count} cambios simulados."],
  part: [
    "É só a parte mais nova do período: o resto seria demais para esperar.",
    "It is only the newest part of the period: the rest would take too long.",
    "Es solo la parte más nueva del período: el resto demoraría demasiado.",
  ],
  threshold: ["Limite", "Threshold", "Límite"],
  in_force: ["em vigor", "in force", "vigente"],
  sends: ["Envios", "Sends", "Envíos"],
  saved: ["Diferença de envios", "Difference in sends", "Diferencia de envíos"],
  hidden: ["SKUs com diferença escondida", "SKUs with a hidden difference", "SKU con diferencia oculta"],
  largest: ["Maior diferença escondida", "Largest hidden difference", "Mayor diferencia oculta"],
  shown: [
    "mostraria {shown}, havia {real}",
    "would show {shown}, there were {real}",
    "mostraría {shown}, había {real}",
  ],
  none: ["nenhuma", "none", "ninguna"],
} as const;

/** Thresholds tried on the account's own history, of one marketplace or of all. What was asked is in the address. */
export function RuleSimulation({ affiliate }: { affiliate: string | null }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const [parameters, change] = useParameters();
  const asked = parameters.get("limites");
  const thresholds = readThresholds(asked);
  const days = readDays(parameters.get("dias"));
  const [written, write] = useState(asked ?? SUGGESTED);
  const [wrong, setWrong] = useState(false);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: [account, "rule-simulation", affiliate, thresholds, days],
    queryFn: ({ signal }) =>
      body(
        api.POST("/v1/rule-simulations", {
          params: { query: { account } },
          body: { affiliate, thresholds: thresholds ?? [], days },
          signal,
        }),
      ),
    enabled: thresholds !== null,
    staleTime: Number.POSITIVE_INFINITY, // it reads much, and nobody watches it
  });
  const simulate = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fits = readThresholds(written) !== null;
    setWrong(!fits);
    if (fits) change({ limites: written, dias: String(new FormData(event.currentTarget).get("dias")) });
  };
  return (
    <section className="panel simulation">
      <h2>{t("title")}</h2>
      <p>{t("intro")}</p>
      <form onSubmit={simulate}>
        <label>
          <span>{t("thresholds")}</span>
          <input
            value={written}
            onChange={(event) => write(event.target.value)}
            aria-invalid={wrong}
            aria-describedby={wrong ? "thresholds-wrong" : undefined}
          />
        </label>
        <label>
          <span>{t("days")}</span>
          <input name="dias" type="number" min={1} max={30} required defaultValue={days} />
        </label>
        <button type="submit" disabled={isFetching}>
          {t("simulate")}
        </button>
      </form>
      {wrong && (
        <p id="thresholds-wrong" role="alert">
          {t("invalid")}
        </p>
      )}
      {error && <Failed error={error} retry={refetch} />}
      {isFetching && !data && <Skeleton rows={3} />}
      {data && <Results answer={data} affiliate={affiliate} />}
    </section>
  );
}

function Results({ answer, affiliate }: { answer: RuleSimulationAnswer; affiliate: string | null }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { total, affiliates } = answer;
  const results = affiliate ? (affiliates[0]?.results ?? []) : total.results;
  return (
    <>
      <p role="status">
        {t.count("changes", total.changes)} {!total.whole && t("part")}
      </p>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">{t("threshold")}</th>
            <th scope="col" className="number">
              {t("sends")}
            </th>
            <th scope="col" className="number">
              {t("saved")}
            </th>
            <th scope="col" className="number">
              {t("hidden")}
            </th>
            <th scope="col">{t("largest")}</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <tr key={result.threshold}>
              <th scope="row">
                {moments.number(result.threshold)} {result.in_force && <span className="badge">{t("in_force")}</span>}
              </th>
              <td className="number" data-name={t("sends")}>
                {moments.number(result.sends)}
              </td>
              <td className="number" data-name={t("saved")}>
                <Saved by={result} />
              </td>
              <td className="number" data-name={t("hidden")}>
                {moments.number(result.hidden_skus)}
              </td>
              <td data-name={t("largest")}>{result.largest ? <Hidden of={result.largest} /> : t("none")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Saved({ by }: { by: ThresholdAnswer }) {
  const moments = useMoments();
  const more = 0 - by.saved;
  const sign = more > 0 ? "+" : "";
  if (by.saved_percent === null || more === 0) return `${sign}${moments.number(more)}`;
  return `${sign}${moments.number(more)} (${sign}${moments.share(-by.saved_percent / 100)})`;
}

function Hidden({ of }: { of: HiddenAnswer }) {
  const t = useTexts(texts);
  const href = useHref();
  return (
    <>
      {t("shown", { shown: of.shown, real: of.real })}{" "}
      <Link href={href(recordPath(of.affiliate, of.sku))}>
        SKU {of.sku} · {of.affiliate}
      </Link>
    </>
  );
}
