import { useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import { usePreferences } from "../language/preferences";
import { useConsole } from "./console";

const EVERY_MS = 5_000; // as long as the API itself keeps its counts

/** The account at a glance: asked for once, whoever shows it. */
export function useOverview() {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  return useQuery({
    queryKey: [account, "overview", language],
    queryFn: ({ signal }) => body(api.GET("/v1/overview", { params: { query: { account } }, signal })),
    refetchInterval: EVERY_MS,
  });
}
