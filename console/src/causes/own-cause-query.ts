import { useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import { useConsole } from "../shell/console";

/** The causes that the account described itself. */
export function useOwnCauses() {
  const { api, account } = useConsole();
  return useQuery({
    queryKey: [account, "causes", "own"],
    queryFn: ({ signal }) => body(api.GET("/v1/causes/own", { params: { query: { account } }, signal })),
  });
}
