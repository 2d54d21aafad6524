import { expect, test } from "vitest";
import type { Api } from "../api/client";
import { allFailures, failurePage } from "./failures";

/** Answers by cursor: SKUs, and where to go on. */
function answering(pages: Readonly<Record<string, readonly [skus: readonly string[], next: string | null]>>): Api {
  const get = async (_path: string, { params }: { params: { query: { cursor?: string } } }) => {
    const [skus, next] = pages[params.query.cursor ?? ""] ?? [[], null];
    return { data: { items: skus.map((sku) => ({ sku })), next }, response: new Response() };
  };
  return { GET: get } as unknown as Api;
}

const asked = (api: Api) => ({ api, account: "demoloja", id: "0123456789ab" });

test("a page without failures that is not the last is gone past", async () => {
  const api = answering({ "": [[], "a"], a: [[], "b"], b: [["42"], "c"] });
  const page = await failurePage(asked(api), undefined);
  expect(page.items.map(({ sku }) => sku)).toEqual(["42"]);
  expect(page.next).toBe("c");
});

test("where there is nothing more, the last page is empty", async () => {
  const page = await failurePage(asked(answering({ "": [[], "a"] })), undefined);
  expect(page).toEqual({ items: [], next: null });
});

test("a file has the failures of all pages, and says how many there are by now", async () => {
  const api = answering({ "": [["1", "2"], "a"], a: [[], "b"], b: [["3"], null] });
  const seen: number[] = [];
  const all = await allFailures(asked(api), (count) => seen.push(count));
  expect(all.map(({ sku }) => sku)).toEqual(["1", "2", "3"]);
  expect(seen).toEqual([2, 3]);
});
