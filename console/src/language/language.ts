import { duration, type Moments, moments } from "./moments";
import { type Preferences, usePreferences, zoneOf } from "./preferences";
import { type Language, type Texts, type Translate, translator } from "./texts";

type ViewerMoments = Moments & { duration(milliseconds: number): string };

// Made once: making formats takes a millisecond, and every cell of a table asks for them.
const spoken: Readonly<Record<Language, WeakMap<Texts, unknown>>> = {
  pt: new WeakMap(),
  en: new WeakMap(),
  es: new WeakMap(),
};
const read = new WeakMap<Preferences, ViewerMoments>();

/** The texts of a table in the viewer's language. The table is a constant of a module. */
export function useTexts<const Table extends Texts>(table: Table): Translate<Table> {
  const { language } = usePreferences();
  return kept(spoken[language], table, () => translator(table, language)) as Translate<Table>;
}

/** Numbers, times and durations as the viewer reads them. */
export function useMoments(): ViewerMoments {
  const preferences = usePreferences();
  return kept(read, preferences, () => ({
    ...moments(preferences.language, zoneOf(preferences)),
    duration: (milliseconds: number) => duration(milliseconds, preferences.language),
  }));
}

function kept<Key extends object, Value>(memory: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const found = memory.get(key) ?? make();
  memory.set(key, found);
  return found;
}
