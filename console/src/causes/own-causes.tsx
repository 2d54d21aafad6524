import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { OwnCauseAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { useConsole, useRefresh } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useToasts } from "../shell/toasts";
import { Cure } from "./cure";
import { documentAgain } from "./own-cause";
import { OwnCauseDialog } from "./own-cause-dialog";
import { useOwnCauses } from "./own-cause-query";
import { forget, regroup, save } from "./regrouping";

const CHANGED = ["causes", "records", "total", "overview"] as const;

const texts = {
  title: ["Causas descritas pela conta", "Causes that the account described", "Causas descritas por la cuenta"],
  why: [
    "O que um marketplace responde e ninguém catalogou pode ser descrito aqui, pelo que a mensagem diz.",
    "What a marketplace answers and nobody catalogued can be described here, by what the message says.",
    "Lo que un marketplace responde y nadie catalogó se puede describir aquí, por lo que dice el mensaje.",
  ],
  describe: ["Descrever uma causa", "Describe a cause", "Describir una causa"],
  regroup: ["Reagrupar erros", "Regroup the errors", "Reagrupar errores"],
  regrouping: ["Reagrupando: {count} até agora", "Regrouping: {count} so far", "Reagrupando: {count} hasta ahora"],
  "regrouped.one": ["{count} erro mudou de causa", "{count} error has another cause", "{count} error cambió de causa"],
  "regrouped.other": [
    "{count} erros mudaram de causa",
    "{count} errors have another cause",
    "{count} errores cambiaron de causa",
  ],
  regroup_failed: ["Não foi possível reagrupar", "Regrouping failed", "No fue posible reagrupar"],
  cause: ["Causa", "Cause", "Causa"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  all: ["Todos", "All", "Todos"],
  patterns: ["A mensagem", "The message", "El mensaje"],
  text: ["contém", "contains", "contiene"],
  regex: ["atende a", "fits", "cumple"],
  actions: ["Ações", "Actions", "Acciones"],
  edit: ["Editar", "Edit", "Editar"],
  edit_name: ["Editar {title}", "Edit {title}", "Editar {title}"],
  forget: ["Apagar", "Delete", "Borrar"],
  forget_name: ["Apagar {title}", "Delete {title}", "Borrar {title}"],
  forgotten: ["Causa apagada", "Cause deleted", "Causa borrada"],
  forget_failed: [
    "Não foi possível apagar a causa",
    "The cause could not be deleted",
    "No fue posible borrar la causa",
  ],
  back: ["A causa voltou", "The cause is back", "La causa volvió"],
  back_failed: ["Não foi possível desfazer", "It could not be undone", "No fue posible deshacer"],
} as const;

/** What the account described itself. Everybody may look, administrators write. */
export function OwnCauses() {
  const t = useTexts(texts);
  const { may } = useConsole();
  const { data } = useOwnCauses();
  const [open, setOpen] = useState<OwnCauseAnswer | "new" | null>(null);
  if (!data || (data.items.length === 0 && !may.administer)) return null;
  return (
    <section className="own" aria-labelledby="own-causes">
      <h2 id="own-causes" tabIndex={-1}>
        {t("title")}
      </h2>
      <p>{t("why")}</p>
      {may.administer && (
        <div className="buttons">
          <button type="button" className="quiet" onClick={() => setOpen("new")}>
            {t("describe")}
          </button>
          {data.items.length > 0 && <Regroup />}
        </div>
      )}
      {data.items.length > 0 && <Table items={data.items} edit={setOpen} />}
      {open !== null && (
        <OwnCauseDialog saved={open === "new" ? null : open} affiliate={null} close={() => setOpen(null)} />
      )}
    </section>
  );
}

/** Tells apart what failed while a cause was being saved. */
function Regroup() {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { say } = useToasts();
  const refresh = useRefresh();
  const [seen, setSeen] = useState(0);
  const { mutate, isPending } = useMutation({
    mutationFn: () => regroup({ api, account }, setSeen),
    onSuccess: (count) => say({ title: t.count("regrouped", count) }),
    onSettled: () => refresh(...CHANGED),
  });
  const start = () => {
    if (isPending) return;
    mutate(undefined, { onError: (error) => say({ title: t("regroup_failed"), text: error.message, wrong: true }) });
  };
  return (
    <>
      <button type="button" className="quiet" aria-disabled={isPending} onClick={start}>
        {t("regroup")}
      </button>
      <span role="status">{isPending && t("regrouping", { count: seen })}</span>
    </>
  );
}

type TableProps = { readonly items: readonly OwnCauseAnswer[]; readonly edit: (cause: OwnCauseAnswer) => void };

function Table({ items, edit }: TableProps) {
  const t = useTexts(texts);
  const { may } = useConsole();
  const { language } = usePreferences();
  const { data: overview } = useOverview();
  const { mutate, isPending } = useForget();
  const channel = (one: string) => overview?.affiliates.find(({ affiliate }) => affiliate === one)?.channel ?? one;
  return (
    <table className="cards">
      <thead>
        <tr>
          <th scope="col">{t("cause")}</th>
          <th scope="col">{t("marketplace")}</th>
          <th scope="col">{t("patterns")}</th>
          {may.administer && <th scope="col">{t("actions")}</th>}
        </tr>
      </thead>
      <tbody>
        {items.map((cause) => {
          const title = cause.title[language] ?? cause.title.pt;
          return (
            <tr key={cause.code}>
              <td data-name={t("cause")}>
                <div>
                  {title} <Cure of={cause.cure} />
                  <small>{cause.hint[language] ?? cause.hint.pt}</small>
                </div>
              </td>
              <td data-name={t("marketplace")}>{cause.affiliate ? channel(cause.affiliate) : t("all")}</td>
              <td data-name={t("patterns")}>
                <ul className="patterns words">
                  {cause.patterns.map(({ text, regex }) => (
                    <li key={`${text}${regex}`}>
                      {regex == null ? (
                        <>
                          {t("text")} <q>{text}</q>
                        </>
                      ) : (
                        <>
                          {t("regex")} <code>{regex}</code>
                        </>
                      )}
                    </li>
                  ))}
                </ul>
              </td>
              {may.administer && (
                <td data-name={t("actions")}>
                  <div className="buttons">
                    <button
                      type="button"
                      className="quiet"
                      aria-label={t("edit_name", { title })}
                      onClick={() => edit(cause)}
                    >
                      {t("edit")}
                    </button>
                    <button
                      type="button"
                      className="danger"
                      aria-disabled={isPending}
                      aria-label={t("forget_name", { title })}
                      onClick={() => !isPending && mutate(cause)}
                    >
                      {t("forget")}
                    </button>
                  </div>
                </td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Its errors are uncatalogued again; whoever did not mean it takes it back. */
function useForget() {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { say } = useToasts();
  const refresh = useRefresh();
  const bringBack = async (cause: OwnCauseAnswer) => {
    try {
      await save({ api, account }, cause.code, documentAgain(cause), 0);
      say({ title: t("back") });
    } catch (error) {
      say({ title: t("back_failed"), text: error instanceof Error ? error.message : String(error), wrong: true });
    }
    await refresh(...CHANGED);
  };
  const { mutate, isPending } = useMutation({
    mutationFn: ({ code }: OwnCauseAnswer) => forget({ api, account }, code),
    onSuccess: (count, cause) => {
      say({ title: t("forgotten"), text: t.count("regrouped", count), undo: () => void bringBack(cause) });
      document.getElementById("own-causes")?.focus();
    },
    onSettled: () => refresh(...CHANGED),
  });
  return {
    isPending,
    mutate: (cause: OwnCauseAnswer) =>
      mutate(cause, { onError: (error) => say({ title: t("forget_failed"), text: error.message, wrong: true }) }),
  };
}
