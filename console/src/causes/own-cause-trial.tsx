import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { body } from "../api/client";
import type { TrialAnswer } from "../api/contract";
import { useTexts } from "../language/language";
import { useConsole } from "../shell/console";
import { useOverview } from "../shell/overview-query";
import { type Draft, type Pattern, patternDocuments } from "./own-cause";
import { texts } from "./own-cause-texts";

const SHOWN = 5; // of the errors that a trial found

export function useTrial() {
  const { api, account } = useConsole();
  return useMutation({
    mutationFn: ({ patterns, affiliate }: { patterns: readonly Pattern[]; affiliate: string }) => {
      const asked = { patterns: patternDocuments(patterns), affiliate, message: null };
      return body(api.POST("/v1/causes/own/test", { params: { query: { account } }, body: asked }));
    },
  });
}

type TrialProps = {
  readonly draft: Draft;
  readonly first: string | null;
  readonly trial: ReturnType<typeof useTrial>;
  readonly tested: boolean;
};

/** What the patterns would fit of what a marketplace said lately. */
export function Trial({ draft, first, trial, tested }: TrialProps) {
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
export function Marketplaces({ also }: { also: string }) {
  const { data } = useOverview();
  const known = data?.affiliates ?? [];
  const missing = also !== "" && known.every(({ affiliate }) => affiliate !== also);
  return [...known, ...(missing ? [{ affiliate: also, channel: also }] : [])].map(({ affiliate, channel }) => (
    <option key={affiliate} value={affiliate}>
      {channel}
    </option>
  ));
}
