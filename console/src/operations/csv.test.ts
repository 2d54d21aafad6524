import { describe, expect, test } from "vitest";
import { csv } from "./csv";

const only = (text: string) => csv([[text]], ";").slice(1);

describe("a cell", () => {
  test.each(["=1+1", "+1", "-1", "@SUM(A1)", "＝1"])("that begins a formula is kept a text: %j", (text) => {
    expect(only(text)).toBe(`"'${text}"\r\n`);
  });

  test.each([
    ["a,=1+1", "a,'=1+1"],
    ['a;"=1', `a;""'=1`],
    ["\u200b=1", "\u200b'=1"],
    ["\t=1", "'=1"],
  ])("begins none for another reader of the file either: %j", (text, kept) => {
    expect(only(text)).toBe(`"${kept}"\r\n`);
  });

  test("is one line, and may hold the separator and quotes", () => {
    expect(only('a;b "c"\nd\0')).toBe('"a;b ""c"" d"\r\n');
  });

  test("is left alone when a sign is not at its beginning", () => {
    expect(only("SKU=42, tamanho P-M")).toBe('"SKU=42, tamanho P-M"\r\n');
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
