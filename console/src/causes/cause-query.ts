import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import { usePreferences } from "../language/preferences";
import { useConsole } from "../shell/console";

/** What nobody catalogued, or only as refused data: an account can describe what hides behind it. */
const GENERAL = new Set(["uncatalogued", "validation"]);

export function isGeneral(code: string): boolean {
  return GENERAL.has(code);
}

/** A cause at an affiliate; nothing is asked for while either is unknown. */
export function useCause(affiliate: string | null, code: string | null, everyMs: number | false = false) {
  const { api, account } = useConsole();
  const { language } = usePreferences();
  return useQuery({
    queryKey: [account, "causes", affiliate, code, language],
    queryFn: ({ signal }) => {
      const path = { affiliate: affiliate ?? "", code: code ?? "" };
      return body(api.GET("/v1/causes/{affiliate}/{code}", { params: { path, query: { account } }, signal }));
    },
    enabled: affiliate !== null && code !== null,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs,
  });
}
