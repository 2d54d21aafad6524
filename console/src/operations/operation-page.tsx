import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Link } from "wouter";
import { body, Refused } from "../api/client";
import type { OperationAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Failed, Notice } from "../parts/notice";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { causePath, operationPath, PAGES, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { useTitle } from "../shell/title";
import { nameOf, undoneBy, wantedOf } from "./asked";
import { Deeds } from "./deed-buttons";
import { Failures } from "./failure-list";
import { ended, type Figure, figures, isOver, leftMs, mainCause, milestone, toCome } from "./progress";
import { State } from "./state";
import { texts as words } from "./texts";
import { What } from "./what";
import "./operations.css";

const WHILE_RUNNING_MS = 2_500;
const ELSE_MS = 10_000; // somebody else may go on with it

const texts = {
  ...words,
  title: ["Operação em massa nº {name}", "Bulk operation no. {name}", "Operación en masa n.º {name}"],
  back: ["Todas as operações", "All operations", "Todas las operaciones"],
  set: ["registros até {time}", "records until {time}", "registros hasta las {time}"],
  by: ["Iniciada por {user}", "Started by {user}", "Iniciada por {user}"],
  undoes: ["Desfaz a operação nº {name}", "Undoes operation no. {name}", "Deshace la operación n.º {name}"],
  progress: ["Andamento", "Progress", "Avance"],
  left: ["faltam cerca de {time}", "about {time} left", "faltan cerca de {time}"],
  sampling: [
    "Primeiro, uma amostra: esperamos as respostas antes de continuar.",
    "First a sample: we wait for its answers before going on.",
    "Primero, una muestra: esperamos las respuestas antes de continuar.",
  ],
  awaiting: [
    "Todos foram enviados à fila: esperamos as respostas.",
    "All of them are queued: we wait for the answers.",
    "Todos entraron en la fila: esperamos las respuestas.",
  ],
  safe: [
    "Pode sair desta página: a operação continua.",
    "You may leave this page: the operation goes on.",
    "Puede salir de esta página: la operación continúa.",
  ],
  see_cause: ["Ver causa", "See the cause", "Ver causa"],
  numbers: ["O que aconteceu com os registros", "What became of the records", "Qué pasó con los registros"],
  "figure.waiting": ["Na fila", "Queued", "En la fila"],
  "figure.success": ["Sucesso", "Success", "Éxito"],
  "figure.nothing_to_send": ["Nada a enviar", "Nothing to send", "Nada que enviar"],
  "figure.failed": ["Erro de novo", "Error again", "Error de nuevo"],
  "figure.superseded": ["Superado", "Superseded", "Superado"],
  "figure.removed": ["Removidos", "Removed", "Eliminados"],
  "figure.restored": ["Restaurados", "Restored", "Restaurados"],
  "figure.left": ["Ignorados", "Left out", "Ignorados"],
  ignored: ["Ignorados:", "Left out:", "Ignorados:"],
  "fix_first.one": ["{count} aguarda correção", "{count} waits for a correction", "{count} espera corrección"],
  "fix_first.other": ["{count} aguardam correção", "{count} wait for a correction", "{count} esperan corrección"],
  "already_waiting.one": ["{count} já estava na fila", "{count} was queued already", "{count} ya estaba en la fila"],
  "already_waiting.other": [
    "{count} já estavam na fila",
    "{count} were queued already",
    "{count} ya estaban en la fila",
  ],
  "success_ignored.one": ["{count} é Sucesso", "{count} is a success", "{count} es un éxito"],
  "success_ignored.other": ["{count} são Sucesso", "{count} are successes", "{count} son éxitos"],
  "nothing_to_do.one": ["{count} sem ação possível", "{count} without a possible action", "{count} sin acción posible"],
  "nothing_to_do.other": [
    "{count} sem ação possível",
    "{count} without a possible action",
    "{count} sin acción posible",
  ],
  "changed.one": ["{count} mudou nesse meio-tempo", "{count} changed meanwhile", "{count} cambió mientras tanto"],
  "changed.other": [
    "{count} mudaram nesse meio-tempo",
    "{count} changed meanwhile",
    "{count} cambiaron mientras tanto",
  ],
  gone: ["Operação não encontrada", "Operation not found", "Operación no encontrada"],
  gone_text: [
    "Ela não existe nesta conta ou já expirou: operações ficam 90 dias.",
    "It does not exist in this account, or is over: operations are kept for 90 days.",
    "No existe en esta cuenta o ya expiró: las operaciones se guardan 90 días.",
  ],
} as const;

/** `id`: or its number, as people call it and as its address has it. */
export default function OperationPage({ id }: { id: string }) {
  const t = useTexts(texts);
  const href = useHref();
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data, error, refetch } = useQuery({
    queryKey: [account, "operation", id, language],
    queryFn: ({ signal }) => {
      const params = { path: { operation_id: id }, query: { account } };
      return body(api.GET("/v1/operations/{operation_id}", { params, signal }));
    },
    refetchInterval: ({ state: { data } }) => {
      if (data && isOver(data)) return false;
      return data?.state === "running" ? WHILE_RUNNING_MS : ELSE_MS;
    },
  });

  useTitle(t("title", { name: data ? nameOf(data) : id }));
  const back = <Link href={href(PAGES.operations)}>{t("back")}</Link>;
  if (data) return <Shown operation={data} />;
  if (error instanceof Refused && error.status === 404) {
    return (
      <Notice title={t("gone")} action={back}>
        {t("gone_text")}
      </Notice>
    );
  }
  return error ? <Failed error={error} retry={refetch} /> : <Skeleton />;
}

function Shown({ operation }: { operation: OperationAnswer }) {
  const t = useTexts(texts);
  const href = useHref();
  const moments = useMoments();
  const heading = useRef<HTMLHeadingElement>(null);
  const { state } = operation;
  const undone = undoneBy(operation);
  const percent = ended(operation);
  const left = leftMs(operation);
  return (
    <article className="operation">
      <p>
        <Link href={href(PAGES.operations)}>← {t("back")}</Link>
      </p>
      <h2 ref={heading} tabIndex={-1}>
        {t("title", { name: nameOf(operation) })} <State of={state} />
      </h2>
      <p>
        {t(operation.action)}: <What operation={operation} /> · {t("set", { time: moments.short(operation.until) })}
      </p>
      <p className="by">
        {t("by", { user: operation.created_by })}, <When at={operation.created_at} />
        {undone !== null && (
          <>
            {" · "}
            <Link href={href(operationPath(undone))}>{t("undoes", { name: undone })}</Link>
          </>
        )}
      </p>

      {operation.reason && <Reason operation={operation} />}
      <p className="track">
        <progress max={100} value={percent} aria-label={t("progress")} />
        <span className="number">{percent} %</span>
        {left !== null && <small>{t("left", { time: moments.duration(left) })}</small>}
      </p>
      {isOver(operation) && <p>{operation.text}</p>}
      <p className="unseen" role="status">
        <Announced key={milestone(operation)} text={`${percent} %. ${operation.text}`} />
      </p>
      {state === "running" && (
        <p className="by">
          {operation.sample === "waiting" && `${t("sampling")} `}
          {toCome(operation) === 0 && operation.progress.waiting > 0 && `${t("awaiting")} `}
          {t("safe")}
        </p>
      )}
      <Deeds operation={operation} leave={() => heading.current?.focus()} />

      <section aria-label={t("numbers")} className="numbers">
        {figures(operation).map((figure) => (
          <Count key={figure.name} figure={figure} />
        ))}
      </section>
      <LeftOut operation={operation} />
      {operation.action === "reprocess" && <Failures operation={operation} />}
    </article>
  );
}

/** Why it stopped by itself or broke off, and the way to what most of it came back with. */
function Reason({ operation }: { operation: OperationAnswer }) {
  const t = useTexts(texts);
  const href = useHref();
  const cause = mainCause(operation);
  const affiliates = wantedOf(operation).affiliates;
  const [only] = affiliates.length === 1 ? affiliates : [];
  return (
    <p className="stopped" role="alert">
      {operation.reason}{" "}
      {cause !== null && <Link href={href(only ? causePath(only, cause) : PAGES.causes)}>{t("see_cause")}</Link>}
    </p>
  );
}

/** Says what was so when it came: a listener is not told of every tick. */
function Announced({ text }: { text: string }) {
  const [said] = useState(text);
  return <>{said}</>;
}

function Count({ figure: { name, count } }: { figure: Figure }) {
  const t = useTexts(texts);
  const moments = useMoments();
  return (
    <p className={name === "failed" && count > 0 ? "figure error" : "figure"}>
      <strong>{moments.number(count)}</strong> {t(`figure.${name}`)}
    </p>
  );
}

/** Why some of the set are not acted upon. */
function LeftOut({ operation: { set, progress } }: { operation: OperationAnswer }) {
  const t = useTexts(texts);
  const reasons = { ...set, changed: progress.changed };
  const said = (["fix_first", "already_waiting", "success_ignored", "nothing_to_do", "changed"] as const)
    .filter((reason) => reasons[reason] > 0)
    .map((reason) => t.count(reason, reasons[reason]));
  if (said.length === 0) return null;
  return (
    <p className="by">
      {t("ignored")} {said.join(" · ")}
    </p>
  );
}
