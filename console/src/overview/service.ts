import type { AffiliateService, PartsAnswer, ServiceAnswer, WindowAnswer } from "../api/contract";

const BUDGET_MS = 30 * 24 * 3_600_000; // the objective is of 30 days

export type PartName = keyof PartsAnswer;
export const PARTS = ["notify", "intake", "queue", "marketplace"] as const satisfies readonly PartName[];

/** What a burn rate means: how much of the late changes that the objective allows came to be. */
export type Pace =
  | { readonly is: "nothing" } // nothing was to be in time
  | { readonly is: "clear" } // nothing was late
  | { readonly is: "within"; readonly used: number }
  | { readonly is: "over"; readonly times: number; readonly lastsMs: number };

export function windowOf(service: ServiceAnswer | undefined, name: WindowAnswer["window"]): WindowAnswer | undefined {
  return service?.windows.find(({ window }) => window === name);
}

/** `used` is of 1, `times` has one decimal, both rounded up; `lastsMs` is how long the late ones of 30 days would last. */
export function pace(rate: number | null): Pace {
  if (rate === null) return { is: "nothing" };
  if (rate === 0) return { is: "clear" };
  if (rate <= 1) return { is: "within", used: Math.ceil(rate * 100) / 100 };
  return { is: "over", times: Math.ceil(rate * 10) / 10, lastsMs: BUDGET_MS / rate };
}

/** 0.99999 is not everything: a share is rounded down, to a hundredth of a percent. */
export function roundedDown(share: number): number {
  return Math.floor(share * 10_000 + 1e-6) / 10_000;
}

/** The marketplace with the smallest share in a window, of those with one below the objective. */
export function worst(
  affiliates: readonly AffiliateService[],
  name: WindowAnswer["window"],
  objective: number,
): { readonly service: AffiliateService; readonly share: number } | null {
  const below = affiliates.flatMap((service) => {
    const share = windowOf(service, name)?.share ?? 1;
    return share < objective ? [{ service, share }] : [];
  });
  return below.toSorted((one, other) => one.share - other.share)[0] ?? null;
}

/** The part with the longest p95; null when nothing is known. */
export function slowest(parts: PartsAnswer): { readonly part: PartName; readonly ms: number } | null {
  const known = PARTS.flatMap((part) => {
    const ms = parts[part].p95_ms;
    return ms === null ? [] : [{ part, ms }];
  });
  return known.toSorted((one, other) => other.ms - one.ms)[0] ?? null;
}

/** The one limit of all that are looked at, in seconds; null where they differ. */
export function sharedLimit(affiliates: readonly AffiliateService[]): number | null {
  const limits = new Set(affiliates.map(({ limit_s }) => limit_s));
  const [limit] = limits;
  return limits.size === 1 && limit !== undefined ? limit : null;
}
