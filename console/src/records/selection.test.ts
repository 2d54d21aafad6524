// @vitest-environment jsdom
import { act, renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { useSelection } from "./selection";

test("what was selected in a list is not selected in another, nor when somebody comes back", () => {
  const { result, rerender } = renderHook(({ question }) => useSelection(question), {
    initialProps: { question: "errors" },
  });
  act(() => result.current[1](new Set(["MLB/42"])));
  expect([...result.current[0]]).toEqual(["MLB/42"]);

  rerender({ question: "late" });
  expect(result.current[0].size).toBe(0);
  act(() => result.current[1](new Set(["MLB/7"])));

  rerender({ question: "errors" });
  expect(result.current[0].size).toBe(0);
});
