import { useId, useMemo, useState } from "react";
import { useTexts } from "../language/language";
import { useParameters } from "../shell/address";
import { Chart, type Plot } from "./chart";
import { type Line, peak } from "./lines";

const texts = {
  lines: ["Linhas do gráfico", "Lines of the chart", "Líneas del gráfico"],
  table: ["Ver os números em tabela", "See the numbers as a table", "Ver los números en tabla"],
  running: [
    "A faixa à direita ainda está em andamento.",
    "The shaded part at the right is still running.",
    "La franja a la derecha todavía está en curso.",
  ],
  so_far: ["{bucket} (até agora)", "{bucket} (so far)", "{bucket} (hasta ahora)"],
} as const;

/** How the buckets of a series are called: on the axis, and everywhere else. */
export type Buckets = {
  readonly unit: string;
  readonly labels: readonly string[];
  readonly names: readonly string[];
};

/**
 * A chart with all that is in it said in text: a sentence, a legend, and a table of the same numbers. Lines that are
 * hidden are in the address. `lines` and `steps` are kept by the caller as long as they stay the same.
 */
export function SeriesFigure({
  title,
  sentence,
  note,
  lines,
  buckets,
  steps,
  value,
}: {
  title: string;
  sentence: string;
  note?: string | undefined;
  lines: readonly Line[];
  buckets: Buckets;
  steps: readonly number[];
  value: (value: number) => string;
}) {
  const t = useTexts(texts);
  const heading = useId();
  const words = useId();
  const [parameters, change] = useParameters();
  const hidden = parameters.get("sem") ?? "";
  const [pointed, point] = useState<number | null>(null);
  const plot = useMemo<Plot>(() => {
    const shown = lines.filter(({ id }) => !hidden.split(",").includes(id));
    return { lines: shown, labels: buckets.labels, value, steps };
  }, [lines, hidden, buckets, value, steps]);
  const toggle = (id: string) => {
    const others = hidden.split(",").filter((one) => one && one !== id);
    change({ sem: (isShown(id) ? [...others, id] : others).join(",") || null }, { replace: true });
  };
  const isShown = (id: string) => plot.lines.some((line) => line.id === id);
  const last = buckets.names.length - 1;
  const name = (bucket: number) =>
    bucket === last ? t("so_far", { bucket: buckets.names[bucket] ?? "" }) : buckets.names[bucket];
  const said = ({ values }: Line, bucket: number) => {
    const known = values[bucket];
    return known == null ? "—" : value(known);
  };
  const caption = (
    <figcaption>
      <h2 id={heading}>{title}</h2>
      <p id={words}>{sentence}</p>
    </figcaption>
  );
  if (lines.every(({ values }) => peak(values) === null)) {
    return (
      <figure className="panel series" aria-labelledby={heading}>
        {caption}
      </figure>
    );
  }
  return (
    <figure className="panel series" aria-labelledby={heading} aria-describedby={words}>
      {caption}
      <fieldset className="legend" aria-label={t("lines")}>
        {lines.map((line) => (
          <button
            key={line.id}
            type="button"
            className="quiet"
            aria-pressed={isShown(line.id)}
            onClick={() => toggle(line.id)}
          >
            <span className={`stroke ${line.stroke}`} style={{ color: `var(${line.ink})` }} aria-hidden="true" />
            {line.name}
          </button>
        ))}
      </fieldset>
      <Chart plot={plot} point={point} />
      <p className="pointed">
        {pointed === null
          ? t("running")
          : `${name(pointed)}: ${plot.lines.map((line) => `${line.name} ${said(line, pointed)}`).join(" · ")}`}
      </p>
      <details>
        <summary>{t("table")}</summary>
        {note && <p>{note}</p>}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard */}
        <section className="scroll" tabIndex={0} aria-labelledby={heading}>
          <table>
            <thead>
              <tr>
                <th scope="col">{buckets.unit}</th>
                {lines.map((line) => (
                  <th key={line.id} scope="col" className="number">
                    {line.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {buckets.names
                .map((_, place) => last - place)
                .map((bucket) => (
                  <tr key={bucket}>
                    <th scope="row">{name(bucket)}</th>
                    {lines.map((line) => (
                      <td key={line.id} className="number">
                        {said(line, bucket)}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </section>
      </details>
    </figure>
  );
}
