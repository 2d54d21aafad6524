import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { createApi, Refused } from "./api/client";
import { App } from "./app";
import { useTexts } from "./language/language";
import { preferences, usePreferences } from "./language/preferences";
import { LOCALES } from "./language/texts";
import { Notice } from "./parts/notice";
import { type Config, readConfig } from "./session/config";
import { NothingKept, Session, SignedOut, SignInRefused } from "./session/session";
import { Toasts } from "./shell/toasts";

const RETRIES = 2;
const FRESH_MS = 2_000;

type State =
  | { readonly is: "starting" }
  | { readonly is: "open" }
  | { readonly is: "closed"; readonly why: "new" | "over" | "refused"; readonly reason: string }
  | { readonly is: "failed"; readonly why: "no_answer" | "not_kept" };

const NO_ANSWER: State = { is: "failed", why: "no_answer" };

const texts = {
  title: ["Entre para ver o estoque", "Sign in to see the stock", "Inicie sesión para ver el stock"],
  text: [
    "Cada mudança de saldo enviada aos marketplaces, com o seu resultado.",
    "Every stock change sent to the marketplaces, and what came of it.",
    "Cada cambio de saldo enviado a los marketplaces, con su resultado.",
  ],
  enter: ["Entrar", "Sign in", "Iniciar sesión"],
  over: ["Sua sessão terminou", "Your session is over", "Su sesión terminó"],
  over_text: [
    "Entre de novo para continuar nesta mesma página.",
    "Sign in again to go on with this very page.",
    "Inicie sesión de nuevo para continuar en esta misma página.",
  ],
  refused: ["Não foi possível entrar", "Signing in failed", "No fue posible iniciar sesión"],
  refused_text: [
    "O serviço de entrada recusou ({reason}). Tente de novo.",
    "The sign-in service refused ({reason}). Try again.",
    "El servicio de inicio de sesión lo rechazó ({reason}). Intente de nuevo.",
  ],
  no_answer: ["O console não pôde começar", "The console could not start", "La consola no pudo comenzar"],
  no_answer_text: [
    "O servidor ou o serviço de entrada não respondeu. Os dados não foram perdidos.",
    "The server or the sign-in service did not answer. No data was lost.",
    "El servidor o el servicio de inicio de sesión no respondió. Los datos no se perdieron.",
  ],
  not_kept: [
    "Este navegador não guarda a sessão",
    "This browser keeps no session",
    "Este navegador no guarda la sesión",
  ],
  not_kept_text: [
    "Permita que este site guarde dados neste navegador e tente de novo.",
    "Allow this site to keep data in this browser and try again.",
    "Permita que este sitio guarde datos en este navegador e intente de nuevo.",
  ],
  retry: ["Tentar novamente", "Try again", "Intentar de nuevo"],
} as const;

/** From an empty page to somebody signed in. */
export function Start() {
  const { language, theme } = usePreferences();
  const [config, setConfig] = useState<Config | null>(null);
  const [state, setState] = useState<State>({ is: "starting" });
  const session = useMemo(() => config && new Session(config), [config]);

  useEffect(() => {
    document.documentElement.lang = LOCALES[language];
    document.documentElement.dataset.theme = theme;
  }, [language, theme]);

  useEffect(() => {
    readConfig().then(setConfig, () => setState(NO_ANSWER));
  }, []);

  useEffect(() => {
    session?.finish().then(
      () => setState(session.signedIn ? { is: "open" } : { is: "closed", why: "new", reason: "" }),
      (error: unknown) =>
        setState(error instanceof SignInRefused ? { is: "closed", why: "refused", reason: error.reason } : NO_ANSWER),
    );
  }, [session]);

  const over = useMemo(
    () => () => {
      session?.forget();
      setState({ is: "closed", why: "over", reason: "" });
    },
    [session],
  );
  const api = useMemo(
    () => config && session && createApi(config.apiUrl, session, () => LOCALES[preferences().language]),
    [config, session],
  );
  const queries = useMemo(() => queryClient(over), [over]);

  useEffect(() => {
    if (session) session.left = () => session.signedIn && over();
  }, [session, over]);
  useEffect(() => {
    if (state.is === "closed") queries.clear(); // whoever comes next finds nothing of theirs
  }, [state, queries]);

  if (state.is === "failed") return <CannotStart why={state.why} />;
  if (!config || !session || !api || state.is === "starting") return null;
  if (state.is === "closed") {
    const failed = (error: unknown) =>
      setState(error instanceof NothingKept ? { is: "failed", why: "not_kept" } : NO_ANSWER);
    return <Closed state={state} enter={() => session.begin().catch(failed)} />;
  }
  const signOut = () => {
    setState({ is: "closed", why: "new", reason: "" }); // at once: the way back must not show what was there
    session.end().catch(() => {}); // it is over here, whoever does not answer there
  };
  return (
    <QueryClientProvider client={queries}>
      <Toasts>
        <App api={api} config={config} signOut={signOut} />
      </Toasts>
    </QueryClientProvider>
  );
}

function Closed({ state, enter }: { state: State & { is: "closed" }; enter: () => void }) {
  const t = useTexts(texts);
  const said = {
    new: { title: t("title"), text: t("text") },
    over: { title: t("over"), text: t("over_text") },
    refused: { title: t("refused"), text: t("refused_text", { reason: state.reason }) },
  }[state.why];
  const action = (
    <button type="button" onClick={enter}>
      {t("enter")}
    </button>
  );
  return (
    <main className="alone">
      <h1>StockBridge</h1>
      <Notice title={said.title} action={action} wrong={state.why === "refused"}>
        {said.text}
      </Notice>
    </main>
  );
}

function CannotStart({ why }: Omit<State & { is: "failed" }, "is">) {
  const t = useTexts(texts);
  const action = (
    <button type="button" onClick={() => location.reload()}>
      {t("retry")}
    </button>
  );
  return (
    <main className="alone">
      <h1>StockBridge</h1>
      <Notice title={t(why)} action={action} wrong>
        {t(`${why}_text`)}
      </Notice>
    </main>
  );
}

function queryClient(over: () => void): QueryClient {
  const failed = (error: unknown) => {
    if (error instanceof SignedOut) over();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: failed }),
    mutationCache: new MutationCache({ onError: failed }),
    defaultOptions: {
      queries: { retry: worthRepeating, staleTime: FRESH_MS, refetchOnWindowFocus: true, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}

/** A refusal stays one; a service that did not answer may answer the next time. */
function worthRepeating(failures: number, error: unknown): boolean {
  if (error instanceof SignedOut) return false;
  if (error instanceof Refused && error.status < 500) return false;
  return failures < RETRIES;
}
