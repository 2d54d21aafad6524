import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useTexts } from "../language/language";

const texts = { close: ["Fechar", "Close", "Cerrar"] } as const;

/** A modal dialog of the browser's own: focus stays in it, Escape closes it, and focus goes back to where it was. */
export function Dialog({ title, close, children }: { title: string; close: () => void; children: ReactNode }) {
  const t = useTexts(texts);
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    return () => opened?.close(); // while it is still in the page: out of it, it gives the focus to nobody
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={close}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" className="icon" aria-label={t("close")} onClick={close}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}
