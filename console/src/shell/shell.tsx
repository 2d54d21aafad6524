import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useTexts } from "../language/language";
import { PAGES, useHref, useParameters } from "./address";
import { useConsole } from "./console";
import { Help } from "./help";
import { Incidents } from "./incidents";
import { PreferencesDialog } from "./preferences-dialog";
import { useShortcuts } from "./shortcuts";
import { SignOut } from "./sign-out";
import { useToasts } from "./toasts";

const texts = {
  title: ["Estoque", "Stock", "Stock"],
  skip: ["Ir para o conteúdo", "Go to the content", "Ir al contenido"],
  account: ["Conta", "Account", "Cuenta"],
  help: ["Atalhos do teclado", "Keyboard shortcuts", "Atajos de teclado"],
  preferences: ["Preferências", "Preferences", "Preferencias"],
  screens: ["Telas", "Screens", "Pantallas"],
  records: ["Registros", "Records", "Registros"],
  overview: ["Visão geral", "Overview", "Visión general"],
  causes: ["Causas", "Causes", "Causas"],
  differences: ["Divergências", "Differences", "Divergencias"],
  operations: ["Operações", "Operations", "Operaciones"],
  activity: ["Atividade", "Activity", "Actividad"],
  channels: ["Conexões", "Connections", "Conexiones"],
  viewer: ["Leitura", "Viewer", "Lectura"],
  operator: ["Operação", "Operator", "Operación"],
  admin: ["Administração", "Administrator", "Administración"],
} as const;

const SCREENS = ["records", "overview", "causes", "differences", "operations", "activity", "channels"] as const;

/** What is around every screen: who and where, the way to the others, and what is broken right now. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useTexts(texts);
  const href = useHref();
  const [path, go] = useLocation();
  const { me, account, role, may, signOut } = useConsole();
  const [open, setOpen] = useState<"help" | "preferences" | null>(null);
  const { undoLast } = useToasts();
  const [parameters, change] = useParameters();
  const named = parameters.has("conta");
  useEffect(() => {
    // a link that is copied from the address bar means the same account to everybody
    if (!named && path !== "/") change({ conta: account }, { replace: true });
  }, [named, path, account, change]);
  useShortcuts({
    "?": () => setOpen("help"),
    z: undoLast,
    "g r": () => go(href(PAGES.records)),
    "g e": () => go(href(PAGES.records, { status: "erro" })),
    "g a": () => go(href(PAGES.records, { atrasado: "1" })),
    "g v": () => go(href(PAGES.overview)),
    "g c": () => go(href(PAGES.causes)),
    "g d": () => go(href(PAGES.differences)),
    "g o": () => go(href(PAGES.operations)),
  });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    // what had the focus in the screen before goes with it; the way between the screens stays
    if (document.activeElement?.closest("header nav")) return;
    document.getElementById("content")?.focus({ preventScroll: true });
  }, [path]);
  const here = SCREENS.filter((one) => path.startsWith(PAGES[one])).at(-1);
  const tabs = useRef<HTMLElement>(null);
  useEffect(() => {
    // on a phone they are not all in sight
    const tab = here && tabs.current?.querySelector<HTMLElement>("[aria-current]");
    if (!tab || !tabs.current) return;
    const { offsetLeft, clientWidth } = tabs.current;
    tabs.current.scrollLeft = tab.offsetLeft - offsetLeft - (clientWidth - tab.offsetWidth) / 2;
  }, [here]);
  return (
    <>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <header>
        <div className="bar">
          <strong>StockBridge</strong>
          {me.accounts.length > 1 ? (
            <label>
              <span>{t("account")}</span>
              <select value={account} onChange={(event) => go(href(PAGES.records, { conta: event.target.value }))}>
                {me.accounts.map((each) => (
                  <option key={each.account}>{each.account}</option>
                ))}
              </select>
            </label>
          ) : (
            <span>{account}</span>
          )}
          <span className="space" />
          <span className="user">
            {me.user} · {t(role)}
          </span>
          <button
            type="button"
            className="icon"
            aria-label={t("help")}
            title={t("help")}
            onClick={() => setOpen("help")}
          >
            ?
          </button>
          <button type="button" onClick={() => setOpen("preferences")}>
            {t("preferences")}
          </button>
          <SignOut signOut={signOut} />
        </div>
        <Incidents />
        <div className="band">
          <h1>{t("title")}</h1>
          <nav ref={tabs} className="tabs" aria-label={t("screens")}>
            {SCREENS.filter((one) => one !== "channels" || may.administer).map((one) => (
              <Link key={one} href={href(PAGES[one])} aria-current={one === here ? "page" : undefined}>
                {t(one)}
              </Link>
            ))}
          </nav>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      {open === "help" && <Help close={() => setOpen(null)} />}
      {open === "preferences" && <PreferencesDialog close={() => setOpen(null)} />}
    </>
  );
}
