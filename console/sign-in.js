// Sign-in at the OpenID Connect issuer: authorization code with PKCE, refresh token, sign-out.
//
// Tokens live in this tab only (sessionStorage), so that a reload keeps the session and closing the tab ends it.

const SESSION = "stockbridge.session";
const LEAVING = "stockbridge.signing-in";
const SCOPE = "openid stockbridge/api";
const RENEW_BEFORE_MS = 60_000;

// The issuer refused, or what came back is not what this tab asked for. `reason` is the issuer's code.
export class SignInRefused extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

export class SignIn {
  #issuer;
  #clientId;
  #endpoints = null;
  #session = null; // {access, refresh, until}: `until` in milliseconds
  #renewal = null; // one at a time, whoever asks

  constructor({ issuer, clientId }) {
    this.#issuer = issuer.replace(/\/$/, "");
    this.#clientId = clientId;
    this.#session = JSON.parse(sessionStorage.getItem(SESSION) ?? "null");
  }

  get signedIn() {
    return this.#session !== null;
  }

  // Leaves for the issuer; it sends the browser back to `/`, where `finish` goes on.
  async begin() {
    const { authorization_endpoint: endpoint } = await this.#discover();
    const state = random();
    const verifier = random();
    const back = location.pathname + location.search;
    sessionStorage.setItem(LEAVING, JSON.stringify({ state, verifier, back }));
    location.assign(
      withParameters(endpoint, {
        response_type: "code",
        client_id: this.#clientId,
        redirect_uri: returnAddress(),
        scope: SCOPE,
        state,
        code_challenge: await challengeOf(verifier),
        code_challenge_method: "S256",
      }),
    );
  }

  // When the issuer just sent the browser back: takes the tokens and restores the address. Throws SignInRefused.
  async finish() {
    const answer = new URLSearchParams(location.search);
    if (!answer.has("state") || !(answer.has("code") || answer.has("error"))) return;
    const left = JSON.parse(sessionStorage.getItem(LEAVING) ?? "null");
    sessionStorage.removeItem(LEAVING);
    history.replaceState(null, "", left?.back ?? "/");
    if (left?.state !== answer.get("state")) {
      if (this.signedIn) return; // an old address, opened again
      throw new SignInRefused("state");
    }
    if (answer.has("error")) throw new SignInRefused(answer.get("error"));
    await this.#take({
      grant_type: "authorization_code",
      code: answer.get("code"),
      code_verifier: left.verifier,
      redirect_uri: returnAddress(),
    });
  }

  // An access token that is good for a while, or null when the session is over. `renewed`: not the one we have.
  async token({ renewed = false } = {}) {
    if (this.#session && (renewed || this.#session.until - Date.now() < RENEW_BEFORE_MS)) {
      this.#renewal ??= this.#renew().finally(() => (this.#renewal = null));
      await this.#renewal;
    }
    return this.#session?.access ?? null;
  }

  forget() {
    this.#session = null;
    sessionStorage.removeItem(SESSION);
  }

  async end() {
    const refresh = this.#session?.refresh;
    this.forget();
    const { revocation_endpoint: revocation, end_session_endpoint: farewell } = await this.#discover();
    if (revocation && refresh) {
      // the session is over here even if nobody hears of it there
      await post(revocation, { token: refresh, client_id: this.#clientId }).catch(() => null);
    }
    const address = returnAddress();
    // Cognito's name for the address, and the standard's
    const parameters = { client_id: this.#clientId, logout_uri: address, post_logout_redirect_uri: address };
    location.assign(farewell ? withParameters(farewell, parameters) : address);
  }

  async #renew() {
    if (!this.#session.refresh) return this.forget();
    try {
      await this.#take({ grant_type: "refresh_token", refresh_token: this.#session.refresh });
    } catch (error) {
      if (!(error instanceof SignInRefused)) throw error; // the issuer is out of reach: the session may still be good
      this.forget();
    }
  }

  async #take(grant) {
    const { token_endpoint: endpoint } = await this.#discover();
    const answer = await post(endpoint, { ...grant, client_id: this.#clientId });
    const body = await answer.json();
    if (answer.status >= 500) throw new Error(`${endpoint}: ${answer.status}`);
    if (!answer.ok) throw new SignInRefused(body.error ?? String(answer.status));
    this.#session = {
      access: body.access_token,
      refresh: body.refresh_token ?? grant.refresh_token ?? null,
      until: Date.now() + body.expires_in * 1000,
    };
    sessionStorage.setItem(SESSION, JSON.stringify(this.#session));
  }

  async #discover() {
    if (this.#endpoints === null) {
      const answer = await fetch(`${this.#issuer}/.well-known/openid-configuration`);
      if (!answer.ok) throw new Error(`${this.#issuer}: ${answer.status}`);
      const found = await answer.json();
      if (found.issuer?.replace(/\/$/, "") !== this.#issuer) throw new Error(`${this.#issuer} says it is ${found.issuer}`);
      this.#endpoints = found;
    }
    return this.#endpoints;
  }
}

function returnAddress() {
  return `${location.origin}/`;
}

function withParameters(address, parameters) {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function post(address, form) {
  return fetch(address, { method: "POST", body: new URLSearchParams(form) });
}

function random() {
  return base64Url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier) {
  return base64Url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
