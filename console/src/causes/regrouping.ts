import { type Api, body } from "../api/client";
import type { OwnCauseDocument, RegroupedAnswer } from "../api/contract";

export type At = { readonly api: Api; readonly account: string };

/** Goes on until every error has the cause of now; `seen` is told how many got another one by now. Answers how many. */
export async function regroupAll(
  first: RegroupedAnswer,
  goOn: (cursor: string) => Promise<RegroupedAnswer>,
  seen: (count: number) => void,
): Promise<number> {
  let { regrouped, next } = first;
  seen(regrouped);
  while (next !== null) {
    const more = await goOn(next);
    regrouped += more.regrouped;
    next = more.next;
    seen(regrouped);
  }
  return regrouped;
}

/** `rev`: only over this save; 0: only a new one; null: over any. */
export async function save(
  at: At,
  code: string,
  document: OwnCauseDocument,
  rev: number | null,
  seen: (count: number) => void = () => {},
): Promise<number> {
  const params = { path: { code }, query: { account: at.account, ...(rev !== null && { rev }) } };
  const saved = await body(at.api.PUT("/v1/causes/own/{code}", { params, body: document }));
  return regroupAll(saved, goOn(at), seen);
}

export async function forget(at: At, code: string): Promise<number> {
  const params = { path: { code }, query: { account: at.account } };
  const forgotten = await body(at.api.DELETE("/v1/causes/own/{code}", { params }));
  return regroupAll(forgotten, goOn(at), () => {});
}

/** Everything from the start, for what failed while a cause was being saved. */
export async function regroup(at: At, seen: (count: number) => void): Promise<number> {
  const first = await body(at.api.POST("/v1/causes/regroup", { params: { query: { account: at.account } } }));
  return regroupAll(first, goOn(at), seen);
}

function goOn({ api, account }: At): (cursor: string) => Promise<RegroupedAnswer> {
  return (cursor) => body(api.POST("/v1/causes/regroup", { params: { query: { account, cursor } } }));
}
