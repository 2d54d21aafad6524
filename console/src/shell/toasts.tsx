import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "wouter";
import { useTexts } from "../language/language";

const SHOWN_MS = 8_000;
const UNDOABLE_MS = 10_000;
const MOST = 4;

export type Toast = {
  readonly title: string;
  readonly text?: string;
  readonly wrong?: boolean;
  /** Takes back what was just done; also by the key z. */
  readonly undo?: () => void;
  readonly link?: { readonly label: string; readonly href: string };
};

type Shown = Toast & { readonly id: number };
type Say = { say(toast: Toast): void; undoLast(): boolean };

const Context = createContext<Say>({ say: () => {}, undoLast: () => false });

/** Says what came of a deed, where screen readers hear it too. */
export function useToasts(): Say {
  return useContext(Context);
}

const texts = {
  undo: ["Desfazer", "Undo", "Deshacer"],
  close: ["Fechar aviso", "Close notice", "Cerrar aviso"],
  region: ["Avisos", "Notices", "Avisos"],
} as const;

export function Toasts({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const latest = useRef<readonly Shown[]>([]);
  const count = useRef(0);
  latest.current = shown;
  const t = useTexts(texts);

  const close = useCallback((id: number) => setShown((before) => before.filter((each) => each.id !== id)), []);
  const value = useMemo<Say>(
    () => ({
      say(toast) {
        count.current += 1;
        const added = { ...toast, id: count.current };
        setShown((before) => [...before, added].slice(-MOST));
      },
      undoLast() {
        const last = latest.current.findLast((each) => each.undo);
        if (!last) return false;
        close(last.id);
        last.undo?.();
        return true;
      },
    }),
    [close],
  );

  return (
    <Context.Provider value={value}>
      {children}
      <section className="toasts" role="status" aria-label={t("region")}>
        {shown.map((toast) => (
          <Notice key={toast.id} toast={toast} close={close} undo={t("undo")} closeLabel={t("close")} />
        ))}
      </section>
    </Context.Provider>
  );
}

type NoticeProps = { toast: Shown; close: (id: number) => void; undo: string; closeLabel: string };

/** Goes by itself, but not while somebody is at it. */
function Notice({ toast, close, undo, closeLabel }: NoticeProps) {
  const [attended, setAttended] = useState(false);
  useEffect(() => {
    if (attended) return;
    const timer = setTimeout(() => close(toast.id), toast.undo ? UNDOABLE_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [attended, close, toast]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only keeps it from going
    <div
      className={toast.wrong ? "toast wrong" : "toast"}
      onPointerEnter={() => setAttended(true)}
      onPointerLeave={() => setAttended(false)}
      onFocus={() => setAttended(true)}
      onBlur={() => setAttended(false)}
    >
      <p>
        <strong>{toast.title}</strong>
        {toast.text && <small>{toast.text}</small>}
      </p>
      {toast.link && <Link href={toast.link.href}>{toast.link.label}</Link>}
      {toast.undo && (
        <button
          type="button"
          className="quiet"
          onClick={() => {
            close(toast.id);
            toast.undo?.();
          }}
        >
          {undo}
        </button>
      )}
      <button type="button" className="icon" aria-label={closeLabel} onClick={() => close(toast.id)}>
        ×
      </button>
    </div>
  );
}
