// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";
import { Session, SignedOut } from "../session/session";
import { body, createApi, Refused } from "./client";

const asked: Request[] = [];

function api(answer: (request: Request) => Response) {
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(request);
    return answer(request);
  });
  return createApi(
    "http://127.0.0.1:8080",
    new Session({ issuer: "http://127.0.0.1:8081", clientId: "console" }),
    () => "pt-BR",
  );
}

beforeEach(() => {
  asked.length = 0;
  vi.unstubAllGlobals();
  vi.spyOn(Session.prototype, "token").mockImplementation(async ({ renewed } = {}) => (renewed ? "second" : "first"));
});

test("every request has the token and the language", async () => {
  await body(api(() => Response.json({ user: "ana", accounts: [] })).GET("/v1/me"));

  expect(asked[0]?.headers.get("authorization")).toBe("Bearer first");
  expect(asked[0]?.headers.get("accept-language")).toBe("pt-BR");
});

test("an ended token is renewed once, and the request goes again with its body", async () => {
  const { POST } = api((request) =>
    request.headers.get("authorization") === "Bearer first"
      ? Response.json({ message: "Unauthorized" }, { status: 401 })
      : Response.json({ items: [] }),
  );

  await body(
    POST("/v1/reconciliations", { params: { query: { account: "demoloja" } }, body: { kind: "hot" } as never }),
  );

  expect(asked.map((request) => request.headers.get("authorization"))).toEqual(["Bearer first", "Bearer second"]);
  expect(await asked[1]?.json()).toEqual({ kind: "hot" });
});

test("a second 401 ends the session", async () => {
  const { GET } = api(() => Response.json({ message: "Unauthorized" }, { status: 401 }));

  await expect(body(GET("/v1/me"))).rejects.toBeInstanceOf(SignedOut);
});

test("a refusal keeps its words and its code", async () => {
  const problem = {
    type: "urn:stockbridge:problem:bad_cursor",
    title: "Pedido inválido",
    detail: "O cursor não serve",
  };
  const { GET } = api(() => Response.json(problem, { status: 400 }));

  const refused = await body(GET("/v1/me")).catch((error: unknown) => error);

  expect(refused).toBeInstanceOf(Refused);
  expect(refused).toMatchObject({ status: 400, type: "bad_cursor", message: "O cursor não serve" });
});

test("a server that never answers is a failure in the end", async () => {
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort(new DOMException("late", "TimeoutError")));
  const { GET } = api(() => Response.json({}));
  vi.stubGlobal("fetch", async (_: Request, { signal }: RequestInit) => signal?.throwIfAborted());

  await expect(body(GET("/v1/me"))).rejects.toMatchObject({ name: "TimeoutError" });
});
