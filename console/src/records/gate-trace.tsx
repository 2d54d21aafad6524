import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import type { StepAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { withLocalTimes } from "../language/told-times";
import { Failed } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { useConsole } from "../shell/console";
import { compared } from "./steps";
import "./gate-trace.css";

export const EVERY_MS = 5_000;

const texts = {
  steps: ["Caminho da última mudança", "The way of the last change", "Camino del último cambio"],
  from: ["De {de}", "From {de}", "De {de}"],
  to: ["Por {por}", "To {por}", "Por {por}"],
  done: ["Feito", "Done", "Hecho"],
  waiting: ["A seguir", "To come", "A seguir"],
  stopped: ["Parou aqui", "Stopped here", "Se detuvo aquí"],
  skipped: ["Fora desta mudança", "Not part of this change", "Fuera de este cambio"],
  unknown: ["Não se sabe", "Nobody knows", "No se sabe"],
} as const;

const SIGNS: Readonly<Record<StepAnswer["state"], string>> = {
  done: "✓",
  waiting: "…",
  stopped: "✕",
  skipped: "–",
  unknown: "?",
};

const SAID_BY_ITS_SIGN: ReadonlySet<StepAnswer["state"]> = new Set(["done", "skipped", "unknown"]);

/** Why a SKU's last change was or was not exported to one marketplace, gate by gate. */
export default function GateTrace({ affiliate, sku }: { affiliate: string; sku: string }) {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data, error, refetch } = useQuery({
    queryKey: [account, "explanations", sku, affiliate, language],
    queryFn: ({ signal }) =>
      body(api.GET("/v1/skus/{sku}/explain", { params: { path: { sku }, query: { account, affiliate } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
  if (error && !data) return <Failed error={error} retry={refetch} />;
  const explained = data?.affiliates[0];
  if (!explained) return <Skeleton rows={3} />;
  return (
    <>
      <Told sentence={explained.conclusion.text} />
      <Steps steps={explained.steps} />
    </>
  );
}

/** A sentence of the API whose times are the viewer's. */
export function Told({ sentence }: { sentence: string }) {
  const { short } = useMoments();
  return <p className="words">{withLocalTimes(sentence, short)}</p>;
}

export function Steps({ steps }: { steps: readonly StepAnswer[] }) {
  const t = useTexts(texts);
  const { short } = useMoments();
  const change = compared(steps);
  return (
    <>
      {change && (
        <p className="number">
          {change.de !== null && `${t("from", { de: change.de })} → `}
          {t("to", { por: change.por })}
        </p>
      )}
      <ol className="steps" aria-label={t("steps")}>
        {steps.map((step) => (
          <li key={`${step.code} ${step.at}`} className={step.state}>
            <span className="sign" aria-hidden="true">
              {SIGNS[step.state]}
            </span>
            <span>
              {withLocalTimes(step.text, short)}
              <small>
                <span className={SAID_BY_ITS_SIGN.has(step.state) ? "unseen" : undefined}>
                  {t(step.state)}
                  {step.at && ", "}
                </span>
                {step.at && <When at={step.at} />}
              </small>
            </span>
          </li>
        ))}
      </ol>
    </>
  );
}
