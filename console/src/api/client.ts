import createClient from "openapi-fetch";
import { type Session, SignedOut } from "../session/session";
import type { FieldProblemAnswer, Problem, paths } from "./contract";

const ANSWERS_WITHIN_MS = 35_000; // API Gateway answers within 30 s, whatever becomes of the function behind it

/**
 * The API said no. `type` is stable ("bad_cursor", "needs_operator" ...); `message` and `problems` are for people,
 * in their language.
 */
export class Refused extends Error {
  override name = "Refused";
  readonly type: string;
  readonly problems: readonly FieldProblemAnswer[];

  constructor(
    readonly status: number,
    problem: Partial<Problem>,
  ) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.type = problem.type?.split(":").at(-1) ?? "";
    this.problems = problem.problems ?? [];
  }
}

export type Api = ReturnType<typeof createApi>;

/** The operator API as its own OpenAPI document has it. `locale` is what texts are answered in. */
export function createApi(base: string, session: Session, locale: () => string) {
  const send = async (request: Request): Promise<Response> => {
    request.headers.set("accept-language", locale());
    const again = request.clone();
    const answer = await withToken(request, await session.token());
    if (answer.status !== 401) return answer;
    const second = await withToken(again, await session.token({ renewed: true }));
    if (second.status === 401) throw new SignedOut();
    return second;
  };
  return createClient<paths>({ baseUrl: base || location.origin, fetch: send });
}

function withToken(request: Request, token: string): Promise<Response> {
  request.headers.set("authorization", `Bearer ${token}`);
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]);
  return globalThis.fetch(request, { cache: "no-store", signal });
}

/** The body of a successful answer. Throws Refused, SignedOut, or what fetch throws when nobody answers. */
export async function body<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await call;
  if (data !== undefined && data !== null) return data as NonNullable<Data>;
  const problem = typeof error === "object" && error !== null ? (error as Partial<Problem>) : {};
  throw new Refused(response.status, problem);
}
