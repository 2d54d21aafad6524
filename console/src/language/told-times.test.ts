import { expect, test } from "vitest";
import { moments } from "./moments";
import { withLocalTimes } from "./told-times";

const { short } = moments("pt", "America/Sao_Paulo");

test("times of a sentence are told in the viewer's zone", () => {
  const told = withLocalTimes("Próxima tentativa em 2026-01-31 01:30:00 UTC. Desde 2026-01-30 12:00:00 UTC.", short);
  expect(told).toBe("Próxima tentativa em 30/01, 22:30. Desde 30/01, 09:00.");
});

test("a sentence without times stays as it is", () => {
  expect(withLocalTimes("O saldo é 3", short)).toBe("O saldo é 3");
});
