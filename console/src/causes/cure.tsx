import type { CauseAnswer } from "../api/contract";
import { useTexts } from "../language/language";

export const CURES = ["retries_alone", "fix_first", "nothing_to_do"] as const;

export const cureTexts = {
  retries_alone: ["Tenta sozinho", "Retries by itself", "Reintenta solo"],
  fix_first: ["Corrija antes", "Fix it first", "Corrija antes"],
  nothing_to_do: ["Sem ação possível", "No action possible", "Sin acción posible"],
} as const;

/** What has to happen before an error of a cause ends. */
export function Cure({ of }: { of: CauseAnswer["cure"] }) {
  const t = useTexts(cureTexts);
  return <span className={of === "fix_first" ? "badge pending" : "badge"}>{t(of)}</span>;
}
