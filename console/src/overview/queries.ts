import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import { useConsole } from "../shell/console";
import { type Period, type Series, seriesQuery } from "./period";

const EVERY_MS = 30_000; // what is counted arrives batch by batch, and an hour is the finest that is shown

/** Of one marketplace, or of all together. `now` is the server's, in milliseconds. */
export function useSeries(period: Period, affiliate: string | null, now: number) {
  const { api, account } = useConsole();
  return useQuery({
    queryKey: [account, "series", period, affiliate],
    queryFn: async ({ signal }): Promise<Series> => {
      const query = { account, affiliate, ...seriesQuery(period, now) };
      const { rows } = await body(api.GET("/v1/series", { params: { query }, signal }));
      return { period, rows };
    },
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

export function useServiceLevel() {
  const { api, account } = useConsole();
  return useQuery({
    queryKey: [account, "service-level"],
    queryFn: ({ signal }) => body(api.GET("/v1/service-level", { params: { query: { account } }, signal })),
    refetchInterval: EVERY_MS,
  });
}
