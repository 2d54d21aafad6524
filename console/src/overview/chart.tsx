import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { chartData, type Line, ticks } from "./lines";
import { ink, useScheme } from "./scheme";

const HEIGHT = 230;
const LABEL_PX = 62; // room that a bucket's label takes on the axis
const LETTER_PX = 7;
const DASHES = { solid: [], dashed: [9, 5], dotted: [2, 4] } as const;

export type Plot = {
  readonly lines: readonly Line[];
  /** Of each bucket, on the axis; neighbours of one label are named once. */
  readonly labels: readonly string[];
  /** A value on the axis. */
  readonly value: (value: number) => string;
  /** Steps that the axis of values may have. */
  readonly steps: readonly number[];
};

/**
 * Lines over buckets, the last of which is still running and shaded. It is a picture and no more: who shows it says the
 * same in words and in a table. `point` hears the bucket under the pointer.
 */
export function Chart({ plot, point }: { plot: Plot; point: (bucket: number | null) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const scheme = useScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read from the page, which the scheme stands for
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const data = chartData(plot.lines, plot.labels.length);
    const chart = new uPlot(options(plot, element, point), data, element);
    const resized = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      chart.destroy();
      point(null);
    };
  }, [plot, scheme, point]);
  return <div ref={host} className="plot" aria-hidden="true" />;
}

function options(plot: Plot, host: HTMLElement, point: (bucket: number | null) => void): uPlot.Options {
  const [text, line, running, ground] = ["--muted", "--line", "--open", "--ground"].map((token) => ink(host, token));
  const last = plot.labels.length - 1;
  const axis = {
    stroke: text,
    font: `12px ${getComputedStyle(host).fontFamily}`,
    ticks: { stroke: line, size: 4 },
  };
  return {
    width: host.clientWidth,
    height: HEIGHT,
    padding: [12, 12, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7, width: 2, fill: ground } },
    scales: {
      x: { time: false, range: [-0.5, last + 0.5] },
      y: { range: (_, _low, high) => [0, Math.max((high ?? 0) * 1.08, 4 * (plot.steps[0] ?? 1))] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: (chart) => ticks(plot.labels, chart.bbox.width / uPlot.pxRatio / LABEL_PX),
        values: (_, buckets) => buckets.map((bucket) => plot.labels[bucket] ?? ""),
      },
      {
        ...axis,
        grid: { stroke: line, width: 1 },
        incrs: [...plot.steps],
        space: 36,
        values: (_, values) => values.map(plot.value),
        size: (_, values) => 14 + LETTER_PX * Math.max(3, ...(values ?? []).map(({ length }) => length)),
      },
    ],
    series: [
      {},
      ...plot.lines.map((each) => ({
        label: each.name,
        stroke: ink(host, each.ink),
        width: 2,
        dash: [...DASHES[each.stroke]],
        points: { size: 5, fill: ground },
      })),
    ],
    hooks: {
      drawClear: [(chart) => shade(chart, last, running)],
      setCursor: [(chart) => point(chart.cursor.idx ?? null)],
    },
  };
}

function shade(chart: uPlot, bucket: number, fill: string | undefined): void {
  const { left, top, width, height } = chart.bbox;
  const begin = chart.valToPos(bucket - 0.5, "x", true);
  chart.ctx.fillStyle = fill ?? "";
  chart.ctx.fillRect(begin, top, left + width - begin, height);
}
