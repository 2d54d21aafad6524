import { useTexts } from "../language/language";
import { When } from "../parts/when";
import { useOverview } from "../shell/overview-query";
import type { Channel } from "./queries";

const texts = {
  on: ["Enviando", "Sending", "Enviando"],
  off: ["Envios pausados", "Sends paused", "Envíos pausados"],
  stopped: ["Envios parados", "Sends stopped", "Envíos detenidos"],
  asked: ["Pausa até", "Paused until", "Pausa hasta"],
  asked_text: [
    "Pedida pelo marketplace, que limitou a quantidade de envios. Nada a fazer: voltam sozinhos.",
    "Asked for by the marketplace, which limited the number of sends. Nothing to do: they resume by themselves.",
    "Pedida por el marketplace, que limitó la cantidad de envíos. Nada que hacer: vuelven solos.",
  ],
  since: ["desde", "since", "desde"],
  until: ["próxima tentativa", "next try", "próximo intento"],
  soon: ["em até 1 minuto", "within a minute", "en menos de 1 minuto"],
  sooner: [
    "Depois de salvar as novas, um teste que funciona adianta a próxima tentativa.",
    "Once the new ones are saved, a test that works brings the next try forward.",
    "Después de guardar las nuevas, una prueba que funciona adelanta el próximo intento.",
  ],
} as const;

const BADGES = {
  on: { sign: "✓", class: "badge success" },
  off: { sign: "‖", class: "badge" },
  stopped: { sign: "✕", class: "badge error" },
  asked: { sign: "◷", class: "badge pending" },
} as const;

/** Whether a channel sends, and what keeps it from sending: a switch, an incident, or a marketplace that wants time. */
export function ChannelState({ channel: { affiliate, enabled } }: { channel: Channel }) {
  const t = useTexts(texts);
  const { data: overview } = useOverview();
  const incident = overview?.incidents.find((one) => one.affiliate === affiliate);
  const asked = overview?.affiliates.find((one) => one.affiliate === affiliate)?.asked_until;
  const state = !enabled ? "off" : incident ? "stopped" : asked ? "asked" : "on";
  return (
    <>
      <span className={BADGES[state].class}>
        <span aria-hidden="true">{BADGES[state].sign}</span> {t(state)}
        {state === "asked" && asked && (
          <>
            {" "}
            <When at={asked} format="time" />
          </>
        )}
      </span>
      {state === "asked" && <small>{t("asked_text")}</small>}
      {incident && (
        <small>
          {incident.cause.title}
          {incident.since && (
            <>
              , {t("since")} <When at={incident.since} />
            </>
          )}
          {enabled && (
            <>
              , {t("until")} {incident.until ? <When at={incident.until} format="time" /> : t("soon")}
            </>
          )}
          . {incident.cause.hint}.{enabled && incident.cause.code === "auth" && ` ${t("sooner")}`}
        </small>
      )}
    </>
  );
}
