// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { NothingKept, Session, SignedOut, SignInRefused } from "./session";

const ISSUER = "http://127.0.0.1:8081";
const CONFIGURATION = {
  issuer: ISSUER,
  authorization_endpoint: `${ISSUER}/authorize`,
  token_endpoint: `${ISSUER}/token`,
};

function answers(token: () => Response): void {
  vi.stubGlobal("fetch", async (address: URL | string) =>
    String(address).endsWith("/token") ? token() : Response.json(CONFIGURATION),
  );
}

function session(): Session {
  return new Session({ issuer: ISSUER, clientId: "console" });
}

function keep(change: object = {}): void {
  const tokens = { access: "first", refresh: "again", until: Date.now() + 3_600_000, ...change };
  sessionStorage.setItem("stockbridge.session", JSON.stringify(tokens));
}

beforeEach(() => {
  sessionStorage.clear();
  vi.unstubAllGlobals();
  history.replaceState(null, "", "/estoque");
});

test("a token that is good for a while is not renewed", async () => {
  keep();

  expect(await session().token()).toBe("first");
});

test("a token that ends soon is renewed once, whoever asks", async () => {
  keep({ until: Date.now() + 1_000 });
  let asked = 0;
  answers(() => {
    asked += 1;
    return Response.json({ access_token: "second", token_type: "Bearer", expires_in: 3600 });
  });
  const one = session();

  expect(await Promise.all([one.token(), one.token()])).toEqual(["second", "second"]);
  expect(asked).toBe(1);
});

test("a session that the issuer ended is over", async () => {
  keep({ until: 0 });
  answers(() => Response.json({ error: "invalid_grant" }, { status: 400 }));
  const one = session();

  await expect(one.token()).rejects.toBeInstanceOf(SignedOut);
  expect(one.signedIn).toBe(false);
});

test("an issuer that does not answer ends no session", async () => {
  keep({ until: 0 });
  answers(() => new Response("", { status: 503 }));
  const one = session();

  await expect(one.token()).rejects.not.toBeInstanceOf(SignedOut);
  expect(one.signedIn).toBe(true);
});

test("an answer with another state than this tab's is refused, and the address is as before", async () => {
  const leaving = { state: "mine", verifier: "v", back: "/estoque?status=erro" };
  sessionStorage.setItem("stockbridge.signing-in", JSON.stringify(leaving));
  history.replaceState(null, "", "/?code=c&state=somebody-elses");
  answers(() => Response.json({}));

  await expect(session().finish()).rejects.toBeInstanceOf(SignInRefused);
  expect(location.pathname + location.search).toBe("/estoque?status=erro");
});

test("what was kept and cannot be read is no session", () => {
  sessionStorage.setItem("stockbridge.session", "{");

  expect(session().signedIn).toBe(false);
});

test("a browser that keeps nothing is told so before it leaves for the issuer", async () => {
  const denied = () => {
    throw new DOMException("denied", "SecurityError");
  };
  vi.spyOn(Storage.prototype, "getItem").mockImplementation(denied);
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(denied);
  answers(() => Response.json({}));

  await expect(session().begin()).rejects.toBeInstanceOf(NothingKept);
});

test("a computer whose clock is two hours ahead keeps its session", async () => {
  keep({ until: 0 });
  const said = (part: object) => btoa(JSON.stringify(part)).replaceAll("=", "");
  const issued = Math.floor(Date.now() / 1000) - 2 * 3600;
  const claims = { iss: ISSUER, aud: "console", sub: "ana", iat: issued, exp: issued + 3600 };
  const id_token = `${said({ alg: "RS256" })}.${said(claims)}.c2ln`;
  answers(() => Response.json({ access_token: "second", token_type: "Bearer", expires_in: 3600, id_token }));

  expect(await session().token()).toBe("second");
});

test("whoever signs out does so in every tab", async () => {
  keep();
  const [here, there] = [session(), session()];
  vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("nobody answers")));

  await new Promise<void>((resolve) => {
    there.left = resolve;
    here.end().catch(() => {});
  });

  expect(here.signedIn).toBe(false);
});

test("a token that comes after a sign-out opens nothing again", async () => {
  keep({ until: 0 });
  const one = session();
  answers(() => {
    one.forget();
    return Response.json({ access_token: "second", token_type: "Bearer", expires_in: 3600 });
  });

  await expect(one.token()).rejects.toBeInstanceOf(SignedOut);
  expect(one.signedIn).toBe(false);
  expect(sessionStorage.getItem("stockbridge.session")).toBeNull();
});
