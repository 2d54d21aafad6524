import { expect, test } from "vitest";
import { changeOf, endingOf, eventsOf, reflectionOf, shownAs, standOf } from "./record";
import { record } from "./sample";

const attempt = {
  at: "2026-11-25T12:01:00Z",
  outcome: "applied",
  quantity: 3,
  version: 3,
  message: "",
  http_status: 200,
  request: null,
  asked_by: null,
  evidence: null,
};

test("a removed record shows that it was removed, whatever its status", () => {
  const removed = { at: "2026-11-25T12:00:00Z", undo_until: "2026-12-25T12:00:00Z" };

  expect(shownAs(record({ removed }))).toBe("removed");
});

test("De and Por are of the change that was held back when that was the last one", () => {
  const skipped = { de: 23, por: 10, at: "2026-11-25T12:00:00Z", reason: "high", explanation: "Acima de 5" };
  const balance = { current: 10, unlimited: false, observed_at: null, skipped };

  const held = record({ balance, situation: { code: "held", text: "Não exportado", at: null } });

  expect(changeOf(held)).toEqual({ de: 23, por: 10 });
  expect(changeOf(record({ balance }))).toEqual({ de: 7, por: 3 });
});

test("an open change waits, a reflected one took its time, and an error's last time is of another change", () => {
  const now = Date.parse("2026-11-25T13:24:00Z");

  expect(reflectionOf(record(), now)).toBe(84 * 60_000);
  expect(reflectionOf(record({ changed_at: null, status: "success", reflected_ms: 900 }), now)).toBe(900);
  expect(reflectionOf(record({ changed_at: null, status: "error", reflected_ms: 900 }), now)).toBeNull();
});

test("the last change at VTEX stands among the attempts where it happened", () => {
  const first = { ...attempt, at: "2026-11-25T11:59:59.5Z" };

  const told = eventsOf(record({ attempts: [first, attempt] }));

  expect(told).toEqual([{ attempt: first, number: 1 }, { change: "2026-11-25T12:00:00Z" }, { attempt, number: 2 }]);
  expect(eventsOf(record({ last_change_at: null, attempts: [attempt] }))).toEqual([{ attempt, number: 1 }]);
});

test("what a marketplace shows is right, different, or not known", () => {
  expect(standOf(record({ wanted: 3, confirmed: 3 }))).toBe("right");
  expect(standOf(record({ wanted: 3, confirmed: 7 }))).toBe("different");
  expect(standOf(record({ wanted: 3, confirmed: null }))).toBe("unconfirmed");
  expect(standOf(record({ wanted: null, confirmed: null }))).toBe("right");
});

test("a reprocess has ended when the record is at rest again", () => {
  const asked = record({ wanted: 7 });

  expect(endingOf(asked, record({ status: "pending" }))).toBeNull();
  expect(endingOf(asked, record())).toEqual({ code: "ended_error", cause: "Anúncio encerrado" });
});

test("a success says so when another quantity than the record's was sent", () => {
  const success = record({
    status: "success",
    cause: null,
    detail: "Quantidade de Estoque atualizada: 3",
    attempts: [attempt],
  });

  expect(endingOf(record({ wanted: 7 }), success)).toEqual({ code: "ended_other", now: 3, before: 7 });
  expect(endingOf(record({ wanted: 3 }), success)).toEqual({ code: "ended_success", detail: success.detail });
});

test("nothing was sent when the marketplace showed it already", () => {
  const nothing = record({
    status: "success",
    detail: "Nada a enviar",
    attempts: [{ ...attempt, outcome: "nothing_to_send" }],
  });

  expect(endingOf(record({ wanted: 7 }), nothing)).toEqual({ code: "ended_success", detail: "Nada a enviar" });
});
