import { useTexts } from "../language/language";

const texts = { sign_out: ["Sair", "Sign out", "Salir"] } as const;

/** Wherever somebody is signed in, they can leave: on every screen, and where there is none for them. */
export function SignOut({ signOut }: { signOut: () => void }) {
  const t = useTexts(texts);
  return (
    <button type="button" onClick={signOut}>
      {t("sign_out")}
    </button>
  );
}
