import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { body } from "../api/client";
import type { OperationAnswer, PreviewAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Dialog } from "../parts/dialog";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { operationPath, useHref } from "../shell/address";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import { type BulkAction, type BulkFilter, canStart, LEFT_OUT, leftOut, operationOf } from "./bulk";
import { CHANGED_BY_OPERATIONS, useKeep, useUndoRemoval } from "./deeds";
import "./operations.css";

const texts = {
  "reprocess.title": ["Reprocessar em massa", "Reprocess in bulk", "Reprocesar en masa"],
  "remove.title": ["Remover logs", "Remove logs", "Eliminar logs"],
  "restore.title": ["Restaurar logs", "Restore logs", "Restaurar logs"],
  until: ["Registros até {time}", "Records until {time}", "Registros hasta las {time}"],
  more: [
    "Há mais registros do que foi possível contar a tempo. Todos fazem parte.",
    "There are more records than could be counted in time. All of them are part of it.",
    "Hay más registros de los que se pudo contar a tiempo. Todos forman parte.",
  ],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  all: ["Todos", "All", "Todos"],
  split: ["Por marketplace", "By marketplace", "Por marketplace"],

  can_go: ["Podem ser reprocessados", "Can be reprocessed", "Se pueden reprocesar"],
  can_go_remove: ["Serão removidos", "Will be removed", "Se eliminarán"],
  can_go_restore: ["Serão restaurados", "Will be restored", "Se restaurarán"],
  fix_first: ["Aguardam correção", "Wait for a correction", "Esperan corrección"],
  already_waiting: ["Já estão na fila", "Already queued", "Ya están en la fila"],
  nothing_to_do: ["Sem ação possível", "No action possible", "Sin acción posible"],
  success_ignored: ["Sucessos, ignorados", "Successes, ignored", "Éxitos, ignorados"],

  "include.one": [
    "Incluir o registro que aguarda correção",
    "Include the record that waits for a correction",
    "Incluir el registro que espera corrección",
  ],
  "include.other": [
    "Incluir os {count} que aguardam correção",
    "Include the {count} that wait for a correction",
    "Incluir los {count} que esperan corrección",
  ],
  include_more: [
    "A causa deles não muda sozinha: inclua depois de corrigir.",
    "Their cause does not change by itself: include them once it is corrected.",
    "Su causa no cambia sola: inclúyalos después de corregir.",
  ],
  sample: ["Começar por uma amostra de 20", "Begin with a sample of 20", "Comenzar con una muestra de 20"],
  sample_more: [
    "Se quase todos voltarem com a mesma causa, a operação para e avisa.",
    "If nearly all come back with the same cause, the operation stops and says so.",
    "Si casi todos vuelven con la misma causa, la operación se detiene y avisa.",
  ],
  remove_more: [
    "Remover logs não corrige o estoque, e o que está em andamento continua.",
    "Removing logs corrects no stock, and what is on its way goes on.",
    "Eliminar logs no corrige el stock, y lo que está en curso continúa.",
  ],

  "reprocess.go": ["Reprocessar", "Reprocess", "Reprocesar"],
  "remove.go": ["Remover", "Remove", "Eliminar"],
  "restore.go": ["Restaurar", "Restore", "Restaurar"],
  "reprocess.go.one": ["Reprocessar {count} registro", "Reprocess {count} record", "Reprocesar {count} registro"],
  "reprocess.go.other": ["Reprocessar {count} registros", "Reprocess {count} records", "Reprocesar {count} registros"],
  "remove.go.one": ["Remover {count} log", "Remove {count} log", "Eliminar {count} log"],
  "remove.go.other": ["Remover {count} logs", "Remove {count} logs", "Eliminar {count} logs"],
  "restore.go.one": ["Restaurar {count} log", "Restore {count} log", "Restaurar {count} log"],
  "restore.go.other": ["Restaurar {count} logs", "Restore {count} logs", "Restaurar {count} logs"],
  "reprocess.go_more": [
    "Reprocessar mais de {count} registros",
    "Reprocess more than {count} records",
    "Reprocesar más de {count} registros",
  ],
  "remove.go_more": ["Remover mais de {count} logs", "Remove more than {count} logs", "Eliminar más de {count} logs"],
  "restore.go_more": [
    "Restaurar mais de {count} logs",
    "Restore more than {count} logs",
    "Restaurar más de {count} logs",
  ],
  cancel: ["Agora não", "Not now", "Ahora no"],
  "reprocess.none": ["Nenhum registro para reprocessar", "No record to reprocess", "Ningún registro para reprocesar"],
  "remove.none": ["Nenhum log para remover", "No log to remove", "Ningún log para eliminar"],
  "restore.none": ["Nenhum log para restaurar", "No log to restore", "Ningún log para restaurar"],

  "reprocess.started": [
    "Os registros entraram na fila de reprocessamento",
    "The records are in the queue to be reprocessed",
    "Los registros entraron en la fila de reproceso",
  ],
  "remove.started": ["Os logs estão sendo removidos", "The logs are being removed", "Los logs se están eliminando"],
  "restore.started": ["Os logs estão voltando", "The logs are coming back", "Los logs están volviendo"],
  "reprocess.failed": [
    "Não foi possível colocar na fila",
    "They could not be queued",
    "No fue posible ponerlos en la fila",
  ],
  "remove.failed": [
    "Não foi possível remover os logs",
    "The logs could not be removed",
    "No fue posible eliminar los logs",
  ],
  "restore.failed": [
    "Não foi possível restaurar os logs",
    "The logs could not be restored",
    "No fue posible restaurar los logs",
  ],
  follow: ["Acompanhar", "Follow", "Seguir"],
} as const;

type Props = {
  readonly action: BulkAction;
  readonly filter: BulkFilter;
  /** Which records, in words, where the title and the marketplaces do not say it. */
  readonly about?: string;
  readonly close: () => void;
  /** It began: whoever opened the panel may forget a selection. */
  readonly started?: () => void;
};

/**
 * Shows what a deed on many records would do, and does it to that very set: the records as they stood when the panel
 * was opened. However often the button is clicked, one operation starts.
 */
export function BulkPanel({ action, filter, about, close, started }: Props) {
  const t = useTexts(texts);
  const moments = useMoments();
  const [asked] = useState(filter);
  const [includeFixFirst, setIncludeFixFirst] = useState(false);
  const [sample, setSample] = useState(true);
  const [key] = useState(() => crypto.randomUUID());
  const first = usePreview(action, asked, key, false);
  const until = first.data?.until ?? null;
  const chosen = usePreview(action, asked, key, includeFixFirst, until);
  const start = useStart(action, key, close, started);

  const shown = chosen.data ?? first.data;
  const ready = chosen.data !== undefined && canStart(chosen.data.set) && !start.isPending;
  const fixable = first.data?.set.fix_first ?? 0;
  return (
    <Dialog title={t(`${action}.title`)} close={close}>
      {about && <p>{about}</p>}
      {!shown && !chosen.error && <Skeleton rows={4} />}
      {chosen.error && <Failed error={chosen.error} retry={chosen.refetch} />}
      {shown && (
        <form
          className="bulk"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) start.mutate(operationOf(action, asked, { until, includeFixFirst, sample, preview: false }));
          }}
        >
          {!canStart(shown.set) && fixable === 0 && leftOut(shown.set).length === 0 ? (
            <Notice title={t(`${action}.none`)} />
          ) : (
            <Split preview={shown} action={action} />
          )}
          <p role="status">
            {t("until", { time: moments.time(shown.until) })}
            {action === "reprocess" && canStart(shown.set) && <> · {shown.estimate}</>}
          </p>
          {shown.set.more && <p>{t("more")}</p>}
          {action === "remove" && <p>{t("remove_more")}</p>}
          {action === "reprocess" && fixable > 0 && (
            <Choice checked={includeFixFirst} choose={setIncludeFixFirst} label={t.count("include", fixable)}>
              {t("include_more")}
            </Choice>
          )}
          {action === "reprocess" && shown.sample && (
            <Choice checked={sample} choose={setSample} label={t("sample")}>
              {t("sample_more")}
            </Choice>
          )}
          <p className="buttons">
            <button type="submit" className={action === "remove" ? "danger" : undefined} aria-disabled={!ready}>
              {!canStart(shown.set) && t(`${action}.go`)}
              {canStart(shown.set) && shown.set.more && t(`${action}.go_more`, { count: shown.set.can_go })}
              {canStart(shown.set) && !shown.set.more && t.count(`${action}.go`, shown.set.can_go)}
            </button>
            <button type="button" className="quiet" onClick={close}>
              {t("cancel")}
            </button>
          </p>
        </form>
      )}
    </Dialog>
  );
}

type ChoiceProps = { checked: boolean; choose: (checked: boolean) => void; label: string; children: string };

function Choice({ checked, choose, label, children }: ChoiceProps) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => choose(event.target.checked)} />
      <span>
        {label}
        <small>{children}</small>
      </span>
    </label>
  );
}

/** What becomes of the set, marketplace by marketplace. */
function Split({ preview, action }: { preview: PreviewAnswer; action: BulkAction }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const reasons = leftOut(preview.set);
  const rows = preview.affiliates.filter((each) => each.can_go > 0 || LEFT_OUT.some((reason) => each[reason] > 0));
  const going = action === "reprocess" ? t("can_go") : t(`can_go_${action}`);
  return (
    <table className="cards split">
      <caption className="unseen">{t("split")}</caption>
      <thead>
        <tr>
          <th scope="col">{t("marketplace")}</th>
          <th scope="col" className="number">
            {going}
          </th>
          {reasons.map((reason) => (
            <th key={reason} scope="col" className="number">
              {t(reason)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((each) => (
          <tr key={each.affiliate}>
            <td data-name={t("marketplace")}>{each.channel}</td>
            <td className="number" data-name={going}>
              {moments.number(each.can_go)}
            </td>
            {reasons.map((reason) => (
              <td key={reason} className="number" data-name={t(reason)}>
                {moments.number(each[reason])}
              </td>
            ))}
          </tr>
        ))}
        {rows.length > 1 && (
          <tr className="sum">
            <td data-name={t("marketplace")}>{t("all")}</td>
            <td className="number" data-name={going}>
              {moments.number(preview.set.can_go)}
            </td>
            {reasons.map((reason) => (
              <td key={reason} className="number" data-name={t(reason)}>
                {moments.number(preview.set[reason])}
              </td>
            ))}
          </tr>
        )}
      </tbody>
    </table>
  );
}

/** `until`: the set that an earlier preview showed; another choice of it is looked at only once that is known. */
function usePreview(
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

function useStart(action: BulkAction, key: string, close: () => void, started: (() => void) | undefined) {
  const { api, account } = useConsole();
  const t = useTexts(texts);
  const { say } = useToasts();
  const href = useHref();
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
      const page = href(operationPath(operation.id));
      keep(operation);
      close();
      started?.();
      say({
        title: t(`${action}.started`),
        ...(action === "remove" && { undo: () => void undo(operation.id) }),
        ...(action !== "reprocess" && { link: { label: t("follow"), href: page } }),
      });
      if (action === "reprocess") go(page);
      return refresh(...CHANGED_BY_OPERATIONS);
    },
  });
  const mutate = (asked: ReturnType<typeof operationOf>) =>
    start.mutate(asked, {
      onError: (error) => say({ title: t(`${action}.failed`), text: error.message, wrong: true }),
    });
  return { mutate, isPending: start.isPending };
}
