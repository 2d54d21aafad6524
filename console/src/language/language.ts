import { useMemo } from "react";
import { duration, type Moments, moments } from "./moments";
import { usePreferences, zoneOf } from "./preferences";
import { type Texts, type Translate, translator } from "./texts";

/** The texts of a table in the viewer's language. The table is a constant of a module. */
export function useTexts<const Table extends Texts>(table: Table): Translate<Table> {
  const { language } = usePreferences();
  return useMemo(() => translator(table, language), [table, language]);
}

/** Numbers, times and durations as the viewer reads them. */
export function useMoments(): Moments & { duration(milliseconds: number): string } {
  const preferences = usePreferences();
  const zone = zoneOf(preferences);
  return useMemo(
    () => ({
      ...moments(preferences.language, zone),
      duration: (milliseconds: number) => duration(milliseconds, preferences.language),
    }),
    [preferences.language, zone],
  );
}
