import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { body } from "../api/client";
import type { OperationAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { Failed, Notice } from "../parts/notice";
import { Pager, usePage } from "../parts/pager";
import { Skeleton } from "../parts/skeleton";
import { When } from "../parts/when";
import { operationPath, PAGES, useHref } from "../shell/address";
import { useConsole } from "../shell/console";
import { useTitle } from "../shell/title";
import { nameOf } from "./asked";
import { ended } from "./progress";
import { State } from "./state";
import { texts as words } from "./texts";
import { What } from "./what";
import "./operations.css";

const WHILE_RUNNING_MS = 2_500;
const ELSE_MS = 10_000; // somebody else may start one

const texts = {
  ...words,
  state: ["Estado", "State", "Estado"],
  numbered: ["nº {name}", "no. {name}", "n.º {name}"],
  what: ["Operação", "Operation", "Operación"],
  who: ["Quem", "Who", "Quién"],
  when: ["Quando", "When", "Cuándo"],
  progress: ["Andamento", "Progress", "Avance"],
  ended: ["terminou", "ended", "terminó"],
  none: ["Nenhuma operação em massa ainda", "No bulk operation yet", "Ninguna operación en masa todavía"],
  none_text: [
    "Reprocessar ou remover muitos registros de uma vez aparece aqui.",
    "Reprocessing or removing many records at once appears here.",
    "Reprocesar o eliminar muchos registros de una vez aparece aquí.",
  ],
  see_causes: ["Ver causas", "See causes", "Ver causas"],
} as const;

export default function Operations() {
  const t = useTexts(texts);
  const href = useHref();
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { cursor } = usePage();
  useTitle(t("screen"));
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: [account, "operations", cursor ?? null, language],
    queryFn: ({ signal }) => {
      const query = { account, ...(cursor !== undefined && { cursor }) };
      return body(api.GET("/v1/operations", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      state.data?.items.some((one) => one.state === "running") ? WHILE_RUNNING_MS : ELSE_MS,
  });

  if (!data) return error ? <Failed error={error} retry={refetch} /> : <Skeleton />;
  if (data.items.length === 0 && cursor === undefined) {
    const action = <Link href={href(PAGES.causes)}>{t("see_causes")}</Link>;
    return (
      <Notice title={t("none")} action={action}>
        {t("none_text")}
      </Notice>
    );
  }
  return (
    <section aria-labelledby="operations-title">
      <h2 id="operations-title">{t("screen")}</h2>
      {error && <Failed error={error} retry={refetch} />}
      <table className="cards operations">
        <thead>
          <tr>
            <th scope="col">{t("state")}</th>
            <th scope="col">{t("what")}</th>
            <th scope="col">{t("progress")}</th>
            <th scope="col">{t("who")}</th>
            <th scope="col">{t("when")}</th>
          </tr>
        </thead>
        <tbody>
          {data.items.map((operation) => (
            <Row key={operation.id} operation={operation} />
          ))}
        </tbody>
      </table>
      <Pager next={data.next} busy={isPlaceholderData} />
    </section>
  );
}

function Row({ operation }: { operation: OperationAnswer }) {
  const t = useTexts(texts);
  const href = useHref();
  return (
    <tr>
      <td data-name={t("state")}>
        <State of={operation.state} />
      </td>
      <td data-name={t("what")}>
        <div>
          <Link href={href(operationPath(nameOf(operation)))}>
            {t(operation.action)} <span className="number">{t("numbered", { name: nameOf(operation) })}</span>
          </Link>
          <small>
            <What operation={operation} />
          </small>
        </div>
      </td>
      <td data-name={t("progress")}>
        <div>
          <progress max={100} value={ended(operation)} aria-label={`${t("progress")}: ${nameOf(operation)}`} />
          <small>
            {ended(operation)} % · {operation.text}
          </small>
        </div>
      </td>
      <td data-name={t("who")}>{operation.created_by}</td>
      <td data-name={t("when")}>
        <div>
          <When at={operation.created_at} />
          {operation.ended_at && (
            <small>
              {t("ended")} <When at={operation.ended_at} />
            </small>
          )}
        </div>
      </td>
    </tr>
  );
}
