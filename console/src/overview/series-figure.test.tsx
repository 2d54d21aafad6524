// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { Plot } from "./chart";
import type { Line } from "./lines";
import { SeriesFigure } from "./series-figure";

// the picture needs a canvas; what it is given is what matters here
vi.mock("./chart", () => ({
  Chart: ({ plot }: { plot: Plot }) => <p data-testid="drawn">{plot.lines.map(({ id }) => id).join(" ")}</p>,
}));

const lines: Line[] = [
  { id: "sucesso", name: "Sucesso", values: [4, 0, 2], ink: "--success", stroke: "solid" },
  { id: "p95", name: "p95", values: [900, null, 700], ink: "--pending", stroke: "dashed" },
];
const buckets = { unit: "Hora", labels: ["14:00", "15:00", "16:00"], names: ["14:00", "15:00", "16:00"] };

function show(shown: readonly Line[] = lines) {
  return render(
    <SeriesFigure
      title="Integrações"
      sentence="6 com sucesso."
      lines={shown}
      buckets={buckets}
      steps={[1]}
      value={String}
    />,
  );
}

afterEach(() => {
  cleanup();
  history.replaceState(null, "", "/");
});

it("the table has every bucket, the newest first, a zero as zero and what is not known as a dash", () => {
  show();

  const rows = within(screen.getByRole("table", { hidden: true })).getAllByRole("row", { hidden: true });

  expect(rows.slice(1).map((row) => [...row.children].map((cell) => cell.textContent))).toEqual([
    [expect.stringContaining("16:00"), "2", "700"],
    ["15:00", "0", "—"],
    ["14:00", "4", "900"],
  ]);
});

it("a line that is hidden is in the address, and stays in the table", () => {
  show();

  fireEvent.click(screen.getByRole("button", { name: "Sucesso" }));

  expect(location.search).toBe("?sem=sucesso");
  expect(screen.getByTestId("drawn").textContent).toBe("p95");
  expect(screen.getByRole("button", { name: "Sucesso" }).getAttribute("aria-pressed")).toBe("false");
  expect(screen.getAllByRole("columnheader", { hidden: true }).map((cell) => cell.textContent)).toContain("Sucesso");
});

it("nothing is drawn of a period in which nothing happened", () => {
  show([{ id: "sucesso", name: "Sucesso", values: [0, 0, 0], ink: "--success", stroke: "solid" }]);

  expect(screen.queryByTestId("drawn")).toBeNull();
  expect(screen.getByText("6 com sucesso.")).toBeTruthy();
});
