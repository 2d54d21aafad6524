import type { FieldProblemAnswer, OwnCauseAnswer, OwnCauseDocument, PatternDocument } from "../api/contract";

export type Pattern = { readonly kind: "text" | "regex"; readonly value: string };
export type Language = "pt" | "en" | "es";
type Words = Readonly<Record<Language, string>>;

/** A cause of one's own while it is being written: what is left out is "". */
export type Draft = {
  readonly code: string;
  readonly title: Words;
  readonly hint: Words;
  readonly cure: OwnCauseDocument["cure"];
  readonly affiliate: string;
  readonly connector: string | null;
  readonly patterns: readonly Pattern[];
  readonly order: number;
};

export const MOST_PATTERNS = 5;
const USUAL_ORDER = 100;
const LONGEST_CODE = 40;
const NO_WORDS: Words = { pt: "", en: "", es: "" };
const NO_PATTERN: Pattern = { kind: "text", value: "" };

export function emptyDraft(affiliate: string): Draft {
  return {
    code: "",
    title: NO_WORDS,
    hint: NO_WORDS,
    cure: "fix_first",
    affiliate,
    connector: null,
    patterns: [NO_PATTERN],
    order: USUAL_ORDER,
  };
}

export function draftOf(saved: OwnCauseAnswer): Draft {
  const words = (some: OwnCauseAnswer["title"]): Words => ({ pt: some.pt, en: some.en ?? "", es: some.es ?? "" });
  return {
    code: saved.code,
    title: words(saved.title),
    hint: words(saved.hint),
    cure: saved.cure,
    affiliate: saved.affiliate ?? "",
    connector: saved.connector ?? null,
    patterns: patternsOf(saved),
    order: saved.order ?? USUAL_ORDER,
  };
}

export function documentOf(draft: Draft): OwnCauseDocument {
  const words = ({ pt, en, es }: Words) => ({ pt: pt.trim(), en: en.trim() || null, es: es.trim() || null });
  return {
    title: words(draft.title),
    hint: words(draft.hint),
    cure: draft.cure,
    affiliate: draft.affiliate || null,
    connector: draft.connector,
    patterns: patternDocuments(draft.patterns),
    order: draft.order,
  };
}

/** The document that brings a cause back as it was. */
export function documentAgain({ code: _code, rev: _rev, ...document }: OwnCauseAnswer): OwnCauseDocument {
  return document;
}

export function patternsOf({ patterns }: Pick<OwnCauseAnswer, "patterns">): readonly Pattern[] {
  return patterns.map(({ text, regex }) =>
    regex == null ? { kind: "text", value: text ?? "" } : { kind: "regex", value: regex },
  );
}

export function patternDocuments(patterns: readonly Pattern[]): PatternDocument[] {
  return patterns.map(({ kind, value }) =>
    kind === "regex" ? { text: null, regex: value } : { text: value, regex: null },
  );
}

export function samePatterns(some: readonly Pattern[], others: readonly Pattern[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ kind, value }, place) => others[place]?.kind === kind && others[place]?.value === value)
  );
}

/** "Produto sem foto" is own.produto-sem-foto; "" as long as the title has nothing to make a code of. */
export function codeOf(title: string): string {
  const plain = title.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const name = plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_CODE)
    .replace(/^-+|-+$/g, "");
  return name && `own.${name}`;
}

/** What was refused of a field, or of what is inside it. */
export function problemOf(problems: readonly FieldProblemAnswer[], field: string): string | null {
  return problems.find((one) => one.field === field || one.field.startsWith(`${field}.`))?.detail ?? null;
}
