import { useMutation } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { body } from "../api/client";
import type { OperationAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { operationPath, useHref } from "../shell/address";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import { nameOf } from "./asked";
import { CHANGED_BY_OPERATIONS, useKeep } from "./deeds";

type Deed = OperationAnswer["actions"][number];

const texts = {
  pause: ["Pausar", "Pause", "Pausar"],
  resume: ["Continuar", "Go on", "Continuar"],
  anyway: ["Continuar mesmo assim", "Go on all the same", "Continuar de todos modos"],
  cancel: ["Cancelar restantes", "Cancel what is left", "Cancelar los restantes"],
  undo: ["Desfazer", "Undo", "Deshacer"],
  refused: ["Não foi possível", "That was not possible", "No fue posible"],
} as const;

type Props = { readonly operation: OperationAnswer; readonly leave: () => void };

/** What may be done to an operation now; the API says it. `leave` takes the focus when no button is left for it. */
export function Deeds({ operation, leave }: Props) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { say } = useToasts();
  const keep = useKeep();
  const refresh = useRefresh();
  const href = useHref();
  const [, go] = useLocation();
  const params = { path: { operation_id: operation.id }, query: { account } };
  const { mutate, isPending } = useMutation({
    mutationFn: (deed: Deed) => {
      switch (deed) {
        case "pause":
          return body(api.POST("/v1/operations/{operation_id}/pause", { params }));
        case "resume":
          return body(api.POST("/v1/operations/{operation_id}/resume", { params }));
        case "cancel":
          return body(api.POST("/v1/operations/{operation_id}/cancel", { params }));
        case "undo":
          return body(api.POST("/v1/operations/{operation_id}/undo", { params }));
      }
    },
    onSuccess: (now, deed) => {
      keep(now);
      if (deed === "undo") go(href(operationPath(nameOf(now))));
      if (deed === "undo" || deed === "cancel") leave();
    },
    onSettled: () => refresh(...CHANGED_BY_OPERATIONS),
  });
  if (operation.actions.length === 0) return null;
  const act = (deed: Deed) => {
    if (isPending) return; // not `disabled`: that would take the focus away
    mutate(deed, { onError: (error) => say({ title: t("refused"), text: error.message, wrong: true }) });
  };
  const may = (deed: Deed) => operation.actions.includes(deed);
  return (
    <p className="buttons">
      {(may("pause") || may("resume")) && (
        // one button in both states, so that it keeps the focus
        <button type="button" aria-disabled={isPending} onClick={() => act(may("pause") ? "pause" : "resume")}>
          {may("pause") ? t("pause") : t(operation.state === "stopped" ? "anyway" : "resume")}
        </button>
      )}
      {may("cancel") && (
        <button type="button" className="danger" aria-disabled={isPending} onClick={() => act("cancel")}>
          {t("cancel")}
        </button>
      )}
      {may("undo") && (
        <button type="button" className="quiet" aria-disabled={isPending} onClick={() => act("undo")}>
          {t("undo")}
        </button>
      )}
    </p>
  );
}
