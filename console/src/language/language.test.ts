// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { useMoments, useTexts } from "./language";
import { prefer } from "./preferences";

const texts = { error: ["Erro", "Error", "Error"], late: ["Atrasado", "Late", "Atrasado"] } as const;

test("formats and texts are made once for all who ask, and anew when somebody prefers others", () => {
  prefer({ language: "pt", zone: "America/Sao_Paulo" });
  const one = renderHook(() => ({ moments: useMoments(), t: useTexts(texts) }));
  const other = renderHook(() => ({ moments: useMoments(), t: useTexts(texts) }));
  const before = one.result.current;
  expect(other.result.current.moments).toBe(before.moments);
  expect(other.result.current.t).toBe(before.t);
  expect([before.moments.time("2026-11-26T03:00:00Z"), before.t("late")]).toEqual(["00:00", "Atrasado"]);
  act(() => prefer({ language: "en", zone: "UTC" }));
  const { moments, t } = one.result.current;
  expect([moments.time("2026-11-26T15:00:00Z"), t("late")]).toEqual(["03:00 PM", "Late"]);
});
