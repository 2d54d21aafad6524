import { describe, expect, test } from "vitest";
import { csv } from "./csv";

const only = (text: string) => csv([[text]], ";").slice(1);

describe("a cell", () => {
  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])("that begins a formula is kept a text: %j", (text) => {
    expect(only(text)).toBe(`"'${text}"\r\n`);
  });

  test("may hold the separator, quotes and line ends", () => {
    expect(only('a;b "c"\nd')).toBe('"a;b ""c""\nd"\r\n');
  });

  test("is left alone when a sign is not at its beginning", () => {
    expect(only("SKU=42")).toBe('"SKU=42"\r\n');
  });
});

test("the file says that it is UTF-8, and each row is a line", () => {
  expect(
    csv(
      [
        ["a", "b"],
        ["ç", "d"],
      ],
      ",",
    ),
  ).toBe('\uFEFF"a","b"\r\n"ç","d"\r\n');
});
