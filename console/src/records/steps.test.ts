import { expect, test } from "vitest";
import type { StepAnswer } from "../api/contract";
import { compared, isAtRest } from "./steps";

function step(state: StepAnswer["state"], details: StepAnswer["details"] = {}): StepAnswer {
  return { code: "some", state, at: null, text: "", details };
}

test("what the rule compared is found among the steps", () => {
  expect(compared([step("done", { balance: 3 }), step("done", { de: 7, por: 3 })])).toEqual({ de: 7, por: 3 });
});

test("of a first change the balance before is not known", () => {
  expect(compared([step("done", { de: null, por: 0 })])).toEqual({ de: null, por: 0 });
});

test("without a decision nothing was compared", () => {
  expect(compared([step("unknown"), step("waiting")])).toBeNull();
});

test("a change is at rest unless something is to come or stopped it", () => {
  expect(isAtRest([step("done"), step("skipped"), step("unknown")])).toBe(true);
  expect(isAtRest([step("done"), step("waiting")])).toBe(false);
  expect(isAtRest([step("stopped")])).toBe(false);
});
