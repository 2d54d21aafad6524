// @vitest-environment jsdom
import { act, fireEvent, render } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { prefer } from "../language/preferences";
import { useShortcuts } from "./shortcuts";

const errors = vi.fn();
const export_ = vi.fn();

function Page() {
  useShortcuts({ "g e": errors });
  return <List />;
}

function List() {
  useShortcuts({ e: export_ });
  return <input />;
}

beforeEach(() => {
  errors.mockClear();
  export_.mockClear();
  act(() => prefer({ shortcuts: true }));
});

test("two keys after each other are one shortcut, and the second one alone is another, of whatever part of the page", () => {
  render(<Page />);

  fireEvent.keyDown(document.body, { key: "g" });
  fireEvent.keyDown(document.body, { key: "e" });
  fireEvent.keyDown(document.body, { key: "e" });

  expect(errors).toHaveBeenCalledTimes(1);
  expect(export_).toHaveBeenCalledTimes(1);
});

test("what is typed into a field, or with the browser's own keys, is no shortcut", () => {
  const { container } = render(<Page />);

  fireEvent.keyDown(container.querySelector("input") as Element, { key: "e" });
  fireEvent.keyDown(document.body, { key: "e", ctrlKey: true });

  expect(export_).not.toHaveBeenCalled();
});

test("preferences switch all of them off", () => {
  render(<Page />);

  act(() => prefer({ shortcuts: false }));
  fireEvent.keyDown(document.body, { key: "e" });

  expect(export_).not.toHaveBeenCalled();
});
