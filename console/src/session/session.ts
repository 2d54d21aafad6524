import * as oauth from "oauth4webapi";

const KEPT = "stockbridge.session";
const LEAVING = "stockbridge.signing-in";
const SCOPE = "openid stockbridge/api";
const RENEW_BEFORE_MS = 60_000;
const ANSWERS_WITHIN_MS = 20_000;
const CLOCKS_DIFFER_S = 86_400; // of the ID token's times alone, of which nothing is read: many a computer's clock is wrong

type Tokens = { readonly access: string; readonly refresh: string | null; readonly until: number };
type Leaving = { readonly state: string; readonly verifier: string; readonly back: string };

/** The issuer refused, or what came back is not what this tab asked for. `reason` is the issuer's code. */
export class SignInRefused extends Error {
  override name = "SignInRefused";

  constructor(readonly reason: string) {
    super(reason);
  }
}

/** The session is over: somebody has to sign in again. */
export class SignedOut extends Error {
  override name = "SignedOut";
}

/** The browser keeps nothing for this site, and a sign-in leaves the page. */
export class NothingKept extends Error {
  override name = "NothingKept";
}

/**
 * Sign-in at an OpenID Connect issuer: authorization code with PKCE, refresh token, sign-out.
 *
 * Tokens live in this tab only (sessionStorage), so that a reload keeps the session and closing the tab ends it. A
 * sign-out is every tab's.
 */
export class Session {
  readonly #issuer: string;
  readonly #client: oauth.Client;
  #server: Promise<oauth.AuthorizationServer> | null = null;
  #tokens: Tokens | null = kept(KEPT);
  #renewal: Promise<void> | null = null; // one at a time, whoever asks
  readonly #tabs = new BroadcastChannel(KEPT);

  constructor(config: { readonly issuer: string; readonly clientId: string }) {
    this.#issuer = config.issuer;
    this.#client = { client_id: config.clientId, [oauth.clockTolerance]: CLOCKS_DIFFER_S };
  }

  /** What is to be done when somebody signs out in another tab. */
  set left(deed: () => void) {
    this.#tabs.onmessage = deed;
  }

  get signedIn(): boolean {
    return this.#tokens !== null;
  }

  /** Leaves for the issuer, which sends the browser back to `/`, where `finish` goes on. Throws NothingKept. */
  async begin(): Promise<void> {
    const server = await this.#discover();
    if (!server.authorization_endpoint) throw new Error(`${this.#issuer} names no authorization_endpoint`);
    const leaving: Leaving = {
      state: oauth.generateRandomState(),
      verifier: oauth.generateRandomCodeVerifier(),
      back: location.pathname + location.search,
    };
    if (!keep(LEAVING, leaving)) throw new NothingKept();
    const address = new URL(server.authorization_endpoint);
    for (const [name, value] of Object.entries({
      response_type: "code",
      client_id: this.#client.client_id,
      redirect_uri: returnAddress(),
      scope: SCOPE,
      state: leaving.state,
      code_challenge: await oauth.calculatePKCECodeChallenge(leaving.verifier),
      code_challenge_method: "S256",
    })) {
      address.searchParams.set(name, value);
    }
    location.assign(address);
  }

  /** When the issuer just sent the browser back: takes the tokens and restores the address. Throws SignInRefused. */
  async finish(): Promise<void> {
    const answer = new URL(location.href);
    const returned = answer.searchParams.has("code") || answer.searchParams.has("error");
    if (!answer.searchParams.has("state") || !returned) return;
    const left = kept<Leaving>(LEAVING);
    drop(LEAVING);
    history.replaceState(null, "", left?.back ?? "/");
    if (left === null) {
      if (this.signedIn) return; // an old address, opened again
      throw new SignInRefused("state");
    }
    const server = await this.#discover();
    await this.#take(async () => {
      const parameters = oauth.validateAuthResponse(server, this.#client, answer, left.state);
      const token = oauth.authorizationCodeGrantRequest(
        server,
        this.#client,
        oauth.None(),
        parameters,
        returnAddress(),
        left.verifier,
        asking(this.#issuer),
      );
      return oauth.processAuthorizationCodeResponse(server, this.#client, await answered(token));
    });
  }

  /** An access token that is good for a while. `renewed`: not the one we have. Throws SignedOut. */
  async token({ renewed = false } = {}): Promise<string> {
    if (this.#tokens && (renewed || this.#tokens.until - Date.now() < RENEW_BEFORE_MS)) {
      this.#renewal ??= this.#renew().finally(() => {
        this.#renewal = null;
      });
      await this.#renewal;
    }
    if (!this.#tokens) throw new SignedOut();
    return this.#tokens.access;
  }

  forget(): void {
    this.#tokens = null;
    drop(KEPT);
  }

  async end(): Promise<void> {
    const refresh = this.#tokens?.refresh;
    this.forget();
    this.#tabs.postMessage("left");
    const server = await this.#discover();
    if (refresh && server.revocation_endpoint) {
      // the session is over here even if nobody hears of it there
      const told = oauth.revocationRequest(server, this.#client, oauth.None(), refresh, asking(this.#issuer));
      await told.catch(() => null);
    }
    if (!server.end_session_endpoint) return location.assign(returnAddress());
    const farewell = new URL(server.end_session_endpoint);
    farewell.searchParams.set("client_id", this.#client.client_id);
    // Cognito's name for the address, and the standard's
    for (const name of ["logout_uri", "post_logout_redirect_uri"]) farewell.searchParams.set(name, returnAddress());
    location.assign(farewell);
  }

  async #renew(): Promise<void> {
    const ending = this.#tokens;
    const refresh = ending?.refresh;
    if (!refresh) return this.forget();
    const server = await this.#discover();
    try {
      await this.#take(async () => {
        const token = oauth.refreshTokenGrantRequest(server, this.#client, oauth.None(), refresh, asking(this.#issuer));
        const answer = await oauth.processRefreshTokenResponse(server, this.#client, await answered(token));
        if (this.#tokens !== ending) throw new SignedOut(); // somebody left meanwhile, and stays away
        return answer;
      });
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error; // the issuer is out of reach: the session may still be good
      this.forget();
    }
  }

  async #take(grant: () => Promise<oauth.TokenEndpointResponse>): Promise<void> {
    const answer = await grant().catch((error: unknown) => {
      if (error instanceof oauth.AuthorizationResponseError) throw new SignInRefused(error.error);
      if (error instanceof oauth.ResponseBodyError) throw new SignInRefused(error.error);
      if (error instanceof oauth.OperationProcessingError) throw new SignInRefused(error.code ?? "invalid_response");
      throw error;
    });
    this.#tokens = {
      access: answer.access_token,
      refresh: answer.refresh_token ?? this.#tokens?.refresh ?? null,
      until: Date.now() + (answer.expires_in ?? 300) * 1000,
    };
    keep(KEPT, this.#tokens); // where it cannot be kept it lasts as long as the page
  }

  #discover(): Promise<oauth.AuthorizationServer> {
    this.#server ??= discover(this.#issuer).catch((error: unknown) => {
      this.#server = null;
      throw error;
    });
    return this.#server;
  }
}

async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const address = new URL(issuer);
  return oauth.processDiscoveryResponse(address, await oauth.discoveryRequest(address, asking(issuer)));
}

/** Plain HTTP is for the issuer of one machine alone. */
function asking(issuer: string): { signal: () => AbortSignal; [oauth.allowInsecureRequests]?: boolean } {
  const signal = () => AbortSignal.timeout(ANSWERS_WITHIN_MS);
  return issuer.startsWith("http://127.0.0.1:") ? { signal, [oauth.allowInsecureRequests]: true } : { signal };
}

/** A failure of the issuer's own is no refusal. */
async function answered(request: Promise<Response>): Promise<Response> {
  const response = await request;
  if (response.status >= 500) throw new Error(`${response.url}: ${response.status}`);
  return response;
}

function returnAddress(): string {
  return `${location.origin}/`;
}

/** Null also where nothing can be kept, or what is there cannot be read. */
function kept<Value>(name: string): Value | null {
  try {
    return JSON.parse(sessionStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

function keep(name: string, value: unknown): boolean {
  try {
    sessionStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

function drop(name: string): void {
  try {
    sessionStorage.removeItem(name);
  } catch {} // then it was not kept either
}
