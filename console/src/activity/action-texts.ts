import type { ActivityAnswer } from "../api/contract";
import type { Texts } from "../language/texts";

/** What somebody did, by the action as the API names it. {what} is to what; it comes without an article. */
export const ACTIONS = {
  reprocess: ["reprocessou o {what}", "reprocessed {what}", "reprocesó el {what}"],
  remove: ["removeu o log do {what}", "removed the log of {what}", "eliminó el log del {what}"],
  restore: ["restaurou o log do {what}", "restored the log of {what}", "restauró el log del {what}"],
  "operation.start": ["iniciou a {what}", "started {what}", "inició la {what}"],
  "operation.undo": ["desfez a {what}", "undid {what}", "deshizo la {what}"],
  "operation.pause": ["pausou a {what}", "paused {what}", "pausó la {what}"],
  "operation.resume": ["continuou a {what}", "resumed {what}", "continuó la {what}"],
  "operation.cancel": [
    "cancelou o restante da {what}",
    "cancelled the rest of {what}",
    "canceló el resto de la {what}",
  ],
  "channel.save": [
    "salvou a configuração de {what}",
    "saved the configuration of {what}",
    "guardó la configuración de {what}",
  ],
  "channel.pause": ["pausou os envios de {what}", "paused the sends of {what}", "pausó los envíos de {what}"],
  "channel.resume": ["continuou os envios de {what}", "resumed the sends of {what}", "continuó los envíos de {what}"],
  "channel.delete": ["excluiu a conexão {what}", "deleted the connection {what}", "eliminó la conexión {what}"],
  "listing.save": [
    "salvou o vínculo do {what} com o anúncio",
    "saved which listing is {what}",
    "guardó el vínculo del {what} con el anuncio",
  ],
  "listing.forget": [
    "desvinculou do anúncio o {what}",
    "unlinked from its listing {what}",
    "desvinculó del anuncio el {what}",
  ],
  "listings.import": [
    "importou vínculos com anúncios de {what}",
    "imported the listings of {what}",
    "importó vínculos con anuncios de {what}",
  ],
  "cause.save": ["descreveu a causa {what}", "described the cause {what}", "describió la causa {what}"],
  "cause.forget": ["apagou a causa {what}", "deleted the cause {what}", "borró la causa {what}"],
  "file.create": ["pediu um {what}", "asked for a {what}", "pidió un {what}"],
  "file.cancel": ["cancelou um {what}", "cancelled a {what}", "canceló un {what}"],
  "token.create": ["criou o token {what}", "created the token {what}", "creó el token {what}"],
  "token.rotate": ["trocou o token {what}", "rotated the token {what}", "cambió el token {what}"],
  "token.revoke": ["revogou o token {what}", "revoked the token {what}", "revocó el token {what}"],
  "reconciliation.hot": [
    "comparou as mudanças recentes de {what}",
    "compared the recent changes of {what}",
    "comparó los cambios recientes de {what}",
  ],
  "reconciliation.full": [
    "comparou todos os SKUs de {what}",
    "compared all SKUs of {what}",
    "comparó todos los SKU de {what}",
  ],
  "reconciliation.repair": [
    "corrigiu divergências: {what}",
    "repaired differences: {what}",
    "corrigió divergencias: {what}",
  ],
  "reconciliation.cancel": [
    "cancelou a comparação de {what}",
    "cancelled the comparison of {what}",
    "canceló la comparación de {what}",
  ],
} as const satisfies Texts;

export type Action = keyof typeof ACTIONS;

/** What was begun, where what it does is known: whoever reads asks for that first. */
export const STARTS = {
  reprocess: ["reprocessou registros na {what}", "reprocessed records in {what}", "reprocesó registros en la {what}"],
  remove: ["removeu logs na {what}", "removed logs in {what}", "eliminó logs en la {what}"],
  restore: ["restaurou logs na {what}", "restored logs in {what}", "restauró logs en la {what}"],
} as const satisfies Texts;

export function startOf({ action, after }: Pick<ActivityAnswer, "action" | "after">): keyof typeof STARTS | null {
  const what = after.action;
  if (action !== "operation.start" || typeof what !== "string" || !Object.hasOwn(STARTS, what)) return null;
  return what as keyof typeof STARTS;
}

export function isKnown(action: string): action is Action {
  return Object.hasOwn(ACTIONS, action);
}
