import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef } from "react";
import { body } from "../api/client";
import type { RecordAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import { dropRecord, putRecord } from "./queries";
import { keyOf, standOf } from "./record";
import { texts } from "./texts";

export type Deed = "reprocess" | "remove" | "restore";

/** What a list does when a deed begins and when it is done. */
export type Watcher = {
  /** The row says at once what was asked for. */
  readonly put: (record: RecordAnswer) => void;
  readonly gone: (key: string) => void;
  /** It is in the list again, from the next answer on. */
  readonly back: () => void;
  /** Somebody waits for what comes of it. */
  readonly asked: (record: RecordAnswer) => void;
};

/** Reprocessar, Remover Log, Restaurar log: each acts once however often it is clicked, and says what came of it. */
export function useDeeds({ put, gone, back, asked }: Watcher): (deed: Deed, record: RecordAnswer) => void {
  const console = useConsole();
  const { api, account } = console;
  const t = useTexts(texts);
  const { say } = useToasts();
  const refresh = useRefresh();
  const queries = useQueryClient();
  const busy = useRef(new Set<string>());

  const { mutateAsync: send } = useMutation({
    mutationFn: async ({ deed, record: { affiliate, sku } }: { deed: Deed; record: RecordAnswer }) => {
      const params = { path: { affiliate, sku }, query: { account } };
      switch (deed) {
        case "reprocess":
          return (await body(api.POST("/v1/records/{affiliate}/{sku}/reprocess", { params }))).record;
        case "remove":
          return (await body(api.DELETE("/v1/records/{affiliate}/{sku}", { params }))).record;
        case "restore":
          return body(api.POST("/v1/records/{affiliate}/{sku}/restore", { params }));
      }
    },
  });

  const restored = useCallback(
    async (record: RecordAnswer) => {
      try {
        const now = await send({ deed: "restore", record });
        putRecord(queries, console, now);
        put(now);
        back();
        say({ title: t("back", { sku: record.sku }) });
        await refresh("records", "total", "overview", "record");
      } catch (error) {
        say({ title: t("restore_failed"), text: wordsOf(error), wrong: true });
      }
    },
    [send, queries, console, put, back, say, t, refresh],
  );

  return useCallback(
    (deed, record) => {
      const key = keyOf(record);
      if (busy.current.has(key)) return;
      busy.current.add(key);
      const act = async () => {
        if (deed === "restore") return restored(record);
        await queries.cancelQueries({ queryKey: [account, "records"] }); // an answer from before would undo what is said now
        if (deed === "reprocess") {
          put({ ...record, status: "pending", situation: { code: "reprocessing", text: t("pending"), at: null } });
        }
        try {
          const now = await send({ deed, record });
          if (deed === "reprocess") {
            putRecord(queries, console, now);
            put(now);
            asked(record);
            say({ title: t("queued", { sku: record.sku }), text: t("queued_more") });
          } else {
            dropRecord(queries, console, key);
            gone(key);
            say({ title: t("gone", { sku: record.sku }), ...removalText(), undo: () => void restored(now) });
          }
        } catch (error) {
          put(record);
          say({ title: t(`${deed}_failed`), text: wordsOf(error), wrong: true });
        }
        await refresh("records", "total", "overview", "record");
      };
      const removalText = () => {
        if (record.status === "pending") return { text: t("gone_working") };
        const { sku, wanted, confirmed } = record;
        switch (standOf(record)) {
          case "right":
            return {};
          case "unconfirmed":
            return { text: t("gone_unconfirmed", { sku, wanted: wanted ?? 0 }) };
          case "different":
            return { text: t("gone_differs", { sku, wanted: wanted ?? 0, confirmed: confirmed ?? 0 }) };
        }
      };
      void act().finally(() => busy.current.delete(key));
    },
    [account, asked, console, gone, put, queries, refresh, restored, say, send, t],
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
