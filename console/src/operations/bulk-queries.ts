import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { body } from "../api/client";
import type { OperationAnswer, PreviewAnswer, RemovedSetAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import { type BulkAction, type BulkFilter, operationOf } from "./bulk";
import { texts } from "./bulk-texts";
import { CHANGED_BY_OPERATIONS, useFollow, useKeep, useUndoRemoval } from "./deeds";
import { differingText, texts as removalTexts } from "./removal";

/** `until`: the set that an earlier preview showed; another choice of it is looked at only once that is known. */
export function usePreview(
  action: BulkAction,
  filter: BulkFilter,
  key: string,
  includeFixFirst: boolean,
  until: string | null = null,
) {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  return useQuery({
    queryKey: [account, "preview", key, includeFixFirst, language],
    queryFn: async ({ signal }) => {
      const asked = operationOf(action, filter, { until, includeFixFirst, sample: true, preview: true });
      return (await body(
        api.POST("/v1/operations", { params: { query: { account } }, body: asked, signal }),
      )) as PreviewAnswer;
    },
    enabled: !includeFixFirst || until !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

/** Starts it once, however often it is asked for, and says where it goes on. */
export function useStart(
  action: BulkAction,
  key: string,
  removal: RemovedSetAnswer | null,
  close: () => void,
  started: (() => void) | undefined,
) {
  const { api, account } = useConsole();
  const t = useTexts(texts);
  const told = useTexts(removalTexts);
  const { say } = useToasts();
  const follow = useFollow();
  const [, go] = useLocation();
  const keep = useKeep();
  const refresh = useRefresh();
  const undo = useUndoRemoval();
  const start = useMutation({
    mutationFn: async (asked: ReturnType<typeof operationOf>) => {
      const params = { query: { account }, header: { "idempotency-key": key } };
      return (await body(api.POST("/v1/operations", { params, body: asked }))) as OperationAnswer;
    },
    onSuccess: (operation) => {
      const link = follow(operation);
      keep(operation);
      close();
      started?.();
      const { can_go, more } = operation.set;
      const left = removal && differingText(told, removal);
      say({
        title: more ? t(`${action}.started`) : t.count(`${action}.started`, can_go),
        ...(left && { text: left }),
        ...(action === "remove" && { undo: () => void undo(operation.id) }),
        ...(action !== "reprocess" && { link }),
      });
      if (action === "reprocess") go(link.href);
      return refresh(...CHANGED_BY_OPERATIONS);
    },
  });
  const mutate = (asked: ReturnType<typeof operationOf>) =>
    start.mutate(asked, {
      onError: (error) => say({ title: t(`${action}.failed`), text: error.message, wrong: true }),
    });
  return { mutate, isPending: start.isPending };
}
