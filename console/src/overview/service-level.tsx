import type { AffiliateService, PartsAnswer, ServiceAnswer, WindowAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { PARTS, type PartName, pace, roundedDown, sharedLimit, slowest, windowOf } from "./service";
import { useSpan } from "./span";

const texts = {
  title: ["Refletidas em até {limit}", "Reflected within {limit}", "Reflejados en hasta {limit}"],
  title_own: ["Refletidas no prazo", "Reflected in time", "Reflejados a tiempo"],
  objective: [
    "Objetivo: {share} das mudanças refletidas em até {limit}, contando as que ainda estão abertas.",
    "Objective: {share} of the changes reflected within {limit}, counting those that are still open.",
    "Objetivo: {share} de los cambios reflejados en hasta {limit}, contando los que siguen abiertos.",
  ],
  objective_own: [
    "Objetivo: {share} das mudanças refletidas no prazo de cada conexão, contando as que ainda estão abertas.",
    "Objective: {share} of the changes reflected within each connection's limit, counting those that are still open.",
    "Objetivo: {share} de los cambios reflejados en el plazo de cada conexión, contando los que siguen abiertos.",
  ],
  "1h": ["Última hora", "Last hour", "Última hora"],
  "24h": ["Últimas 24 h", "Last 24 h", "Últimas 24 h"],
  "30d": ["Últimos 30 dias", "Last 30 days", "Últimos 30 días"],
  met: ["✓ Dentro do objetivo", "✓ Objective met", "✓ Dentro del objetivo"],
  missed: ["✗ Fora do objetivo", "✗ Objective missed", "✗ Fuera del objetivo"],
  nothing: ["Nada a medir", "Nothing to measure", "Nada que medir"],
  clear: ["Nenhuma mudança atrasada", "No change was late", "Ningún cambio atrasado"],
  within: [
    "Usou {used} dos atrasos que o objetivo permite",
    "Used {used} of the late changes that the objective allows",
    "Usó {used} de los atrasos que el objetivo permite",
  ],
  over_now: [
    "{times} vezes os atrasos permitidos. Neste ritmo, os de 30 dias acabam em {lasts}",
    "{times} times the late changes allowed. At this rate those of 30 days are used up in {lasts}",
    "{times} veces los atrasos permitidos. A este ritmo, los de 30 días se acaban en {lasts}",
  ],
  over: [
    "{times} vezes os atrasos que o objetivo permite",
    "{times} times the late changes that the objective allows",
    "{times} veces los atrasos que el objetivo permite",
  ],
  counted: [
    "No prazo: {within} · atrasadas: {late} · abertas além do prazo: {open}",
    "In time: {within} · late: {late} · open beyond the limit: {open}",
    "A tiempo: {within} · atrasados: {late} · abiertos fuera de plazo: {open}",
  ],
  percentiles: [
    "Metade em até {p50}, 95% em até {p95}, 99% em até {p99}",
    "Half within {p50}, 95% within {p95}, 99% within {p99}",
    "La mitad en hasta {p50}, 95 % en hasta {p95}, 99 % en hasta {p99}",
  ],
} as const;

/** How many changes arrive in time, in the three windows, and what that means for the objective. */
export function ServiceLevel({
  service,
  affiliates,
  objective,
}: {
  service: ServiceAnswer;
  affiliates: readonly AffiliateService[];
  objective: number;
}) {
  const t = useTexts(texts);
  const moments = useMoments();
  const span = useSpan();
  const limitS = sharedLimit(affiliates);
  const limit = limitS === null ? null : span(limitS * 1000);
  const share = moments.share(objective);
  return (
    <section aria-labelledby="in-time">
      <h2 id="in-time">{limit ? t("title", { limit }) : t("title_own")}</h2>
      <p>{limit ? t("objective", { share, limit }) : t("objective_own", { share })}</p>
      <div className="panels">
        {service.windows.map((window) => (
          <Window key={window.window} window={window} open={service.open_over_limit.count} />
        ))}
      </div>
    </section>
  );
}

function Window({ window, open }: { window: WindowAnswer; open: number }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const span = useSpan();
  const { within, late, p50_ms, p95_ms, p99_ms } = window;
  const found = pace(window.burn_rate);
  const said = () => {
    if (found.is === "within") return t("within", { used: moments.share(found.used) });
    if (found.is !== "over") return t(found.is);
    if (window.window === "30d") return t("over", { times: found.times });
    return t("over_now", { times: found.times, lasts: moments.duration(found.lastsMs) });
  };
  return (
    <section className="panel window">
      <h3>{t(window.window)}</h3>
      <strong>{window.share === null ? "—" : moments.share(roundedDown(window.share))}</strong>
      {found.is !== "nothing" && (
        <span className={found.is === "over" ? "badge error" : "badge success"}>
          {t(found.is === "over" ? "missed" : "met")}
        </span>
      )}
      <p>{said()}</p>
      {found.is !== "nothing" && <small>{t("counted", { within, late, open })}</small>}
      {p50_ms !== null && (
        <small>{t("percentiles", { p50: span(p50_ms), p95: span(p95_ms), p99: span(p99_ms) })}</small>
      )}
    </section>
  );
}

const partTexts = {
  title: ["Onde o tempo vai", "Where the time goes", "A dónde va el tiempo"],
  "24h": ["nas últimas 24 h", "in the last 24 h", "en las últimas 24 h"],
  "30d": ["nos últimos 30 dias", "in the last 30 days", "en los últimos 30 días"],
  "1h": ["na última hora", "in the last hour", "en la última hora"],
  unknown: ["Nada foi medido {window}.", "Nothing was measured {window}.", "Nada se midió {window}."],
  fast: [
    "Nenhuma etapa demora: a mais longa é {part}, 95% em até {ms} {window}. Não é preciso ligar a ninguém.",
    "No step takes long: the longest is {part}, 95% within {ms} {window}. There is nobody to call.",
    "Ninguna etapa demora: la más larga es {part}, 95 % en hasta {ms} {window}. No hace falta llamar a nadie.",
  ],
  slow: [
    "A etapa mais longa é {part}: 95% em até {ms} {window}. A quem ligar: {who}.",
    "The longest step is {part}: 95% within {ms} {window}. Whom to call: {who}.",
    "La etapa más larga es {part}: 95 % en hasta {ms} {window}. A quién llamar: {who}.",
  ],
  step: ["Etapa", "Step", "Etapa"],
  p50: ["p50 (metade)", "p50 (half)", "p50 (la mitad)"],
  p95: ["p95", "p95", "p95"],
  who: ["A quem ligar", "Whom to call", "A quién llamar"],
  notify: ["Aviso da VTEX", "VTEX's notification", "Aviso de VTEX"],
  intake: ["Decisão", "Decision", "Decisión"],
  queue: ["Fila", "Queue", "Cola"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  notify_what: [
    "da mudança na VTEX até o aviso chegar",
    "from the change at VTEX until its notification arrives",
    "del cambio en VTEX hasta que llega el aviso",
  ],
  intake_what: [
    "do aviso até sabermos o saldo e decidirmos",
    "from the notification until the balance is known and decided upon",
    "del aviso hasta conocer el saldo y decidir",
  ],
  queue_what: [
    "da decisão até o envio que chegou, com pausas e novas tentativas",
    "from the decision until the send that arrived, with pauses and new tries",
    "de la decisión hasta el envío que llegó, con pausas y nuevos intentos",
  ],
  marketplace_what: [
    "desse envio até o marketplace mostrar o saldo",
    "from that send until the marketplace shows the balance",
    "de ese envío hasta que el marketplace muestra el saldo",
  ],
  notify_who: ["suporte da VTEX", "VTEX's support", "soporte de VTEX"],
  intake_who: ["quem mantém o StockBridge", "whoever runs StockBridge", "quien mantiene StockBridge"],
  queue_who: [
    "sua equipe: veja a conexão e os erros",
    "your team: see the connection and the errors",
    "su equipo: vea la conexión y los errores",
  ],
  marketplace_who: ["suporte do marketplace", "the marketplace's support", "soporte del marketplace"],
} as const;

const WORTH_A_CALL = 0.1; // of the limit

/** The parts of a change's way, and who is behind each. */
export function Parts({
  service,
  affiliates,
  name,
}: {
  service: ServiceAnswer;
  affiliates: readonly AffiliateService[];
  name: WindowAnswer["window"];
}) {
  const t = useTexts(partTexts);
  const span = useSpan();
  const parts = windowOf(service, name)?.parts;
  if (!parts) return null;
  const longest = slowest(parts);
  const limitMs = Math.min(...affiliates.map(({ limit_s }) => limit_s * 1000));
  const values = longest && { part: t(longest.part), ms: span(longest.ms), window: t(name) };
  const sentence = () => {
    if (!longest || !values) return t("unknown", { window: t(name) });
    if (longest.ms < limitMs * WORTH_A_CALL) return t("fast", values);
    return t("slow", { ...values, who: t(`${longest.part}_who`) });
  };
  return (
    <section className="panel" aria-labelledby="parts">
      <h2 id="parts">{t("title")}</h2>
      <p>{sentence()}</p>
      <table className="cards">
        <thead>
          <tr>
            <th scope="col">{t("step")}</th>
            <th scope="col" className="number">
              {t("p50")}
            </th>
            <th scope="col" className="number">
              {t("p95")}
            </th>
            <th scope="col">{t("who")}</th>
          </tr>
        </thead>
        <tbody>
          {PARTS.map((part) => (
            <tr key={part}>
              <th scope="row">
                {t(part)}
                <small>{t(`${part}_what`)}</small>
                <Length part={part} of={parts} longest={longest?.ms ?? 0} />
              </th>
              <td className="number" data-name={t("p50")}>
                {span(parts[part].p50_ms)}
              </td>
              <td className="number" data-name={t("p95")}>
                {span(parts[part].p95_ms)}
              </td>
              <td data-name={t("who")}>{t(`${part}_who`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** The p95 as a length, for the eye only. */
function Length({ part, of, longest }: { part: PartName; of: PartsAnswer; longest: number }) {
  const share = longest ? (of[part].p95_ms ?? 0) / longest : 0;
  return <span className="length" style={{ width: `${100 * share}%` }} aria-hidden="true" />;
}
