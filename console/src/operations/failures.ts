import { type Api, body } from "../api/client";
import type { FailureAnswer, FailurePage } from "../api/contract";

const PAGE = 50;
const LARGEST_PAGE = 200;

export type Asked = { readonly api: Api; readonly account: string; readonly id: string; readonly signal?: AbortSignal };

/** A page that has something while anything is left: the API answers an empty one where it read much and found none. */
export async function failurePage(asked: Asked, cursor: string | undefined, limit = PAGE): Promise<FailurePage> {
  let next = cursor;
  for (;;) {
    const page = await one(asked, next, limit);
    if (page.items.length > 0 || page.next === null) return page;
    next = page.next;
  }
}

/** All of them, page by page; `seen` is told how many there are by now. */
export async function allFailures(asked: Asked, seen: (count: number) => void): Promise<readonly FailureAnswer[]> {
  const all: FailureAnswer[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await failurePage(asked, cursor, LARGEST_PAGE);
    all.push(...page.items);
    seen(all.length);
    if (page.next === null) return all;
    cursor = page.next;
  }
}

function one({ api, account, id, signal }: Asked, cursor: string | undefined, limit: number): Promise<FailurePage> {
  const params = { path: { operation_id: id }, query: { account, limit, ...(cursor !== undefined && { cursor }) } };
  return body(api.GET("/v1/operations/{operation_id}/failures", { params, ...(signal && { signal }) }));
}
