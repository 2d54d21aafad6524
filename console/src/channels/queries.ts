import { useQuery } from "@tanstack/react-query";
import { body } from "../api/client";
import type { ChannelAnswer } from "../api/contract";
import { useConsole } from "../shell/console";

const EVERY_MS = 10_000;

/** Every field has its value in an answer, though a document that is saved may leave it out. */
export type Channel = Required<ChannelAnswer>;

/** Both are for administrators; whoever else asks is told so by the screens. */
export function useChannels() {
  const { api, account, may } = useConsole();
  return useQuery({
    queryKey: [account, "channels"],
    queryFn: ({ signal }) => body(api.GET("/v1/channels", { params: { query: { account } }, signal })),
    refetchInterval: EVERY_MS,
    select: ({ items }) => items as Channel[],
    enabled: may.administer,
  });
}

export function useChannel(affiliate: string) {
  const { api, account, may } = useConsole();
  return useQuery({
    queryKey: [account, "channels", affiliate],
    queryFn: ({ signal }) =>
      body(api.GET("/v1/channels/{affiliate}", { params: { path: { affiliate }, query: { account } }, signal })),
    refetchInterval: EVERY_MS,
    select: (channel) => channel as Channel,
    enabled: may.administer,
  });
}
