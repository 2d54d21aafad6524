import { useState } from "react";
import { useTexts } from "../language/language";

const texts = {
  copy: ["Copiar", "Copy", "Copiar"],
  copied: ["Copiado", "Copied", "Copiado"],
} as const;

/** Copies a text, and says so. `label`: what the button says, if not just "Copiar"; `about`: what it copies, unseen. */
export function Copy({ text, label, about }: { text: string; label?: string; about?: string }) {
  const t = useTexts(texts);
  const [copied, setCopied] = useState(false);
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <button type="button" className="quiet" onClick={copy}>
      <span role="status">{copied ? t("copied") : (label ?? t("copy"))}</span>
      {about && <span className="unseen">: {about}</span>}
    </button>
  );
}
