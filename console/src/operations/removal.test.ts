import { expect, test } from "vitest";
import { translator } from "../language/texts";
import { differingText, removalText, texts } from "./removal";

const t = translator(texts, "pt");
const removal = { success: 1190, error: 58, pending: 0, looked_at: 1248, differing: 12, more: false };

test("a removal is told by status, with what it leaves as it is", () => {
  expect(removalText(t, removal, { more: false })).toBe(
    "1.248 registros: 1.190 Sucesso, 58 Erro. 12 ainda têm estoque diferente ou não confirmado.",
  );
});

test("nothing is said of a stock that is the same", () => {
  const one = { success: 0, error: 0, pending: 1, looked_at: 1, differing: 0, more: false };
  expect(removalText(t, one, { more: false })).toBe("1 registro: 1 Aguardando processamento.");
});

test("what could not be counted or looked at in time is not told as if it had been", () => {
  expect(removalText(t, { ...removal, looked_at: 1000, more: true }, { more: true })).toBe(
    "Mais de 1.248 registros: 1.190 Sucesso, 58 Erro. Dos 1.000 conferidos, 12 ainda têm estoque diferente ou não confirmado.",
  );
  expect(differingText(t, { ...removal, differing: 0, more: true })).toBeNull();
});
