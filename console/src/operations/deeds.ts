import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { body, Refused } from "../api/client";
import type { OperationAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { operationPath, useHref } from "../shell/address";
import { useConsole, useRefresh } from "../shell/console";
import { type Toast, useToasts } from "../shell/toasts";
import { nameOf } from "./asked";
import { isOver } from "./progress";

const texts = {
  undone: ["Os logs estão voltando", "The logs are coming back", "Los logs están volviendo"],
  follow: ["Ver operação nº {name}", "See operation no. {name}", "Ver operación n.º {name}"],
  not_undone: ["Não foi possível desfazer", "It could not be undone", "No fue posible deshacer"],
} as const;

/** What an operation changes while it goes on, wherever that is shown. */
export const CHANGED_BY_OPERATIONS = [
  "operations",
  "operation",
  "records",
  "total",
  "causes",
  "cause",
  "overview",
] as const;

/** What was answered about an operation is what its page shows from now on, at either of its addresses. */
export function useKeep(): (operation: OperationAnswer) => void {
  const queries = useQueryClient();
  const { account } = useConsole();
  const { language } = usePreferences();
  return useCallback(
    (operation) => {
      for (const name of [operation.id, nameOf(operation)]) {
        queries.setQueryData([account, "operation", name, language], operation);
      }
    },
    [queries, account, language],
  );
}

/** The way to where an operation can be followed, in a notice about it. */
export function useFollow(): (operation: OperationAnswer) => NonNullable<Toast["link"]> {
  const t = useTexts(texts);
  const href = useHref();
  return useCallback(
    (operation) => ({
      label: t("follow", { name: nameOf(operation) }),
      href: href(operationPath(nameOf(operation))),
    }),
    [t, href],
  );
}

/** Takes a removal back, whether it is over or still going on. Says what came of it; never throws. */
export function useUndoRemoval(): (id: string) => Promise<void> {
  const { api, account } = useConsole();
  const t = useTexts(texts);
  const { say } = useToasts();
  const refresh = useRefresh();
  const follow = useFollow();
  return useCallback(
    async (id) => {
      const params = { path: { operation_id: id }, query: { account } };
      try {
        const removal = await body(api.GET("/v1/operations/{operation_id}", { params }));
        if (!isOver(removal)) {
          await body(api.POST("/v1/operations/{operation_id}/cancel", { params })).catch(unlessOver);
        }
        const undo = await body(api.POST("/v1/operations/{operation_id}/undo", { params }));
        say({ title: t("undone"), link: follow(undo) });
      } catch (error) {
        say({ title: t("not_undone"), text: error instanceof Error ? error.message : String(error), wrong: true });
      }
      await refresh(...CHANGED_BY_OPERATIONS);
    },
    [api, account, t, say, refresh, follow],
  );
}

/** Only what is over can be undone, and only what is not can be cancelled: it may have ended a moment ago. */
function unlessOver(error: unknown): void {
  if (!(error instanceof Refused && error.status === 409)) throw error;
}
