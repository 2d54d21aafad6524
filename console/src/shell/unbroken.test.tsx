// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { Unbroken } from "./unbroken";

function Breaks(): never {
  throw new Error("oh");
}

beforeEach(() => {
  cleanup();
  vi.spyOn(console, "error").mockImplementation(() => {}); // React says what it caught
});

test("a screen that breaks says so, and the page around it stays", () => {
  render(
    <main>
      <h1>Estoque</h1>
      <Unbroken at="/estoque/causas">
        <Breaks />
      </Unbroken>
    </main>,
  );

  expect(screen.getByRole("alert").textContent).toContain("This screen could not be shown");
  expect(screen.getByRole("heading", { name: "Estoque" })).toBeDefined();
});

test("elsewhere it goes on", () => {
  const shown = render(
    <Unbroken at="/estoque/causas">
      <Breaks />
    </Unbroken>,
  );

  shown.rerender(<Unbroken at="/estoque">Registros</Unbroken>);

  expect(shown.container.textContent).toBe("Registros");
});
