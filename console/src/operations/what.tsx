import type { OperationAnswer } from "../api/contract";
import { useCause } from "../causes/cause-query";
import { useMoments, useTexts } from "../language/language";
import { useOverview } from "../shell/overview-query";
import { undoneBy, wantedOf } from "./asked";
import { texts } from "./texts";

/** Which records, in a line: "Mercado Livre · Anúncio encerrado · com os que aguardam correção". */
export function What({ operation }: { operation: OperationAnswer }) {
  const t = useTexts(texts);
  const moments = useMoments();
  const { data: overview } = useOverview();
  const wanted = wantedOf(operation);
  const { data: row, isPending } = useCause(
    wanted.cause === null ? null : (wanted.affiliates[0] ?? null),
    wanted.cause,
  );
  const undone = undoneBy(operation);
  if (undone !== null) return <>{t("of_removed", { name: undone })}</>;
  const channels = overview?.affiliates ?? [];
  const named = wanted.affiliates.map((one) => channels.find(({ affiliate }) => affiliate === one)?.channel ?? one);
  const all = channels.length > 1 && channels.every(({ affiliate }) => wanted.affiliates.includes(affiliate));
  const said = [
    overview ? (all ? t("all_marketplaces") : named.join(", ")) : "…",
    wanted.cause && (row?.cause.title ?? (isPending ? "…" : wanted.cause)),
    wanted.status && !wanted.cause && t(`${wanted.status}_only`),
    wanted.since && t("since", { time: moments.short(wanted.since) }),
    wanted.skus !== null && t.count("skus", wanted.skus),
    wanted.records !== null && t.count("records", wanted.records),
    wanted.fixFirst && t("with_fix_first"),
  ];
  return <>{said.filter(Boolean).join(" · ")}</>;
}
