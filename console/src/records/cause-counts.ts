import { useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import type { CountAnswer } from "../api/contract";
import { usePreferences } from "../language/preferences";
import { useConsole } from "../shell/console";

const MOST_CAUSES = 200;

export type CauseCount = { readonly code: string; readonly title: string; readonly open: CountAnswer };

/** The causes that errors have, each once with the sum of its marketplaces, the most frequent first. */
export function useCauseCounts(affiliate: string | null, enabled: boolean): readonly CauseCount[] {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  const { data } = useQuery({
    queryKey: [account, "causes", "filter", affiliate, language],
    queryFn: ({ signal }) => {
      const query = { account, limit: MOST_CAUSES, ...(affiliate && { affiliate }) };
      return body(api.GET("/v1/causes", { params: { query }, signal }));
    },
    staleTime: 30_000,
    enabled,
  });
  const found = new Map<string, CauseCount>();
  for (const { code, cause, open } of data?.items ?? []) {
    const before = found.get(code)?.open ?? { count: 0, more: false };
    found.set(code, {
      code,
      title: cause.title,
      open: { count: before.count + open.count, more: before.more || open.more },
    });
  }
  return [...found.values()]
    .filter(({ open }) => open.count > 0)
    .sort((one, other) => other.open.count - one.open.count);
}
