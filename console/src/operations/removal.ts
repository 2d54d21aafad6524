import type { PreviewAnswer, RemovedSetAnswer } from "../api/contract";
import type { Translate } from "../language/texts";

export const texts = {
  "records.one": ["{count} registro: {statuses}", "{count} record: {statuses}", "{count} registro: {statuses}"],
  "records.other": ["{count} registros: {statuses}", "{count} records: {statuses}", "{count} registros: {statuses}"],
  records_more: [
    "Mais de {count} registros: {statuses}",
    "More than {count} records: {statuses}",
    "Más de {count} registros: {statuses}",
  ],
  success: ["{count} Sucesso", "{count} Success", "{count} Éxito"],
  error: ["{count} Erro", "{count} Error", "{count} Error"],
  pending: [
    "{count} Aguardando processamento",
    "{count} Waiting to be processed",
    "{count} En espera de procesamiento",
  ],
  "differing.one": [
    "{count} ainda tem estoque diferente ou não confirmado",
    "{count} still has a different or an unconfirmed stock",
    "{count} todavía tiene stock diferente o sin confirmar",
  ],
  "differing.other": [
    "{count} ainda têm estoque diferente ou não confirmado",
    "{count} still have a different or an unconfirmed stock",
    "{count} todavía tienen stock diferente o sin confirmar",
  ],
  "differing_of.one": [
    "Dos {looked} conferidos, {count} ainda tem estoque diferente ou não confirmado",
    "Of the {looked} looked at, {count} still has a different or an unconfirmed stock",
    "De los {looked} revisados, {count} todavía tiene stock diferente o sin confirmar",
  ],
  "differing_of.other": [
    "Dos {looked} conferidos, {count} ainda têm estoque diferente ou não confirmado",
    "Of the {looked} looked at, {count} still have a different or an unconfirmed stock",
    "De los {looked} revisados, {count} todavía tienen stock diferente o sin confirmar",
  ],
} as const;

type Say = Translate<typeof texts>;

/** "1.248 registros: 1.190 Sucesso, 58 Erro. 12 ainda têm estoque diferente." */
export function removalText(t: Say, removal: RemovedSetAnswer, { more }: Pick<PreviewAnswer["set"], "more">): string {
  const { success, error, pending } = removal;
  const statuses = (["success", "error", "pending"] as const)
    .filter((status) => removal[status] > 0)
    .map((status) => t(status, { count: removal[status] }))
    .join(", ");
  const count = success + error + pending;
  const said = more ? t("records_more", { count, statuses }) : t.count("records", count, { statuses });
  return [said, differingText(t, removal)].flatMap((one) => (one === null ? [] : [`${one}.`])).join(" ");
}

/** What the removal leaves as it is; null when no record that was looked at differs. */
export function differingText(t: Say, { differing, looked_at, more }: RemovedSetAnswer): string | null {
  if (differing === 0) return null;
  return more ? t.count("differing_of", differing, { looked: looked_at }) : t.count("differing", differing);
}
