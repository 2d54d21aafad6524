import { expect, test } from "vitest";
import { translator } from "./texts";

const table = {
  hello: ["Olá, {name}", "Hello, {name}", "Hola, {name}"],
  "rows.one": ["{count} registro", "{count} record", "{count} registro"],
  "rows.other": ["{count} registros", "{count} records", "{count} registros"],
} as const;

test("a text is filled in, with numbers as the language writes them", () => {
  expect(translator(table, "pt")("hello", { name: 1248 })).toBe("Olá, 1.248");
  expect(translator(table, "en")("hello", { name: 1248 })).toBe("Hello, 1,248");
});

test("a million is many in Portuguese and Spanish, and takes the plural", () => {
  expect(translator(table, "pt").count("rows", 1_000_000)).toBe("1.000.000 registros");
  expect(translator(table, "es").count("rows", 1)).toBe("1 registro");
});

// every table of texts of the console, wherever it is
const modules = import.meta.glob<string>("../**/*.{ts,tsx}", { query: "?raw", import: "default", eager: true });

test("every text is there in three languages with the same placeholders", () => {
  const wrong: string[] = [];
  for (const [path, source] of Object.entries(modules)) {
    if (path.endsWith(".test.ts")) continue;
    for (const [, body = ""] of source.matchAll(/^(?:export )?const \w+ = \{\n([\s\S]*?)^\} as const/gm)) {
      for (const [, key = "", list = ""] of body.matchAll(/^ {2}("?[\w.-]+"?): \[([\s\S]*?)\],?$/gm)) {
        const said = [...list.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);
        const names = said.map((text) =>
          [...text.matchAll(/\{(\w+)\}/g)]
            .map(([, name]) => name)
            .sort()
            .join(),
        );
        if (said.length !== 3 || said.some((text) => !text) || new Set(names).size > 1) wrong.push(`${path} ${key}`);
      }
    }
  }

  expect(wrong).toEqual([]);
});

test("the tables are found at all", () => {
  expect(Object.values(modules).filter((source) => source.includes("useTexts(texts)")).length).toBeGreaterThan(10);
});
