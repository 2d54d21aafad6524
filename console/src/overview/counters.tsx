import { Link } from "wouter";
import type { AffiliateOverview, CountAnswer, OverviewAnswer } from "../api/contract";
import { useMoments, useTexts } from "../language/language";
import { Tally } from "../parts/tally";
import { type Filter, listed } from "../records/filter";
import { useHref } from "../shell/address";

const texts = {
  title: ["Agora", "Now", "Ahora"],
  error: ["Erros abertos", "Open errors", "Errores abiertos"],
  late: ["Atrasados", "Late", "Atrasados"],
  risk: ["Risco de venda sem estoque", "At risk of overselling", "Riesgo de venta sin stock"],
  pending: ["Aguardando processamento", "Waiting", "En espera de procesamiento"],
  success: ["Sucesso", "Success", "Éxito"],
  oldest: ["Mudança aberta mais antiga", "Oldest open change", "Cambio abierto más antiguo"],
  none: ["nenhuma", "none", "ninguno"],
} as const;

/** How things stand, of all marketplaces or of one; each number opens the records that it counts. */
export function Counters({ of, at }: { of: OverviewAnswer | AffiliateOverview; at: string }) {
  const t = useTexts(texts);
  const href = useHref();
  const moments = useMoments();
  const affiliate = "affiliate" in of ? of.affiliate : null;
  const to = (filter: Partial<Filter>) => href(...listed({ ...filter, affiliate }));
  const counter = (
    name: "error" | "late" | "risk" | "pending" | "success",
    count: CountAnswer,
    filter: Partial<Filter>,
  ) => {
    const wrong = count.count > 0 && name !== "pending" && name !== "success";
    return (
      <Link className={wrong ? "figure error" : "figure"} href={to(filter)}>
        <strong>
          <Tally of={count} />
        </strong>{" "}
        {t(name)}
      </Link>
    );
  };
  const oldest = (
    <>
      <strong>{of.oldest_open ? moments.duration(Date.parse(at) - Date.parse(of.oldest_open)) : t("none")}</strong>{" "}
      {t("oldest")}
    </>
  );
  return (
    <section aria-labelledby="now">
      <h2 id="now">{t("title")}</h2>
      <div className="numbers">
        {counter("error", of.counts.error, { status: "error" })}
        {counter("late", of.late, { late: true })}
        {counter("risk", of.at_risk, { risk: true })}
        {counter("pending", of.counts.pending, { status: "pending" })}
        {counter("success", of.counts.success, { status: "success" })}
        {of.late.count > 0 ? (
          <Link className="figure error" href={to({ late: true })}>
            {oldest}
          </Link>
        ) : (
          <div className="figure">{oldest}</div>
        )}
      </div>
    </section>
  );
}

/** Every record that there ever was is in one of these. */
export function isUntouched({ counts }: Pick<OverviewAnswer, "counts">): boolean {
  return Object.values(counts).every(({ count }) => count === 0);
}
