import type { RecordAnswer } from "../api/contract";

/** A record of tests: an error at Mercado Livre, changed by what the test is about. */
export function record(change: Partial<RecordAnswer> = {}): RecordAnswer {
  return {
    affiliate: "MLB",
    channel: "Mercado Livre",
    sku: "42",
    status: "error",
    situation: { code: "needs_fix", text: "Aguarda correção", at: null },
    detail: "Anúncio encerrado",
    cause: { code: "listing_closed", title: "Anúncio encerrado", hint: "Publique de novo", cure: "fix_first" },
    message: "Cannot update item",
    balance: { current: 3, unlimited: false, observed_at: "2026-11-25T12:00:00Z", skipped: null },
    policy: [],
    wanted: 3,
    confirmed: 7,
    confirmed_at: "2026-11-25T11:00:00Z",
    version: 2,
    why: { code: "low", text: "Saldo baixo", de: 7, por: 3, origin: "notification", found: null },
    last_change_at: "2026-11-25T12:00:00Z",
    changed_at: "2026-11-25T12:00:00Z",
    processed_at: "2026-11-25T12:00:05Z",
    listed_at: "2026-11-25T12:00:05Z",
    late: false,
    reflected_ms: null,
    attempts: [],
    request: null,
    removed: null,
    came_back_after: null,
    actions: ["reprocess", "remove"],
    ...change,
  };
}
