// @vitest-environment jsdom
import { beforeEach, expect, test, vi } from "vitest";

beforeEach(() => {
  localStorage.clear();
  vi.resetModules();
});

test("what was kept and is no preference is left out", async () => {
  for (const kept of ["null", "{", '{"language":"xx","zone":"Marte/Olimpo","theme":1}']) {
    localStorage.setItem("stockbridge.preferences", kept);
    vi.resetModules();
    const { preferences } = await import("./preferences");

    expect(preferences()).toEqual({ language: "en", theme: "system", zone: null, shortcuts: true });
  }
});

test("a browser that keeps nothing has a preference until the page is left", async () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("denied", "SecurityError");
  });
  const { prefer, preferences } = await import("./preferences");

  prefer({ theme: "dark" });

  expect(preferences().theme).toBe("dark");
});
