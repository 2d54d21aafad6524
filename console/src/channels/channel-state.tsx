import { useTexts } from "../language/language";
import { When } from "../parts/when";
import { useOverview } from "../shell/overview-query";
import type { Channel } from "./queries";

const texts = {
  on: ["Enviando", "Sending", "Enviando"],
  off: ["Envios pausados", "Sends paused", "Envíos pausados"],
  stopped: ["Envios parados", "Sends stopped", "Envíos detenidos"],
  since: ["desde", "since", "desde"],
  until: ["próxima tentativa", "next try", "próximo intento"],
} as const;

/** Whether a channel sends, and what keeps it from sending: a switch, or an incident. */
export function ChannelState({ channel: { affiliate, enabled } }: { channel: Channel }) {
  const t = useTexts(texts);
  const { data: overview } = useOverview();
  const incident = overview?.incidents.find((one) => one.affiliate === affiliate);
  return (
    <>
      {!enabled ? (
        <span className="badge">
          <span aria-hidden="true">⏸</span> {t("off")}
        </span>
      ) : incident ? (
        <span className="badge error">
          <span aria-hidden="true">✕</span> {t("stopped")}
        </span>
      ) : (
        <span className="badge success">
          <span aria-hidden="true">✓</span> {t("on")}
        </span>
      )}
      {incident && (
        <small>
          {incident.cause.title}
          {incident.since && (
            <>
              , {t("since")} <When at={incident.since} />
            </>
          )}
          {incident.until && (
            <>
              , {t("until")} <When at={incident.until} format="time" />
            </>
          )}
          . {incident.cause.hint}
        </small>
      )}
    </>
  );
}
