import { useTexts } from "../language/language";
import { DEFAULT_ZONE, zoneOfBrowser } from "../language/moments";
import { prefer, THEMES, usePreferences } from "../language/preferences";
import { LANGUAGES } from "../language/texts";
import { Dialog } from "../parts/dialog";

const texts = {
  title: ["Preferências", "Preferences", "Preferencias"],
  language: ["Idioma", "Language", "Idioma"],
  theme: ["Aparência", "Appearance", "Apariencia"],
  system: ["Como o sistema", "As the system", "Como el sistema"],
  light: ["Clara", "Light", "Clara"],
  dark: ["Escura", "Dark", "Oscura"],
  zone: ["Fuso horário", "Time zone", "Zona horaria"],
  own: ["Deste navegador ({zone})", "This browser's ({zone})", "De este navegador ({zone})"],
  shortcuts: ["Atalhos do teclado", "Keyboard shortcuts", "Atajos de teclado"],
} as const;

const NAMES = { pt: "Português", en: "English", es: "Español" } as const;
const ZONES = [...new Set([DEFAULT_ZONE, "UTC", ...Intl.supportedValuesOf("timeZone")])];

export function PreferencesDialog({ close }: { close: () => void }) {
  const t = useTexts(texts);
  const { language, theme, zone, shortcuts } = usePreferences();
  return (
    <Dialog title={t("title")} close={close}>
      <form className="fields" method="dialog">
        <label>
          <span>{t("language")}</span>
          <select
            value={language}
            onChange={({ target }) => prefer({ language: LANGUAGES.find((one) => one === target.value) ?? "pt" })}
          >
            {LANGUAGES.map((one) => (
              <option key={one} value={one}>
                {NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("theme")}</span>
          <select
            value={theme}
            onChange={({ target }) => prefer({ theme: THEMES.find((one) => one === target.value) ?? "system" })}
          >
            {THEMES.map((one) => (
              <option key={one} value={one}>
                {t(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span>{t("zone")}</span>
          <select value={zone ?? ""} onChange={({ target }) => prefer({ zone: target.value || null })}>
            <option value="">{t("own", { zone: zoneOfBrowser() })}</option>
            {ZONES.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <label className="check">
          <input type="checkbox" checked={shortcuts} onChange={({ target }) => prefer({ shortcuts: target.checked })} />
          <span>{t("shortcuts")}</span>
        </label>
      </form>
    </Dialog>
  );
}
