/**
 * Where things are. It is no part of the build: the same files serve every installation.
 *
 * `apiUrl` is "" where the API has this page's own origin; `account` is the one to begin with; `standins` are there on
 * one machine only.
 */
export type Config = {
  readonly issuer: string;
  readonly clientId: string;
  readonly apiUrl: string;
  readonly account: string | null;
  readonly standins: Readonly<Record<string, string>>;
};

const ANSWERS_WITHIN_MS = 20_000;

/** Throws Error when the file is missing or incomplete. */
export async function readConfig(): Promise<Config> {
  const address = `${import.meta.env.BASE_URL}config.json`;
  const answer = await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  const said: Partial<Config> = await answer.json();
  if (!said.issuer || !said.clientId) throw new Error(`${address}: issuer and clientId are missing`);
  return {
    issuer: said.issuer.replace(/\/$/, ""),
    clientId: said.clientId,
    apiUrl: (said.apiUrl ?? "").replace(/\/$/, ""),
    account: said.account ?? null,
    standins: said.standins ?? {},
  };
}
