import { keepPreviousData, type QueryClient, useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import type { RecordAnswer } from "../api/contract";
import { usePreferences } from "../language/preferences";
import { type Console, useConsole } from "../shell/console";
import { type Filter, queryOf } from "./filter";
import { keyOf } from "./record";

const LIVE_MS = 3_000;
const STRAYED_AT_ONCE = 5;
const STRAYED_MS = 15_000; // each is a request of its own

/** A page of the list, as it is now. Risks have an order and a list of their own. */
export function useRecordPage(filter: Filter, cursor: string | undefined, limit: number, live: boolean) {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  return useQuery({
    queryKey: [account, "records", filter, cursor ?? null, limit, language],
    queryFn: async ({ signal }) => {
      const page = { account, limit, ...(cursor !== undefined && { cursor }) };
      if (!filter.risk) {
        const query = { ...page, ...queryOf(filter, Date.now()) };
        return body(api.GET("/v1/records", { params: { query }, signal }));
      }
      const query = { ...page, ...(filter.affiliate && { affiliate: filter.affiliate }) };
      return body(api.GET("/v1/risks", { params: { query }, signal }));
    },
    placeholderData: keepPreviousData,
    refetchInterval: live && LIVE_MS,
  });
}

/** How many the list has, exact up to a limit. */
export function useTotal(filter: Filter) {
  const { api, account } = useConsole();
  return useQuery({
    queryKey: [account, "total", filter],
    queryFn: async ({ signal }) => {
      if (!filter.risk) {
        const query = { account, ...queryOf(filter, Date.now()) };
        return body(api.GET("/v1/records/total", { params: { query }, signal }));
      }
      const query = { account, limit: 1, ...(filter.affiliate && { affiliate: filter.affiliate }) };
      return (await body(api.GET("/v1/risks", { params: { query }, signal }))).total;
    },
    placeholderData: keepPreviousData,
    refetchInterval: 2 * LIVE_MS,
  });
}

/** One record with its evidence. `seen` is what its row shows: another one is asked for when that changes. */
export function useRecord(affiliate: string, sku: string, seen = "") {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  return useQuery({
    queryKey: [account, "record", `${affiliate}/${sku}`, language, seen],
    queryFn: ({ signal }) =>
      body(
        api.GET("/v1/records/{affiliate}/{sku}", { params: { path: { affiliate, sku }, query: { account } }, signal }),
      ),
    placeholderData: keepPreviousData,
    refetchInterval: seen ? false : LIVE_MS,
  });
}

/** Rows that left the list that is looked at, as they are now: some at a time, `first` those that somebody waits for. */
export function useStrayed(keys: readonly string[], first: ReadonlySet<string>, live: boolean) {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { asked, everyMs } = strayedOf(keys, first);
  return useQuery({
    queryKey: [account, "strayed", asked, language],
    queryFn: ({ signal }) =>
      Promise.all(
        asked.map((key) => {
          const [affiliate = "", sku = ""] = key.split("/");
          const params = { path: { affiliate, sku }, query: { account } };
          return body(api.GET("/v1/records/{affiliate}/{sku}", { params, signal }));
        }),
      ),
    enabled: asked.length > 0,
    refetchInterval: live && everyMs,
  });
}

/** Which of them are asked for, and how often: as the list is as long as somebody waits for one, and else now and then. */
export function strayedOf(keys: readonly string[], first: ReadonlySet<string>) {
  const asked = [...keys]
    .sort((one, other) => Number(first.has(other)) - Number(first.has(one)))
    .slice(0, STRAYED_AT_ONCE);
  return { asked, everyMs: asked.some((key) => first.has(key)) ? LIVE_MS : STRAYED_MS };
}

type Kept = Pick<Console, "account">;

/** The record in every list that is kept, before the next answer has it. */
export function putRecord(queries: QueryClient, { account }: Kept, record: RecordAnswer): void {
  changeLists(queries, account, (items) =>
    items.map((each) => (keyOf(each) === keyOf(record) ? { ...each, ...record } : each)),
  );
}

/** No list that is kept has the record any more. */
export function dropRecord(queries: QueryClient, { account }: Kept, key: string): void {
  changeLists(queries, account, (items) => items.filter((each) => keyOf(each) !== key));
}

function changeLists(queries: QueryClient, account: string, change: (items: RecordAnswer[]) => RecordAnswer[]): void {
  queries.setQueriesData<{ items: RecordAnswer[] }>(
    { queryKey: [account, "records"] },
    (page) => page && { ...page, items: change(page.items) },
  );
}
