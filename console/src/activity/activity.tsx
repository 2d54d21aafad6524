import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { Link } from "wouter";
import { body } from "../api/client";
import type { ActivityAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { InstantField } from "../parts/instant-field";
import { Failed, Notice } from "../parts/notice";
import { Pager, usePage } from "../parts/pager";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { instantOf, readMoment } from "../records/filter";
import { channelPath, operationPath, recordPath, useHref, useParameters } from "../shell/address";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useTitle } from "../shell/title";
import { ACTIONS, type Action, isKnown, STARTS, startOf } from "./action-texts";
import { Changes } from "./changes";
import { thingOf } from "./deed";
import "./activity.css";

const EVERY_MS = 10_000;
const PAGE = 50;
const HOLE = "\u0000"; // where a link goes into a sentence

const texts = {
  screen: ["Atividade", "Activity", "Actividad"],
  user: ["Quem", "Who", "Quién"],
  user_hint: ["Nome exato do usuário", "The user's exact name", "Nombre exacto del usuario"],
  action: ["O quê", "What", "Qué"],
  any: ["Tudo", "Everything", "Todo"],
  subject: ["Objeto", "Object", "Objeto"],
  subject_hint: ["MLB#42, MLB ou um número", "MLB#42, MLB or an id", "MLB#42, MLB o un número"],
  from: ["De", "From", "Desde"],
  to: ["Até", "Until", "Hasta"],
  filter: ["Filtrar", "Filter", "Filtrar"],
  clear: ["Limpar filtros", "Clear filters", "Limpiar filtros"],
  when: ["Quando", "When", "Cuándo"],
  deed: ["Quem fez o quê", "Who did what", "Quién hizo qué"],
  changed: ["O que mudou", "What changed", "Qué cambió"],
  sku: ["SKU {sku} em {channel}", "SKU {sku} at {channel}", "SKU {sku} en {channel}"],
  operation: ["operação em massa nº {id}", "bulk operation no. {id}", "operación en masa n.º {id}"],
  file: ["arquivo de registros", "file of records", "archivo de registros"],
  none: ["Nenhuma atividade ainda", "No activity yet", "Ninguna actividad todavía"],
  none_text: [
    "Cada reprocessamento, remoção e mudança de configuração aparece aqui, com quem fez.",
    "Every reprocess, removal and change of configuration shows here, with who did it.",
    "Cada reproceso, eliminación y cambio de configuración aparece aquí, con quién lo hizo.",
  ],
  no_match: ["Nenhuma atividade encontrada", "No activity found", "Ninguna actividad encontrada"],
  no_match_text: ["Altere os filtros.", "Change the filters.", "Cambie los filtros."],
  more: [
    "Nada nesta parte. Há atividade mais antiga: veja os próximos.",
    "Nothing in this part. There is older activity: see the next ones.",
    "Nada en esta parte. Hay actividad más antigua: vea los siguientes.",
  ],
} as const;

/** Who did what in the account, newest first. */
export default function Activity() {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const [parameters, change] = useParameters();
  const { cursor } = usePage();
  useTitle(t("screen"));
  const [user, action, subject] = ["usuario", "acao", "objeto"].map((name) => parameters.get(name));
  const [from, to] = ["de", "ate"].map((name) => readMoment(parameters.get(name)));
  const asked = {
    ...(user && { user }),
    ...(action && { action }),
    ...(subject && { subject }),
    ...(from && { from: instantOf(from, Date.now()) }),
    ...(to && { to: instantOf(to, Date.now()) }),
  };
  const limited = Object.keys(asked).length > 0;
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: [account, "activity", user, action, subject, from, to, cursor],
    queryFn: ({ signal }) =>
      body(api.GET("/v1/activity", { params: { query: { account, limit: PAGE, cursor, ...asked } }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: EVERY_MS,
  });
  const clear = () => change(NO_FILTERS);
  return (
    <>
      <h2>{t("screen")}</h2>
      <Filters key={JSON.stringify([user, subject])} limited={limited} clear={clear} />
      {error && !data && <Failed error={error} retry={refetch} />}
      {!error && !data && <Skeleton />}
      {data?.items.length === 0 &&
        (data.next ? (
          <p>{t("more")}</p>
        ) : limited ? (
          <Notice
            title={t("no_match")}
            action={
              <button type="button" onClick={clear}>
                {t("clear")}
              </button>
            }
          >
            {t("no_match_text")}
          </Notice>
        ) : (
          <Notice title={t("none")}>{t("none_text")}</Notice>
        ))}
      {data && data.items.length > 0 && (
        <table className="cards activity" aria-busy={isPlaceholderData}>
          <thead>
            <tr>
              <th>{t("when")}</th>
              <th>{t("deed")}</th>
              <th>{t("changed")}</th>
            </tr>
          </thead>
          <tbody>
            {data.items.map((one) => (
              <tr key={`${one.at} ${one.user} ${one.action} ${one.subject}`}>
                <td data-name={t("when")}>
                  <When at={one.at} />
                </td>
                <td data-name={t("deed")}>
                  <span className="words">
                    <strong>{one.user}</strong> <Sentence activity={one} />
                  </span>
                </td>
                <td data-name={t("changed")}>
                  <div className="words">
                    <Changes activity={one} />
                  </div>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {(cursor !== undefined || data?.next) && <Pager next={data?.next} busy={isPlaceholderData} />}
    </>
  );
}

const NO_FILTERS = { usuario: null, acao: null, objeto: null, de: null, ate: null, cursor: null, antes: null } as const;

/** What is typed is asked for when it is sent; what is picked, at once. */
function Filters({ limited, clear }: { limited: boolean; clear: () => void }) {
  const t = useTexts(texts);
  const told = useTexts(ACTIONS);
  const [parameters, change] = useParameters();
  const [user, setUser] = useState(parameters.get("usuario") ?? "");
  const [subject, setSubject] = useState(parameters.get("objeto") ?? "");
  const set = (one: Readonly<Record<string, string | null>>) => change({ ...one, cursor: null, antes: null });
  const send = (event: FormEvent) => {
    event.preventDefault();
    set({ usuario: user.trim(), objeto: subject.trim() });
  };
  const instant = (name: string) => {
    const value = readMoment(parameters.get(name));
    return value && instantOf(value, Date.now());
  };
  const action = parameters.get("acao") ?? "";
  return (
    <search>
      <form className="activity-filters" onSubmit={send}>
        <label>
          <span>{t("user")}</span>
          <input value={user} placeholder={t("user_hint")} onChange={({ target }) => setUser(target.value)} />
        </label>
        <label>
          <span>{t("action")}</span>
          <select value={action} onChange={({ target }) => set({ acao: target.value })}>
            <option value="">{t("any")}</option>
            {action !== "" && !isKnown(action) && <option>{action}</option>}
            {(Object.keys(ACTIONS) as Action[]).map((one) => (
              <option key={one} value={one}>
                {told(one, { what: "…" })}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("subject")}</span>
          <input value={subject} placeholder={t("subject_hint")} onChange={({ target }) => setSubject(target.value)} />
        </label>
        <InstantField label={t("from")} value={instant("de")} change={(de) => set({ de })} />
        <InstantField label={t("to")} value={instant("ate")} change={(ate) => set({ ate })} />
        <button type="submit">{t("filter")}</button>
        {limited && (
          <button type="button" className="quiet" onClick={clear}>
            {t("clear")}
          </button>
        )}
      </form>
    </search>
  );
}

/** "reprocessou o SKU 42 em Mercado Livre", with the way to it. */
function Sentence({ activity }: { activity: ActivityAnswer }) {
  const told = useTexts(ACTIONS);
  const started = useTexts(STARTS);
  const start = startOf(activity);
  const thing = <Linked activity={activity} />;
  if (!isKnown(activity.action)) {
    return (
      <>
        <code>{activity.action}</code> {thing}
      </>
    );
  }
  const words = start === null ? told(activity.action, { what: HOLE }) : started(start, { what: HOLE });
  const [before, after] = words.split(HOLE);
  return (
    <>
      {before}
      {thing}
      {after}
    </>
  );
}

function Linked({ activity }: { activity: ActivityAnswer }): ReactNode {
  const t = useTexts(texts);
  const href = useHref();
  const { may } = useConsole();
  const { data: overview } = useOverview();
  const channel = (affiliate: string) =>
    overview?.affiliates.find((one) => one.affiliate === affiliate)?.channel ?? affiliate;
  const thing = thingOf(activity);
  switch (thing.is) {
    case "sku":
      return (
        <Link href={href(recordPath(thing.affiliate, thing.sku))}>
          {t("sku", { sku: thing.sku, channel: channel(thing.affiliate) })}
        </Link>
      );
    case "operation":
      return <Link href={href(operationPath(thing.id))}>{t("operation", { id: thing.id })}</Link>;
    case "channel":
      if (!may.administer || activity.action === "channel.delete") return channel(thing.affiliate);
      return <Link href={href(channelPath(thing.affiliate))}>{channel(thing.affiliate)}</Link>;
    case "file":
      return t("file");
    case "named":
      return thing.name;
  }
}
