// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { type Console, ConsoleProvider } from "../shell/console";
import Activity from "./activity";

test("a time in the address that is none does not limit, and breaks nothing", async () => {
  history.replaceState(null, "", "/estoque/atividade?de=ontem&ate=2026-99-99T00:00:00Z");
  const asked: unknown[] = [];
  const GET = vi.fn(async (_path: string, { params }: { params: { query: unknown } }) => {
    asked.push(params.query);
    return { data: { items: [], next: null }, response: new Response() };
  });
  const console = { api: { GET }, account: "demoloja", may: {} } as unknown as Console;

  render(
    <QueryClientProvider client={new QueryClient()}>
      <ConsoleProvider value={console}>
        <Activity />
      </ConsoleProvider>
    </QueryClientProvider>,
  );

  expect(await screen.findByText("No activity yet")).toBeDefined();
  expect(asked).toEqual([{ account: "demoloja", limit: 50 }]);
});
