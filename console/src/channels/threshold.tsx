import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { body, Refused } from "../api/client";
import type { AffiliateSimulation } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import { readThreshold, triedWith, withThreshold } from "./configuration";
import type { Channel } from "./queries";

const DAYS = 30;

const texts = {
  title: ["Regra das unidades", "The unit rule", "Regla de las unidades"],
  rule: [
    "Uma mudança só de estoque é enviada quando o saldo antes ou depois é de no máximo {threshold} unidades.",
    "A change of nothing but the stock is sent when the balance before or after is at most {threshold} units.",
    "Un cambio solo de stock se envía cuando el saldo antes o después es de como máximo {threshold} unidades.",
  ],
  threshold: ["Limite, em unidades", "Limit, in units", "Límite, en unidades"],
  wrong: [
    "Informe um número inteiro de 0 a 10.000.",
    "Give a whole number from 0 to 10,000.",
    "Informe un número entero de 0 a 10.000.",
  ],
  try: ["Ver efeito", "See the effect", "Ver efecto"],
  save: ["Salvar limite {threshold}", "Save limit {threshold}", "Guardar límite {threshold}"],
  "covered.one": [
    "Em {count} mudança de {since} a {until}:",
    "In {count} change from {since} to {until}:",
    "En {count} cambio de {since} a {until}:",
  ],
  "covered.other": [
    "Em {count} mudanças de {since} a {until}:",
    "In {count} changes from {since} to {until}:",
    "En {count} cambios de {since} a {until}:",
  ],
  saved: [
    "Limite de {name}: {threshold} unidades",
    "Limit of {name}: {threshold} units",
    "Límite de {name}: {threshold} unidades",
  ],
  saved_text: [
    "Vale a partir da próxima mudança de cada SKU.",
    "It holds from the next change of each SKU on.",
    "Vale a partir del próximo cambio de cada SKU.",
  ],
  conflict: ["Outra pessoa salvou antes", "Somebody else saved first", "Otra persona guardó antes"],
  conflict_text: [
    "Recarregamos a conexão. Confira e salve de novo.",
    "The connection was loaded again. Look at it and save again.",
    "Recargamos la conexión. Revise y guarde de nuevo.",
  ],
} as const;

/** The limit of the rule, with what another one would have done before it is saved. */
export function Threshold({ channel }: { channel: Channel }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const refresh = useRefresh();
  const { say } = useToasts();
  const { affiliate, name, rev } = channel;
  const [typed, setTyped] = useState(String(channel.threshold));
  const wanted = readThreshold(typed);

  const effect = useMutation({
    mutationFn: (threshold: number) =>
      body(
        api.POST("/v1/rule-simulations", {
          params: { query: { account } },
          body: { affiliate, thresholds: [...triedWith(threshold)], days: DAYS },
        }),
      ),
  });
  const save = useMutation({
    mutationFn: (threshold: number) =>
      body(
        api.PUT("/v1/channels/{affiliate}", {
          params: { path: { affiliate }, query: { account, rev } },
          body: withThreshold(channel, threshold),
        }),
      ),
    onSuccess: (_, threshold) => {
      effect.reset();
      say({ title: t("saved", { name, threshold }), text: t("saved_text") });
    },
    onError: (error) => {
      const conflict = error instanceof Refused && error.status === 409;
      say(
        conflict
          ? { title: t("conflict"), text: t("conflict_text"), wrong: true }
          : { title: error.message, wrong: true },
      );
    },
    onSettled: () => refresh("channels", "activity"),
  });
  const look = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== null) effect.mutate(wanted);
  };
  const changed = wanted !== null && wanted !== channel.threshold;
  return (
    <section className="panel" aria-labelledby="threshold">
      <h3 id="threshold">{t("title")}</h3>
      <p>{t("rule", { threshold: channel.threshold })}</p>
      <form className="threshold" onSubmit={look}>
        <label>
          <span>{t("threshold")}</span>
          <input
            inputMode="numeric"
            value={typed}
            aria-invalid={wanted === null}
            aria-describedby={wanted === null ? "threshold-wrong" : undefined}
            onChange={({ target }) => {
              setTyped(target.value);
              effect.reset();
            }}
          />
        </label>
        <button type="submit" className="quiet" disabled={wanted === null || effect.isPending}>
          {t("try")}
        </button>
        {changed && (
          <button type="button" disabled={save.isPending} onClick={() => save.mutate(wanted)}>
            {t("save", { threshold: wanted })}
          </button>
        )}
      </form>
      {wanted === null && (
        <p id="threshold-wrong" className="refusal" role="alert">
          {t("wrong")}
        </p>
      )}
      <div role="status">
        {effect.error && <p className="refusal">{effect.error.message}</p>}
        {effect.data && effect.variables === wanted && <Effect of={effect.data.affiliates[0]} wanted={wanted} />}
      </div>
    </section>
  );
}

function Effect({ of, wanted }: { of: AffiliateSimulation | undefined; wanted: number }) {
  const t = useTexts(texts);
  const { short } = useMoments();
  if (!of) return null;
  const { since, until, first_change } = of.covered;
  return (
    <>
      <p>{t.count("covered", of.changes, { since: short(first_change ?? since), until: short(until) })}</p>
      <ul>
        {of.results.map(({ threshold, text }) => (
          <li key={threshold}>{threshold === wanted ? <strong>{text}</strong> : text}</li>
        ))}
      </ul>
    </>
  );
}
