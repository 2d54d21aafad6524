import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Refused } from "../api/client";
import type { OwnCauseAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { Dialog } from "../parts/dialog";
import { causePath, useHref } from "../shell/address";
import { useConsole, useRefresh } from "../shell/console";
import { useToasts } from "../shell/toasts";
import { CURES } from "./cure";
import { codeOf, type Draft, documentOf, draftOf, emptyDraft, patternsOf, problemOf, samePatterns } from "./own-cause";
import { Field, Patterns, Words } from "./own-cause-fields";
import { texts } from "./own-cause-texts";
import { Marketplaces, Trial, useTrial } from "./own-cause-trial";
import { save } from "./regrouping";

const TOLD_AT_THE_FIELD = /^(title\.pt|hint\.pt|patterns\.\d+(\..+)?)$/; // others may be folded away

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
