import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { body, Refused } from "../api/client";
import type { FieldProblemAnswer, OwnCauseAnswer, TrialAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { Dialog } from "../parts/dialog";
import { causePath, useHref } from "../shell/address";
import { useConsole, useRefresh } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { useToasts } from "../shell/toasts";
import { CURES, cureTexts } from "./cure";
import {
  codeOf,
  type Draft,
  documentOf,
  draftOf,
  emptyDraft,
  MOST_PATTERNS,
  type Pattern,
  patternDocuments,
  patternsOf,
  problemOf,
  samePatterns,
} from "./own-cause";
import { save } from "./regrouping";

const SHOWN = 5; // of the errors that a trial found
const TOLD_AT_THE_FIELD = /^(title\.pt|hint\.pt|patterns\.\d+(\..+)?)$/; // others may be folded away

const texts = {
  ...cureTexts,
  new: ["Descrever uma causa", "Describe a cause", "Describir una causa"],
  edit: ["Editar a causa {title}", "Edit the cause {title}", "Editar la causa {title}"],
  title: ["Título, em português", "Title, in Portuguese", "Título, en portugués"],
  hint: ["O que fazer, em português", "What to do, in Portuguese", "Qué hacer, en portugués"],
  others: ["Outros idiomas", "Other languages", "Otros idiomas"],
  title_en: ["Título, em inglês", "Title, in English", "Título, en inglés"],
  title_es: ["Título, em espanhol", "Title, in Spanish", "Título, en español"],
  hint_en: ["O que fazer, em inglês", "What to do, in English", "Qué hacer, en inglés"],
  hint_es: ["O que fazer, em espanhol", "What to do, in Spanish", "Qué hacer, en español"],
  code: ["Código", "Code", "Código"],
  cure: ["Classe", "Class", "Clase"],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  all: ["Todos", "All", "Todos"],
  order: [
    "Ordem (de várias que servem, vale a menor)",
    "Order (of several that fit, the lowest is it)",
    "Orden (de varias que sirven, vale la menor)",
  ],
  advanced: ["Código e ordem", "Code and order", "Código y orden"],
  patterns: [
    "A mensagem do marketplace (basta um padrão)",
    "The marketplace's message (one pattern is enough)",
    "El mensaje del marketplace (basta un patrón)",
  ],
  kind: ["Padrão {number}", "Pattern {number}", "Patrón {number}"],
  text: ["Contém o texto", "Contains the words", "Contiene el texto"],
  regex: ["Expressão regular", "Regular expression", "Expresión regular"],
  value: ["Valor do padrão {number}", "Value of pattern {number}", "Valor del patrón {number}"],
  less: ["Tirar o padrão {number}", "Take pattern {number} out", "Quitar el patrón {number}"],
  more: ["Acrescentar padrão", "Add a pattern", "Agregar patrón"],
  test_on: ["Testar com os erros de", "Test on the errors of", "Probar con los errores de"],
  test: ["Testar padrões", "Test the patterns", "Probar patrones"],
  test_first: [
    "Teste os padrões antes de salvar",
    "Test the patterns before saving",
    "Pruebe los patrones antes de guardar",
  ],
  "tested.one": [
    "Há {count} erro sem causa conhecida. Servem para ele: {found}",
    "There is {count} error without a known cause. They fit it: {found}",
    "Hay {count} error sin causa conocida. Sirven para él: {found}",
  ],
  "tested.other": [
    "Serve para {found} dos {count} erros mais novos sem causa conhecida",
    "Fits {found} of the {count} newest errors without a known cause",
    "Sirve para {found} de los {count} errores más nuevos sin causa conocida",
  ],
  tested_none: [
    "Este marketplace não tem erros sem causa conhecida agora",
    "This marketplace has no errors without a known cause right now",
    "Este marketplace no tiene errores sin causa conocida ahora",
  ],
  save: ["Salvar causa", "Save the cause", "Guardar causa"],
  saving: [
    "Salva. Reagrupando: {count} até agora",
    "Saved. Regrouping: {count} so far",
    "Guardada. Reagrupando: {count} hasta ahora",
  ],
  saved: ["Causa salva", "Cause saved", "Causa guardada"],
  "regrouped.one": ["{count} erro mudou de causa", "{count} error has another cause", "{count} error cambió de causa"],
  "regrouped.other": [
    "{count} erros mudaram de causa",
    "{count} errors have another cause",
    "{count} errores cambiaron de causa",
  ],
  see: ["Ver causa", "See the cause", "Ver causa"],
  failed: ["Não foi possível salvar a causa", "The cause could not be saved", "No fue posible guardar la causa"],
} as const;

type Props = {
  readonly saved: OwnCauseAnswer | null;
  /** Where an error was seen that is to be described. */
  readonly affiliate: string | null;
  readonly close: () => void;
};

/**
 * Describes a cause by what the marketplace's message says. Patterns are tried on real errors before they are saved; then
 * the errors that are there get the cause too, and the dialog shows how many.
 */
export function OwnCauseDialog({ saved, affiliate, close }: Props) {
  const t = useTexts(texts);
  const [draft, setDraft] = useState<Draft>(() => (saved ? draftOf(saved) : emptyDraft(affiliate ?? "")));
  const change = (some: Partial<Draft>) => setDraft((before) => ({ ...before, ...some }));
  const trial = useTrial();
  const { mutate, isPending, error, seen } = useSave(saved, close);
  const code = draft.code || codeOf(draft.title.pt);
  const tested =
    (trial.data !== undefined && samePatterns(draft.patterns, trial.variables.patterns)) ||
    (saved !== null && samePatterns(draft.patterns, patternsOf(saved)));
  const problems = [error, trial.error].flatMap((one) => (one instanceof Refused ? one.problems : []));
  const wrong = error ?? trial.error;
  const unseen = problems.filter(({ field }) => !TOLD_AT_THE_FIELD.test(field));
  return (
    <Dialog title={saved ? t("edit", { title: saved.title.pt }) : t("new")} close={close}>
      <form
        className="fields own-cause"
        onSubmit={(event) => {
          event.preventDefault();
          if (tested && !isPending) mutate({ ...draft, code });
        }}
      >
        <Words draft={draft} change={change} problems={problems} />
        <div className="row">
          <label>
            <span>{t("cure")}</span>
            <select
              value={draft.cure}
              onChange={({ target }) => change({ cure: CURES.find((one) => one === target.value) ?? draft.cure })}
            >
              {CURES.map((one) => (
                <option key={one} value={one}>
                  {t(one)}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{t("marketplace")}</span>
            <select value={draft.affiliate} onChange={({ target }) => change({ affiliate: target.value })}>
              <option value="">{t("all")}</option>
              <Marketplaces also={draft.affiliate} />
            </select>
          </label>
        </div>
        <Patterns draft={draft} change={change} problems={problems} />
        <Trial draft={draft} first={affiliate} trial={trial} tested={tested} />
        <details>
          <summary>{t("advanced")}</summary>
          <div className="row">
            <Field
              label={t("code")}
              value={code}
              set={(value) => change({ code: value })}
              problem={problemOf(problems, "code")}
              fixed={saved !== null}
            />
            <label>
              <span>{t("order")}</span>
              <input
                type="number"
                min={0}
                max={1000}
                required
                value={draft.order}
                onChange={({ target }) => change({ order: target.valueAsNumber || 0 })}
              />
            </label>
          </div>
        </details>
        {wrong && (
          <div className="refusal" role="alert">
            <p>{wrong.message}</p>
            {unseen.map(({ field, detail }) => (
              <p key={field}>
                {field}: {detail}
              </p>
            ))}
          </div>
        )}
        <p className="buttons">
          <button type="submit" aria-disabled={!tested || isPending}>
            {t("save")}
          </button>
          <span role="status">
            {isPending && seen !== null && t("saving", { count: seen })}
            {!isPending && !tested && t("test_first")}
          </span>
        </p>
      </form>
    </Dialog>
  );
}

type PartProps = {
  readonly draft: Draft;
  readonly change: (some: Partial<Draft>) => void;
  readonly problems: readonly FieldProblemAnswer[];
};

function Words({ draft, change, problems }: PartProps) {
  const t = useTexts(texts);
  const field = (words: "title" | "hint", language: "pt" | "en" | "es", most: number) => (
    <Field
      label={language === "pt" ? t(words) : t(`${words}_${language}`)}
      value={draft[words][language]}
      set={(value) => change({ [words]: { ...draft[words], [language]: value } })}
      problem={problemOf(problems, `${words}.${language}`)}
      required={language === "pt"}
      most={most}
    />
  );
  return (
    <>
      {field("title", "pt", 100)}
      {field("hint", "pt", 300)}
      <details>
        <summary>{t("others")}</summary>
        {field("title", "en", 100)}
        {field("hint", "en", 300)}
        {field("title", "es", 100)}
        {field("hint", "es", 300)}
      </details>
    </>
  );
}

function Patterns({ draft, change, problems }: PartProps) {
  const t = useTexts(texts);
  const put = (place: number, some: Partial<Pattern>) =>
    change({ patterns: draft.patterns.map((one, at) => (at === place ? { ...one, ...some } : one)) });
  return (
    <fieldset>
      <legend>{t("patterns")}</legend>
      {draft.patterns.map((pattern, place) => {
        const number = place + 1;
        const problem = problemOf(problems, `patterns.${place}`);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a pattern is its place, and has no other name
          <div key={place} className="pattern">
            <select
              aria-label={t("kind", { number })}
              value={pattern.kind}
              onChange={({ target }) => put(place, { kind: target.value === "regex" ? "regex" : "text" })}
            >
              <option value="text">{t("text")}</option>
              <option value="regex">{t("regex")}</option>
            </select>
            <input
              aria-label={t("value", { number })}
              aria-invalid={problem !== null}
              required
              value={pattern.value}
              onChange={({ target }) => put(place, { value: target.value })}
            />
            {draft.patterns.length > 1 && (
              <button
                type="button"
                className="icon"
                aria-label={t("less", { number })}
                onClick={() => change({ patterns: draft.patterns.filter((_, at) => at !== place) })}
              >
                ×
              </button>
            )}
            {problem && <small className="refusal">{problem}</small>}
          </div>
        );
      })}
      {draft.patterns.length < MOST_PATTERNS && (
        <button
          type="button"
          className="quiet"
          onClick={() => change({ patterns: [...draft.patterns, { kind: "text", value: "" }] })}
        >
          {t("more")}
        </button>
      )}
    </fieldset>
  );
}

type TrialProps = {
  readonly draft: Draft;
  readonly first: string | null;
  readonly trial: ReturnType<typeof useTrial>;
  readonly tested: boolean;
};

/** What the patterns would fit of what a marketplace said lately. */
function Trial({ draft, first, trial, tested }: TrialProps) {
  const t = useTexts(texts);
  const { data: overview } = useOverview();
  const [chosen, setChosen] = useState(first ?? "");
  const affiliate = draft.affiliate || chosen || (overview?.affiliates[0]?.affiliate ?? "");
  const ready = affiliate !== "" && !trial.isPending && draft.patterns.every(({ value }) => value.trim() !== "");
  return (
    <div>
      <div className="row trial">
        {!draft.affiliate && (
          <label>
            <span>{t("test_on")}</span>
            <select value={affiliate} onChange={({ target }) => setChosen(target.value)}>
              <Marketplaces also={affiliate} />
            </select>
          </label>
        )}
        <button
          type="button"
          className="quiet"
          aria-disabled={!ready}
          onClick={() => ready && trial.mutate({ patterns: draft.patterns, affiliate })}
        >
          {t("test")}
        </button>
      </div>
      <div role="status">{tested && trial.data && <Found answer={trial.data} />}</div>
    </div>
  );
}

function Found({ answer: { looked_at, records } }: { answer: TrialAnswer }) {
  const t = useTexts(texts);
  if (looked_at === 0) return <p>{t("tested_none")}</p>;
  return (
    <>
      <p>{t.count("tested", looked_at, { found: records.length })}</p>
      <ul className="found">
        {records.slice(0, SHOWN).map(({ affiliate, sku, message }) => (
          <li key={`${affiliate}/${sku}`}>
            {sku}: <q>{message}</q>
          </li>
        ))}
      </ul>
    </>
  );
}

/** `also` is there before the others are known, and is the same element then: the browser keeps it chosen. */
function Marketplaces({ also }: { also: string }) {
  const { data } = useOverview();
  const known = data?.affiliates ?? [];
  const missing = also !== "" && known.every(({ affiliate }) => affiliate !== also);
  return [...known, ...(missing ? [{ affiliate: also, channel: also }] : [])].map(({ affiliate, channel }) => (
    <option key={affiliate} value={affiliate}>
      {channel}
    </option>
  ));
}

type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
  readonly problem: string | null;
  readonly required?: boolean;
  readonly fixed?: boolean;
  readonly most?: number;
};

function Field({ label, value, set, problem, required = false, fixed = false, most }: FieldProps) {
  const id = useId();
  return (
    <label>
      <span>{label}</span>
      <input
        value={value}
        required={required}
        readOnly={fixed}
        maxLength={most}
        aria-invalid={problem !== null}
        aria-describedby={problem ? id : undefined}
        onChange={({ target }) => set(target.value)}
      />
      {problem && (
        <small className="refusal" id={id}>
          {problem}
        </small>
      )}
    </label>
  );
}

function useTrial() {
  const { api, account } = useConsole();
  return useMutation({
    mutationFn: ({ patterns, affiliate }: { patterns: readonly Pattern[]; affiliate: string }) => {
      const asked = { patterns: patternDocuments(patterns), affiliate, message: null };
      return body(api.POST("/v1/causes/own/test", { params: { query: { account } }, body: asked }));
    },
  });
}

/** It goes on when the dialog is closed, and says what came of it. */
function useSave(saved: OwnCauseAnswer | null, close: () => void) {
  const t = useTexts(texts);
  const { api, account } = useConsole();
  const { say } = useToasts();
  const refresh = useRefresh();
  const href = useHref();
  const [seen, setSeen] = useState<number | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (draft: Draft) => save({ api, account }, draft.code, documentOf(draft), saved?.rev ?? 0, setSeen),
    onSuccess: (count, { affiliate, code }) => {
      say({
        title: t("saved"),
        text: t.count("regrouped", count),
        ...(affiliate && { link: { label: t("see"), href: href(causePath(affiliate, code)) } }),
      });
      close();
    },
    onSettled: () => refresh("causes", "records", "total", "overview"),
  });
  return { mutate, isPending, error, seen };
}
