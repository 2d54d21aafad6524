// The operator API, one account at a time. /openapi.json says what the answers hold.

import { locale } from "/console/language.js";

// The API said no. `type` is stable ("bad_cursor", "needs_operator" ...); `title`, `detail` and `problems` are for
// people, in their language.
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`);
    this.status = status;
    this.type = (problem.type ?? "").split(":").at(-1);
    this.title = problem.title ?? `HTTP ${status}`;
    this.detail = problem.detail ?? "";
    this.problems = problem.problems ?? [];
  }
}

// The session is over: sign in again.
export class SignedOut extends Error {}

export class Api {
  #base;
  #signIn;

  constructor(base, signIn) {
    this.#base = base;
    this.#signIn = signIn;
  }

  me() {
    return this.#call("GET", "/v1/me", {});
  }

  // `filter`: status, affiliate, sku, cursor, limit; what is null is left out.
  records(account, filter, signal) {
    return this.#call("GET", "/v1/records", { account, ...filter }, signal);
  }

  record(account, { affiliate, sku }, signal) {
    return this.#call("GET", recordPath(affiliate, sku), { account }, signal);
  }

  overview(account, signal) {
    return this.#call("GET", "/v1/overview", { account }, signal);
  }

  async reprocess(account, { affiliate, sku }) {
    return (await this.#call("POST", `${recordPath(affiliate, sku)}/reprocess`, { account })).record;
  }

  async remove(account, { affiliate, sku }) {
    return (await this.#call("DELETE", recordPath(affiliate, sku), { account })).record;
  }

  restore(account, { affiliate, sku }) {
    return this.#call("POST", `${recordPath(affiliate, sku)}/restore`, { account });
  }

  // Throws Refused, SignedOut, or what fetch throws when nobody answers.
  async #call(method, path, parameters, signal) {
    const query = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== null));
    const address = `${this.#base}${path}?${query}`;
    let answer = await this.#send(method, address, await this.#signIn.token(), signal);
    if (answer.status === 401) {
      answer = await this.#send(method, address, await this.#signIn.token({ renewed: true }), signal);
    }
    if (answer.status === 401) throw new SignedOut();
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Refused(answer.status, body);
    return body;
  }

  #send(method, address, token, signal) {
    if (token === null) throw new SignedOut();
    const headers = { authorization: `Bearer ${token}`, "accept-language": locale };
    return fetch(address, { method, headers, signal, cache: "no-store" });
  }
}

function recordPath(affiliate, sku) {
  return `/v1/records/${encodeURIComponent(affiliate)}/${encodeURIComponent(sku)}`;
}
