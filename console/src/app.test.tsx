// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Api } from "./api/client";
import { App } from "./app";
import { record } from "./records/sample";

afterEach(cleanup);

const COUNT = { count: 1, more: false };
const RECORDS: Readonly<Record<string, string>> = { demoloja: "42", outra: "77" };

const GET = vi.fn(async (path: string, { params }: { params: { query: { account: string } } }) => {
  const answers: Readonly<Record<string, () => unknown>> = {
    "/v1/me": () => ({ user: "ana", accounts: Object.keys(RECORDS).map((account) => ({ account, role: "admin" })) }),
    "/v1/records": () => ({ items: [record({ sku: RECORDS[params.query.account] ?? "" })], next: null }),
    "/v1/records/total": () => COUNT,
    "/v1/overview": () => ({ affiliates: [], incidents: [], counts: { error: COUNT }, late: COUNT, at_risk: COUNT }),
    "/v1/service-level": () => ({ total: { windows: [] } }),
  };
  const data = answers[path]?.();
  return { data, response: new Response(null, { status: data ? 200 : 404 }) };
});

function open(
  get: (...asked: Parameters<typeof GET>) => Promise<{ data?: unknown; response: Response }>,
  signOut = () => {},
) {
  vi.stubGlobal("matchMedia", () => ({ matches: false }));
  history.replaceState(null, "", "/estoque?conta=demoloja");
  const config = { issuer: "", clientId: "", apiUrl: "", account: null, standins: {} };
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <App api={{ GET: get } as unknown as Api} config={config} signOut={signOut} />
    </QueryClientProvider>,
  );
}

test("another account's screen has no row and no selection of the one before", async () => {
  open(GET);
  fireEvent.click(await screen.findByRole("checkbox", { name: /42/ }));
  expect(screen.getByText("1 selected on this page")).toBeDefined();

  fireEvent.change(screen.getByRole("combobox", { name: "Account" }), { target: { value: "outra" } });

  await waitFor(() => expect(screen.getByRole("checkbox", { name: /77/ })).toBeDefined());
  expect(screen.queryByRole("checkbox", { name: /42/ })).toBeNull();
  expect(screen.queryByText("1 selected on this page")).toBeNull();
});

test("what takes long to count is asked for when the list is there, and leaves the way free for it", async () => {
  const asked: string[] = [];
  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  open(async (path, options) => {
    asked.push(path);
    if (path === "/v1/records") await answered;
    return GET(path, options);
  });
  await waitFor(() => expect(asked).toContain("/v1/records"));
  expect(asked).not.toContain("/v1/causes");
  expect(asked).not.toContain("/v1/service-level");

  answer();

  await waitFor(() => expect(asked).toEqual(expect.arrayContaining(["/v1/causes", "/v1/service-level"])));
});

test.each([
  ["has no account", { user: "ana", accounts: [] }, "No account yet"],
  [
    "was sent another's address",
    { user: "ana", accounts: [{ account: "outra", role: "admin" }] },
    /No access to account/,
  ],
  ["cannot be told from anybody", undefined, "Loading failed"],
])("whoever %s can leave", async (_, data, said) => {
  const signOut = vi.fn();
  open(async () => ({ data, response: new Response(null, { status: data ? 200 : 500 }) }), signOut);
  await screen.findByRole("heading", { name: said });

  fireEvent.click(screen.getByRole("button", { name: "Sign out" }));

  expect(signOut).toHaveBeenCalledOnce();
});
