import { expect, test } from "vitest";
import type { CausePage, CauseRowAnswer } from "../api/contract";
import { inOrderOf } from "./order";

function page(...codes: readonly string[]): CausePage {
  return { items: codes.map((code) => ({ affiliate: "MRC", code }) as CauseRowAnswer), next: null };
}

const codes = ({ items }: CausePage) => items.map(({ code }) => code);

test("rows stay where they are when others are seen later, and new ones follow", () => {
  expect(codes(inOrderOf(page("a", "b", "c"), page("d", "c", "a")))).toEqual(["a", "c", "d"]);
});

test("a page that is seen for the first time is as it came", () => {
  expect(codes(inOrderOf(undefined, page("b", "a")))).toEqual(["b", "a"]);
});
