/** What the page says, in Portuguese, English and Spanish. {name} is filled in. */
export type Text = readonly [pt: string, en: string, es: string];
export type Texts = Readonly<Record<string, Text>>;

export const LANGUAGES = ["pt", "en", "es"] as const;
export type Language = (typeof LANGUAGES)[number];
export const LOCALES: Readonly<Record<Language, string>> = { pt: "pt-BR", en: "en", es: "es" };

/** Names of a text's placeholders: "name" of "Olá, {name}". */
export type Placeholders<Said extends string> = Said extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** Keys that come as `key.one` and `key.other`. */
export type Counted<Key extends string> = Key extends `${infer Stem}.one` ? Stem : never;

type Values<Said extends string> = [Placeholders<Said>] extends [never]
  ? []
  : [values: Readonly<Record<Placeholders<Said>, string | number>>];

export type Translate<Table extends Texts> = {
  /** The text of a key. */
  <Key extends keyof Table & string>(key: Key, ...values: Values<Table[Key][0]>): string;
  /** The text for a number of things: `key.one` or `key.other`, with {count} filled in. */
  count<Key extends Counted<keyof Table & string>>(
    key: Key,
    count: number,
    ...values: [Exclude<Placeholders<Table[`${Key}.other`][0]>, "count">] extends [never]
      ? []
      : [values: Readonly<Record<Exclude<Placeholders<Table[`${Key}.other`][0]>, "count">, string | number>>]
  ): string;
};

export function translator<const Table extends Texts>(table: Table, language: Language): Translate<Table> {
  const place = LANGUAGES.indexOf(language);
  const numbers = new Intl.NumberFormat(LOCALES[language]);
  const plurals = new Intl.PluralRules(LOCALES[language]);
  const said = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
    (table[key]?.[place] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name];
      return typeof value === "number" ? numbers.format(value) : String(value);
    });
  const count = (key: string, count: number, values: Readonly<Record<string, string | number>> = {}) =>
    said(`${key}.${plurals.select(count) === "one" ? "one" : "other"}`, { ...values, count });
  return Object.assign(said, { count }) as Translate<Table>;
}
