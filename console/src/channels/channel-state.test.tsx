// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { type Console, ConsoleProvider } from "../shell/console";
import { ChannelState } from "./channel-state";
import { LateLimit } from "./late-limit";
import type { Channel } from "./queries";

const AUTH = { code: "auth", title: "The connection expired", hint: "Renew the credentials" };
const ASKED = "2026-11-26T17:32:00Z";

afterEach(cleanup);

async function shown(channel: object, overview: { affiliate?: object; incident?: object }): Promise<string> {
  const data = {
    affiliates: [{ affiliate: "SPT", late_after_s: 3600, asked_until: null, ...overview.affiliate }],
    incidents: overview.incident
      ? [{ affiliate: "SPT", cause: AUTH, since: null, until: null, ...overview.incident }]
      : [],
  };
  const GET = vi.fn(async () => ({ data, response: new Response() }));
  const console = { api: { GET }, account: "demoloja", may: {} } as unknown as Console;
  const told = { affiliate: "SPT", enabled: true, late_after_s: null, ...channel } as Channel;
  const { container } = render(
    <QueryClientProvider client={new QueryClient()}>
      <ConsoleProvider value={console}>
        <ChannelState channel={told} /> · <LateLimit channel={told} />
      </ConsoleProvider>
    </QueryClientProvider>,
  );
  await vi.waitFor(() => expect(container.textContent).toMatch(/\d (h|min)/));
  return container.textContent ?? "";
}

test("a marketplace that asked for time is said to have, until when, and that nothing is to be done", async () => {
  const text = await shown({}, { affiliate: { asked_until: ASKED } });

  expect(text).toMatch(/Paused until \d\d:\d\d/);
  expect(text).toContain("Nothing to do");
  expect(text).not.toContain("Sending");
});

test("what somebody has to mend is said before what ends by itself, and a switch before both", async () => {
  const both = { affiliate: { asked_until: ASKED }, incident: { until: ASKED } };

  expect(await shown({}, both)).toContain("Sends stopped");
  expect(await shown({ enabled: false }, both)).toContain("Sends paused");
});

test("a stopped channel tells when it is tried again, and that a test brings that forward", async () => {
  expect(await shown({}, { incident: { until: ASKED } })).toMatch(/next try \d\d:\d\d.*a test that works/);
  expect(await shown({ enabled: false }, { incident: { until: ASKED } })).not.toContain("a test that works");
  expect(await shown({}, { incident: {} })).toContain("next try within a minute");
});

test("the limit of late is a number, be it the channel's own or the installation's", async () => {
  expect(await shown({}, {})).toContain("1 h (the installation's)");
  expect(await shown({ late_after_s: 900 }, {})).toMatch(/15 min$/);
});
