// @vitest-environment jsdom
import { render } from "@testing-library/react";
import { expect, test } from "vitest";
import { Refused } from "../api/client";
import { Failed } from "./notice";

function said(error: unknown): string {
  return render(<Failed error={error} retry={() => {}} />).container.querySelector("p")?.textContent ?? "";
}

test("a failure is told in the API's words, or in ours where it has none", () => {
  const own = new Refused(400, { type: "urn:stockbridge:problem:bad_cursor", detail: "Not this list's cursor." });

  expect(said(own)).toBe("Not this list's cursor. No data was lost.");
  expect(said(new Refused(429, { message: "Too Many Requests" } as object))).toContain("as it should (429)");
  expect(said(new TypeError("Failed to fetch"))).toContain("The server did not answer");
});
