import type { ReactNode } from "react";
import { useTexts } from "../language/language";
import { Notice } from "../parts/notice";
import { useConsole } from "../shell/console";

const texts = {
  title: ["Peça o perfil Administração", "Ask for the role Administrator", "Pida el perfil Administración"],
  text: [
    "As conexões são vistas e mudadas por administradores desta conta. O estado delas também está na Visão geral.",
    "Connections are seen and changed by administrators of this account. Their state is in the Overview too.",
    "Las conexiones las ven y cambian administradores de esta cuenta. Su estado también está en la Visión general.",
  ],
} as const;

export function ForAdministrators({ children }: { children: ReactNode }) {
  const t = useTexts(texts);
  const { may } = useConsole();
  return may.administer ? children : <Notice title={t("title")}>{t("text")}</Notice>;
}
