import { useMutation } from "@tanstack/react-query";
import { body } from "../api/client";
import { useTexts } from "../language/language";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import type { Channel } from "./queries";

const texts = {
  pause: ["Pausar", "Pause", "Pausar"],
  resume: ["Continuar", "Resume", "Continuar"],
  pause_name: ["Pausar os envios de {name}", "Pause the sends of {name}", "Pausar los envíos de {name}"],
  resume_name: ["Continuar os envios de {name}", "Resume the sends of {name}", "Continuar los envíos de {name}"],
  paused: ["Envios de {name} pausados", "Sends of {name} paused", "Envíos de {name} pausados"],
  paused_text: [
    "A VTEX continua sendo lida. O que espera é enviado, com o saldo do momento, quando os envios continuarem.",
    "VTEX goes on being read. What waits is sent, with the balance of that moment, when the sends resume.",
    "VTEX sigue siendo leída. Lo que espera se envía, con el saldo del momento, cuando los envíos continúen.",
  ],
  resumed: ["Envios de {name} continuam", "Sends of {name} resumed", "Los envíos de {name} continúan"],
  resumed_text: [
    "Cada SKU que esperava recebe o saldo de agora.",
    "Each SKU that waited gets the balance of now.",
    "Cada SKU que esperaba recibe el saldo de ahora.",
  ],
} as const;

/** The stock switch: what it means is said when it is used, and it can be taken back. */
export function ChannelSwitch({ channel: { affiliate, name, enabled } }: { channel: Channel }) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const refresh = useRefresh();
  const { say } = useToasts();
  const turn = useMutation({
    mutationFn: (on: boolean) => {
      const params = { path: { affiliate }, query: { account } };
      return body(
        on
          ? api.POST("/v1/channels/{affiliate}/resume", { params })
          : api.POST("/v1/channels/{affiliate}/pause", { params }),
      );
    },
    onSuccess: (_, on) => {
      say({
        title: t(on ? "resumed" : "paused", { name }),
        text: t(on ? "resumed_text" : "paused_text"),
        undo: () => turn.mutate(!on),
      });
    },
    onError: (error) => say({ title: error.message, wrong: true }),
    onSettled: () => refresh("channels", "overview"),
  });
  return (
    <button
      type="button"
      className="quiet"
      disabled={turn.isPending}
      aria-label={t(enabled ? "pause_name" : "resume_name", { name })}
      onClick={() => turn.mutate(!enabled)}
    >
      {t(enabled ? "pause" : "resume")}
    </button>
  );
}
