import { useCallback, useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import { useConsole } from "./console";

/** All state of a view is in the address, so that a reload, the way back and a shared link restore it. */
export const PAGES = {
  records: "/estoque",
  overview: "/estoque/painel",
  causes: "/estoque/causas",
  differences: "/estoque/divergencias",
  operations: "/estoque/operacoes",
  activity: "/estoque/atividade",
  channels: "/estoque/conexoes",
} as const;

export type Parameters = Readonly<Record<string, string | null | undefined>>;

export function recordPath(affiliate: string, sku: string): string {
  return `/estoque/registros/${encodeURIComponent(affiliate)}/${encodeURIComponent(sku)}`;
}

export function skuPath(sku: string): string {
  return `/estoque/skus/${encodeURIComponent(sku)}`;
}

export function causePath(affiliate: string, code: string): string {
  return `${PAGES.causes}/${encodeURIComponent(affiliate)}/${encodeURIComponent(code)}`;
}

export function operationPath(id: string): string {
  return `${PAGES.operations}/${encodeURIComponent(id)}`;
}

export function channelPath(affiliate: string): string {
  return `${PAGES.channels}/${encodeURIComponent(affiliate)}`;
}

export function withParameters(path: string, parameters: Parameters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value);
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

/** Addresses of the console; the account travels along. */
export function useHref(): (path: string, parameters?: Parameters) => string {
  const { account } = useConsole();
  return useCallback((path, parameters = {}) => withParameters(path, { conta: account, ...parameters }), [account]);
}

/** The address's parameters, and a way to change some of them. `replace`: no step for the way back. */
export function useParameters(): readonly [
  URLSearchParams,
  (change: Parameters, options?: { readonly replace?: boolean }) => void,
] {
  const search = useSearch();
  const [, go] = useLocation();
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const change = useCallback(
    (change: Parameters, { replace = false } = {}) => {
      const now = Object.fromEntries(new URLSearchParams(location.search));
      go(withParameters(location.pathname, { ...now, ...change }), { replace });
    },
    [go],
  );
  return [parameters, change];
}
