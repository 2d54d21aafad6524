import { useMutation } from "@tanstack/react-query";
import { body } from "../api/client";
import type { Result } from "../api/contract";
import { useTexts } from "../language/language";
import { usePreferences } from "../language/preferences";
import { useConsole, useRefresh } from "../shell/console";
import type { Channel } from "./queries";

const texts = {
  test: ["Testar", "Test", "Probar"],
  testing: ["Testando…", "Testing…", "Probando…"],
  test_name: ["Testar {name}", "Test {name}", "Probar {name}"],
} as const;

const SIGNS: Readonly<Record<Result, string>> = { works: "✓", fails: "✕", no_sku: "?", not_readable: "?" };

/** Asks the marketplace something harmless, and says what it answered. */
export function ChannelTest({ channel: { affiliate, name } }: { channel: Channel }) {
  const t = useTexts(texts);
  const { language } = usePreferences();
  const { api, account } = useConsole();
  const refresh = useRefresh();
  const test = useMutation({
    mutationFn: () =>
      body(api.POST("/v1/channels/{affiliate}/test", { params: { path: { affiliate }, query: { account } } })),
    mutationKey: [account, "test", affiliate, language],
    onSuccess: () => refresh("overview"), // one that works lets a stopped channel try again
  });
  const { data: found, error } = test;
  return (
    <>
      <button
        type="button"
        className="quiet"
        disabled={test.isPending}
        aria-label={t("test_name", { name })}
        onClick={() => test.mutate()}
      >
        {t(test.isPending ? "testing" : "test")}
      </button>
      <div role="status" className="test-result">
        {error && <p className="refusal">{error.message}</p>}
        {found && (
          <p className={found.result === "fails" ? "refusal" : undefined}>
            <span aria-hidden="true">{SIGNS[found.result]}</span> {found.text}
            {found.cause && <small>{found.cause.hint}</small>}
            {found.message && (
              <small>
                <q>{found.message}</q>
              </small>
            )}
          </p>
        )}
      </div>
    </>
  );
}
