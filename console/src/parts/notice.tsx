import type { ReactNode } from "react";
import { Refused } from "../api/client";
import { useTexts } from "../language/language";

/** In place of what is not there: what is so, why, and what can be done. */
export function Notice({
  title,
  children,
  action,
  wrong = false,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  wrong?: boolean;
}) {
  return (
    <section className={wrong ? "notice wrong" : "notice"} role={wrong ? "alert" : undefined}>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action}
    </section>
  );
}

const texts = {
  title: ["Não foi possível carregar", "Loading failed", "No fue posible cargar"],
  safe: ["Os dados não foram perdidos.", "No data was lost.", "Los datos no se perdieron."],
  offline: [
    "O servidor não respondeu. Verifique a conexão; tentamos de novo sozinhos.",
    "The server did not answer. Check the connection; we try again by ourselves.",
    "El servidor no respondió. Verifique la conexión; intentamos de nuevo solos.",
  ],
  unwell: [
    "O servidor não está respondendo como deveria ({status}). Tente de novo daqui a pouco.",
    "The server does not answer as it should ({status}). Try again in a moment.",
    "El servidor no responde como debería ({status}). Intente de nuevo en un momento.",
  ],
  retry: ["Tentar novamente", "Try again", "Intentar de nuevo"],
  forbidden: ["Seu perfil não permite ver isto", "Your role does not allow this", "Su perfil no permite ver esto"],
} as const;

/** A query that failed, in the words of whoever refused it: the API's own answers have some, those in front of it do not. */
export function Failed({ error, retry }: { error: unknown; retry: () => void }) {
  const t = useTexts(texts);
  const refused = error instanceof Refused ? error : null;
  const again = (
    <button type="button" onClick={retry}>
      {t("retry")}
    </button>
  );
  if (refused?.status === 403) {
    return (
      <Notice title={t("forbidden")} wrong>
        {refused.message}
      </Notice>
    );
  }
  return (
    <Notice title={t("title")} action={again} wrong>
      {!refused ? t("offline") : refused.type ? refused.message : t("unwell", { status: String(refused.status) })}{" "}
      {t("safe")}
    </Notice>
  );
}
