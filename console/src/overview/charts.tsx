import { useMemo } from "react";
import { useMoments, useTexts } from "../language/language";
import { moments as momentsOf } from "../language/moments";
import { usePreferences } from "../language/preferences";
import { type Line, newest, peak, totals } from "./lines";
import type { Series } from "./period";
import { type Buckets, SeriesFigure } from "./series-figure";
import { useSpan } from "./span";

const texts = {
  by_hour: ["Integrações por hora", "Integrations per hour", "Integraciones por hora"],
  by_day: ["Integrações por dia", "Integrations per day", "Integraciones por día"],
  time: ["Tempo até refletir", "Time to reflect", "Tiempo hasta reflejar"],
  hour: ["Hora", "Hour", "Hora"],
  day: ["Dia", "Day", "Día"],
  utc: [
    "Os dias são os de UTC: cada um começa às {time}.",
    "Days are those of UTC: each begins at {time}.",
    "Los días son los de UTC: cada uno comienza a las {time}.",
  ],
  success: ["Sucesso", "Success", "Éxito"],
  error: ["Erro", "Error", "Error"],
  held_back: [
    "Não exportado: regra das 5 unidades",
    "Not exported: 5-unit rule",
    "No exportado: regla de las 5 unidades",
  ],
  p50: ["p50 (metade)", "p50 (half)", "p50 (la mitad)"],
  p95: ["p95", "p95", "p95"],
  p99: ["p99", "p99", "p99"],
  "24h": ["Últimas 24 h", "Last 24 h", "Últimas 24 h"],
  "7d": ["Últimos 7 dias", "Last 7 days", "Últimos 7 días"],
  "30d": ["Últimos 30 dias", "Last 30 days", "Últimos 30 días"],
  counted: [
    "{period}: {success} com sucesso, {error} com erro, {held} não exportadas pela regra.",
    "{period}: {success} succeeded, {error} failed, {held} not exported because of the rule.",
    "{period}: {success} con éxito, {error} con error, {held} no exportadas por la regla.",
  ],
  most_errors: [
    "Mais erros em {bucket}: {count}.",
    "Most errors at {bucket}: {count}.",
    "Más errores en {bucket}: {count}.",
  ],
  none: ["{period}: nenhuma integração.", "{period}: no integrations.", "{period}: ninguna integración."],
  worst_time: [
    "{period}: o p95 foi de no máximo {worst} ({at}); o mais recente é {latest} ({now}).",
    "{period}: p95 was {worst} at most ({at}); the most recent is {latest} ({now}).",
    "{period}: el p95 fue de {worst} como máximo ({at}); el más reciente es {latest} ({now}).",
  ],
  unknown_time: ["{period}: nada foi refletido.", "{period}: nothing was reflected.", "{period}: nada se reflejó."],
} as const;

const COUNTS = [1, 2, 5]
  .flatMap((digit) => Array.from({ length: 9 }, (_, zeros) => digit * 10 ** zeros))
  .toSorted((one, other) => one - other);
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const TIMES = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30].map((seconds) => seconds * SECOND_MS),
  ...[1, 2, 5, 10, 20, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 4, 6, 12, 24, 48, 96, 240, 480].map((hours) => hours * HOUR_MS),
];

/** What happened in each hour or day, and how long it took to be reflected. */
export function Charts({ series, busy }: { series: Series; busy: boolean }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const span = useSpan();
  const buckets = useBuckets(series);
  const { period, rows } = series;
  const counts = useMemo<readonly Line[]>(
    () => [
      { id: "sucesso", name: t("success"), ink: "--success", stroke: "solid", values: rows.map((row) => row.success) },
      { id: "erro", name: t("error"), ink: "--error", stroke: "dashed", values: rows.map((row) => row.error) },
      { id: "regra", name: t("held_back"), ink: "--muted", stroke: "dotted", values: rows.map((row) => row.held_back) },
    ],
    [rows, t],
  );
  const times = useMemo<readonly Line[]>(
    () => [
      { id: "p50", name: t("p50"), ink: "--accent", stroke: "solid", values: rows.map((row) => row.p50_ms) },
      { id: "p95", name: t("p95"), ink: "--pending", stroke: "dashed", values: rows.map((row) => row.p95_ms) },
      { id: "p99", name: t("p99"), ink: "--muted", stroke: "dotted", values: rows.map((row) => row.p99_ms) },
    ],
    [rows, t],
  );
  const note = period === "30d" && rows[0] ? t("utc", { time: moments.time(rows[0].start) }) : undefined;
  return (
    <div className="panels" aria-busy={busy}>
      <SeriesFigure
        title={t(period === "30d" ? "by_day" : "by_hour")}
        sentence={countSentence()}
        note={note}
        lines={counts}
        buckets={buckets}
        steps={COUNTS}
        value={moments.number}
      />
      <SeriesFigure
        title={t("time")}
        sentence={timeSentence()}
        note={note}
        lines={times}
        buckets={buckets}
        steps={TIMES}
        value={span}
      />
    </div>
  );

  function countSentence(): string {
    const { success, error, heldBack } = totals(rows);
    if (success + error + heldBack === 0) return t("none", { period: t(period) });
    const all = t("counted", { period: t(period), success, error, held: heldBack });
    const errors = rows.map((row) => row.error);
    const most = peak(errors);
    if (most === null) return all;
    return `${all} ${t("most_errors", { bucket: buckets.names[most] ?? "", count: errors[most] ?? 0 })}`;
  }

  function timeSentence(): string {
    const p95 = rows.map((row) => row.p95_ms);
    const [longest, latest] = [peak(p95), newest(p95)];
    if (longest === null || latest === null) return t("unknown_time", { period: t(period) });
    return t("worst_time", {
      period: t(period),
      worst: span(p95[longest]),
      at: buckets.names[longest] ?? "",
      latest: span(p95[latest]),
      now: buckets.names[latest] ?? "",
    });
  }
}

/** Hours are the viewer's. A day is UTC's and keeps its date; where it begins for the viewer is said beside the table. */
function useBuckets({ period, rows }: Series): Buckets {
  const t = useTexts(texts);
  const moments = useMoments();
  const { language } = usePreferences();
  return useMemo(() => {
    const utc = momentsOf(language, "UTC");
    const named = (name: (start: string) => string) => rows.map(({ start }) => name(start));
    if (period === "30d") return { unit: t("day"), labels: named(utc.day), names: named(utc.day) };
    const labels = named(period === "24h" ? moments.time : moments.day);
    return { unit: t("hour"), labels, names: named(moments.short) };
  }, [period, rows, moments, language, t]);
}
