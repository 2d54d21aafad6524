import { describe, expect, test } from "vitest";
import { codeOf, documentAgain, documentOf, draftOf, emptyDraft, problemOf, samePatterns } from "./own-cause";

const SAVED = {
  code: "own.sem-foto",
  rev: 3,
  title: { pt: "Produto sem foto", en: "No picture", es: null },
  hint: { pt: "Envie uma foto e reprocesse", en: null, es: null },
  cure: "fix_first",
  affiliate: "MRC",
  connector: null,
  patterns: [
    { text: "sem foto", regex: null },
    { text: null, regex: "(?i)image.+required" },
  ],
  order: 100,
} as const;
const ANSWER = { ...SAVED, patterns: [...SAVED.patterns] };

describe("a cause of one's own", () => {
  test("that is opened and saved is the document that it was", () => {
    const { code: _code, rev: _rev, ...document } = ANSWER;
    expect(documentOf(draftOf(ANSWER))).toEqual(document);
    expect(documentAgain(ANSWER)).toEqual(document);
  });

  test("has no text in a language where nothing was written", () => {
    const draft = { ...emptyDraft(""), title: { pt: " Sem foto ", en: " ", es: "" } };
    expect(documentOf(draft)).toMatchObject({ title: { pt: "Sem foto", en: null, es: null }, affiliate: null });
  });
});

describe("the code that a title suggests", () => {
  test.each([
    ["Produto sem foto", "own.produto-sem-foto"],
    ["  Não há EAN/GTIN! ", "own.nao-ha-ean-gtin"],
    ["¡¿!?", ""],
  ])("%s", (title, code) => {
    expect(codeOf(title)).toBe(code);
  });

  test("is never longer than a code may be, and ends in no hyphen", () => {
    const code = codeOf(`${"a".repeat(39)} b`);
    expect(code).toBe(`own.${"a".repeat(39)}`);
  });
});

test("patterns are the same when each is, in their order", () => {
  const text = { kind: "text", value: "a" } as const;
  const regex = { kind: "regex", value: "a" } as const;
  expect(samePatterns([text, regex], [{ ...text }, { ...regex }])).toBe(true);
  expect(samePatterns([text, regex], [regex, text])).toBe(false);
  expect(samePatterns([text], [text, regex])).toBe(false);
});

test("a problem inside a field is told at the field, and none of a field whose name only begins like it", () => {
  const problems = [{ field: "patterns.1.regex", reason: "bad", detail: "Não se entende" }];
  expect(problemOf(problems, "patterns.1")).toBe("Não se entende");
  expect(problemOf(problems, "patterns.10")).toBeNull();
  expect(problemOf(problems, "title")).toBeNull();
});
