import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useMemo } from "react";
import { Link, Redirect, Route, Switch, useLocation, useSearch } from "wouter";
import { type Api, body } from "./api/client";
import type { AccountRole } from "./api/contract";
import { useTexts } from "./language/language";
import { usePreferences } from "./language/preferences";
import { Failed, Notice } from "./parts/notice";
import { Skeleton } from "./parts/skeleton";
import { Records } from "./records/records";
import type { Config } from "./session/config";
import { PAGES, withParameters } from "./shell/address";
import { type Console, ConsoleProvider, type Role } from "./shell/console";
import { Shell } from "./shell/shell";
import { SignOut } from "./shell/sign-out";
import { Unbroken } from "./shell/unbroken";

// The list of records is what people come for; the other screens come when they are opened.
const RecordPage = lazy(() => import("./records/record-page"));
const Explanation = lazy(() => import("./records/explanation-page"));
const Overview = lazy(() => import("./overview/overview"));
const Causes = lazy(() => import("./causes/causes"));
const Cause = lazy(() => import("./causes/cause-page"));
const Differences = lazy(() => import("./differences/differences"));
const Operations = lazy(() => import("./operations/operations"));
const Operation = lazy(() => import("./operations/operation-page"));
const Activity = lazy(() => import("./activity/activity"));
const Channels = lazy(() => import("./channels/channels"));
const Channel = lazy(() => import("./channels/channel-page"));

const texts = {
  none: ["Nenhuma conta ainda", "No account yet", "Ninguna cuenta todavía"],
  none_text: [
    "Seu usuário não tem acesso a nenhuma conta. Peça a um administrador.",
    "Your user has access to no account. Ask an administrator.",
    "Su usuario no tiene acceso a ninguna cuenta. Pídalo a un administrador.",
  ],
  foreign: ["Sem acesso à conta {account}", "No access to account {account}", "Sin acceso a la cuenta {account}"],
  foreign_text: [
    "O endereço é de uma conta que não é sua.",
    "The address is of an account that is not yours.",
    "La dirección es de una cuenta que no es suya.",
  ],
  own: ["Ir para {account}", "Go to {account}", "Ir a {account}"],
  lost: ["Página não encontrada", "Page not found", "Página no encontrada"],
  lost_text: [
    "O endereço não existe neste console.",
    "The address does not exist in this console.",
    "La dirección no existe en esta consola.",
  ],
} as const;

export function App({ api, config, signOut }: { api: Api; config: Config; signOut: () => void }) {
  const t = useTexts(texts);
  const { language } = usePreferences();
  const [path] = useLocation();
  const asked = new URLSearchParams(useSearch()).get("conta");
  const {
    data: me,
    error,
    refetch,
  } = useQuery({
    queryKey: ["me", language],
    queryFn: ({ signal }) => body(api.GET("/v1/me", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const chosen = me && pick(me.accounts, asked, config.account);
  const console = useMemo<Console | null>(() => {
    if (!me || !chosen) return null;
    const role = chosen.role as Role;
    const may = { operate: role !== "viewer", administer: role === "admin" };
    return { api, config, me, account: chosen.account, role, may, signOut };
  }, [api, config, me, chosen, signOut]);

  if (error && !me) {
    return (
      <Alone signOut={signOut}>
        <Failed error={error} retry={refetch} />
      </Alone>
    );
  }
  if (!me) return null;
  if (!console) {
    return (
      <Alone signOut={signOut}>
        <Notice title={t("none")}>{t("none_text")}</Notice>
      </Alone>
    );
  }
  if (asked !== null && asked !== console.account) {
    const own = withParameters(PAGES.records, { conta: console.account });
    const action = (
      <Link className="button" href={own}>
        {t("own", { account: console.account })}
      </Link>
    );
    return (
      <Alone signOut={signOut}>
        <Notice title={t("foreign", { account: asked })} action={action}>
          {t("foreign_text")}
        </Notice>
      </Alone>
    );
  }
  return (
    <ConsoleProvider value={console}>
      <Shell>
        {/* nothing of an account's screen is left in another's: neither rows nor a selection */}
        <Unbroken key={console.account} at={path}>
          <Suspense fallback={<Skeleton />}>
            <Switch>
              <Route path={PAGES.records} component={Records} />
              <Route path="/estoque/registros/:affiliate/:sku">
                {({ affiliate, sku }) => <RecordPage affiliate={affiliate} sku={sku} />}
              </Route>
              <Route path="/estoque/skus/:sku">{({ sku }) => <Explanation sku={sku} />}</Route>
              <Route path={PAGES.overview} component={Overview} />
              <Route path={PAGES.causes} component={Causes} />
              <Route path={`${PAGES.causes}/:affiliate/:code`}>
                {({ affiliate, code }) => <Cause affiliate={affiliate} code={code} />}
              </Route>
              <Route path={PAGES.differences} component={Differences} />
              <Route path={PAGES.operations} component={Operations} />
              <Route path={`${PAGES.operations}/:id`}>{({ id }) => <Operation id={id} />}</Route>
              <Route path={PAGES.activity} component={Activity} />
              <Route path={PAGES.channels} component={Channels} />
              <Route path={`${PAGES.channels}/:affiliate`}>
                {({ affiliate }) => <Channel affiliate={affiliate} />}
              </Route>
              <Route path="/">
                <Redirect to={PAGES.records} replace />
              </Route>
              <Route>
                <Notice title={t("lost")}>{t("lost_text")}</Notice>
              </Route>
            </Switch>
          </Suspense>
        </Unbroken>
      </Shell>
    </ConsoleProvider>
  );
}

/** What is said where there is no screen for whoever signed in. */
function Alone({ signOut, children }: { signOut: () => void; children: ReactNode }) {
  return (
    <main className="alone">
      <h1>StockBridge</h1>
      {children}
      <SignOut signOut={signOut} />
    </main>
  );
}

/** The account of the address if it is theirs, or else the installation's own, or else the first. */
function pick(
  accounts: readonly AccountRole[],
  asked: string | null,
  preferred: string | null,
): AccountRole | undefined {
  const named = (name: string | null) => accounts.find(({ account }) => account === name);
  return named(asked) ?? named(preferred) ?? accounts[0];
}
