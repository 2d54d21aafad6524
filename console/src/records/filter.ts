import type { OperationFilter, operations } from "../api/contract";
import { PAGES, type Parameters } from "../shell/address";

/** What the list of records may be asked for; null does not limit. */
export type Filter = {
  readonly status: "error" | "success" | "pending" | "removed" | null;
  readonly affiliate: string | null;
  readonly cause: string | null;
  readonly sku: string | null;
  /** ISO 8601 in UTC, or relative to now: "-24h", "-7d". `from` is inclusive, `to` is not. */
  readonly from: string | null;
  readonly to: string | null;
  readonly late: boolean;
  /** Those that may be sold beyond the stock, the worst first. */
  readonly risk: boolean;
};

export const EVERYTHING: Filter = {
  status: null,
  affiliate: null,
  cause: null,
  sku: null,
  from: null,
  to: null,
  late: false,
  risk: false,
};

// Addresses are in Portuguese whatever language the page is read in: a link means the same to everybody.
const STATUS_NAMES = { error: "erro", success: "sucesso", pending: "aguardando", removed: "removido" } as const;
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+(Z|[+-]\d{2}:\d{2})$/;
const RELATIVE = /^-(\d{1,3})([hd])$/;
const UNIT_MS = { h: 3_600_000, d: 86_400_000 } as const;
const MINUTE_MS = 60_000;

/** What somebody typed as a value and cannot be one is left out: a link of anybody opens something. */
export function readFilter(parameters: URLSearchParams): Filter {
  const late = parameters.get("atrasado") === "1";
  const risk = parameters.get("ordem") === "risco";
  const cause = matching(parameters.get("causa"), /^[a-z][a-z0-9_.-]{0,59}$/);
  const status = (Object.keys(STATUS_NAMES) as (keyof typeof STATUS_NAMES)[]).find(
    (one) => STATUS_NAMES[one] === parameters.get("status"),
  );
  const shared = {
    affiliate: matching(parameters.get("mkt"), /^[A-Z0-9]{2,10}$/),
    sku: matching(parameters.get("q"), /^\d{1,10}$/),
  };
  // these lists have an order of their own, and cannot be limited further
  if (late || risk) return { ...EVERYTHING, ...shared, sku: risk ? null : shared.sku, late, risk: risk && !late };
  return {
    ...EVERYTHING,
    ...shared,
    status: cause ? "error" : (status ?? null),
    cause,
    from: readMoment(parameters.get("de")),
    to: readMoment(parameters.get("ate")),
  };
}

/** The same as the address has it: every parameter, so that what is null is taken out. */
export function filterParameters(filter: Filter): Parameters {
  return {
    status: filter.status && STATUS_NAMES[filter.status],
    mkt: filter.affiliate,
    causa: filter.cause,
    q: filter.sku,
    de: filter.from,
    ate: filter.to,
    atrasado: filter.late ? "1" : null,
    ordem: filter.risk ? "risco" : null,
    cursor: null,
    antes: null,
    aberto: null,
  };
}

/** The parameters of a link to the list. */
export function listed(filter: Partial<Filter>): readonly [path: string, parameters: Parameters] {
  return [PAGES.records, filterParameters({ ...EVERYTHING, ...filter })];
}

/** Whether anything is limited. */
export function isLimited(filter: Filter): boolean {
  return Object.values(filter).some((value) => value !== null && value !== false);
}

type Query = NonNullable<operations["list_records"]["parameters"]["query"]>;

/** What the API is asked for; relative times are of `now`, in milliseconds. */
export function queryOf(
  filter: Filter,
  now: number,
): Pick<Query, "status" | "affiliate" | "cause" | "sku" | "from" | "to" | "late"> {
  return {
    ...(filter.status && !filter.cause && { status: filter.status }),
    ...(filter.affiliate && { affiliate: filter.affiliate }),
    ...(filter.cause && { cause: filter.cause }),
    ...(filter.sku && { sku: filter.sku }),
    ...(filter.from && { from: instantOf(filter.from, now) }),
    ...(filter.to && { to: instantOf(filter.to, now) }),
    ...(filter.late && { late: true }),
  };
}

/** The same records as the target of an operation; null where an operation cannot take the list as it is. */
export function operationFilter(filter: Filter, now: number): OperationFilter | null {
  if (filter.late || filter.risk || (filter.cause && !filter.affiliate)) return null;
  return {
    ...(filter.status && { status: filter.status }),
    ...(filter.affiliate && { affiliates: [filter.affiliate] }),
    ...(filter.cause && { cause: filter.cause }),
    ...(filter.sku && { skus: [filter.sku] }),
    ...(filter.from && { from: instantOf(filter.from, now) }),
    ...(filter.to && { to: instantOf(filter.to, now) }),
  };
}

/** Relative times by the minute: what is asked for every few seconds is the same question then, which has an answer. */
export function instantOf(moment: string, now: number): string {
  const relative = RELATIVE.exec(moment);
  if (!relative) return moment;
  const unit = UNIT_MS[relative[2] as keyof typeof UNIT_MS];
  const minute = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  return new Date(minute - Number(relative[1]) * unit).toISOString();
}

function matching(value: string | null, pattern: RegExp): string | null {
  return value !== null && pattern.test(value) ? value : null;
}

/** A point in time as `Filter` has them; null for what is none. */
export function readMoment(value: string | null): string | null {
  if (value === null || RELATIVE.test(value)) return value;
  return INSTANT.test(value) && !Number.isNaN(Date.parse(value)) ? value : null;
}
