import type { ActivityAnswer } from "../api/contract";
import { FIELD_VALUES, FIELDS } from "../channels/field-texts";
import { useMoments, useTexts } from "../language/language";
import { useToldValue } from "../parts/told-value";
import { type Change, changesOf } from "./deed";

const MOST_IN_SIGHT = 3;
const IN_MS = new Set(["filter.since", "filter.until"]);

const texts = {
  "changed.one": ["{count} campo", "{count} field", "{count} campo"],
  "changed.other": ["{count} campos", "{count} fields", "{count} campos"],
  was: ["antes:", "before:", "antes:"],
  became: ["depois:", "after:", "después:"],
  cut: [
    "Parte do que mudou era longa demais para ser guardada.",
    "Some of what changed was too long to be kept.",
    "Parte de lo que cambió era demasiado larga para guardarse.",
  ],
} as const;

const FIELD_NAMES = {
  ...FIELDS,
  status: ["Status", "Status", "Estado"],
  cause: ["Causa", "Cause", "Causa"],
  quantity: ["Quantidade", "Quantity", "Cantidad"],
  removed: ["Removido", "Removed", "Eliminado"],
  state: ["Estado", "State", "Estado"],
  action: ["Ação", "Action", "Acción"],
  number: ["Operação nº", "Operation no.", "Operación n.º"],
  kind: ["Tipo", "Kind", "Tipo"],
  ending: ["Final do resumo (SHA-256)", "End of its digest (SHA-256)", "Final del resumen (SHA-256)"],
  ends_at: ["Termina em", "Ends at", "Termina en"],
  language: ["Idioma", "Language", "Idioma"],
  zone: ["Fuso horário", "Time zone", "Zona horaria"],
  affiliates: ["Marketplaces", "Marketplaces", "Marketplaces"],
  until: ["Registros até", "Records until", "Registros hasta"],
  cure: ["Classe", "Class", "Clase"],
  order: ["Ordem", "Order", "Orden"],
  "title.pt": ["Título", "Title", "Título"],
  "hint.pt": ["O que fazer", "What to do", "Qué hacer"],
  patterns: ["Padrões", "Patterns", "Patrones"],
  "filter.affiliates": ["Marketplaces", "Marketplaces", "Marketplaces"],
  "filter.shown": ["Status", "Status", "Estado"],
  "filter.status": ["Status", "Status", "Estado"],
  "filter.cause": ["Causa", "Cause", "Causa"],
  "filter.since": ["Desde", "Since", "Desde"],
  "filter.until": ["Até", "Until", "Hasta"],
  "filter.late": ["Atrasados", "Late", "Atrasados"],
  "filter.sku": ["SKU", "SKU", "SKU"],
  "filter.skus": ["SKUs", "SKUs", "SKU"],
  "filter.records": ["Registros", "Records", "Registros"],
  "filter.from": ["Desde", "Since", "Desde"],
  include_fix_first: [
    "Com os que aguardam correção",
    "With those that wait for a correction",
    "Con los que esperan corrección",
  ],
  sample: ["Amostra primeiro", "A sample first", "Primero una muestra"],
} as const;

const VALUES = {
  ...FIELD_VALUES,
  success: ["Sucesso", "Success", "Éxito"],
  error: ["Erro", "Error", "Error"],
  pending: ["Aguardando processamento", "Waiting to be processed", "En espera de procesamiento"],
  reprocess: ["Reprocessar", "Reprocess", "Reprocesar"],
  remove: ["Remover Log", "Remove log", "Eliminar log"],
  restore: ["Restaurar log", "Restore log", "Restaurar log"],
  running: ["Em andamento", "Running", "En curso"],
  paused: ["Pausada", "Paused", "Pausada"],
  stopped: ["Parada", "Stopped", "Detenida"],
  cancelled: ["Cancelada", "Cancelled", "Cancelada"],
  done: ["Terminada", "Done", "Terminada"],
  failed: ["Falhou", "Failed", "Falló"],
} as const;

/** What a deed changed, before and after: few fields in sight, many behind one click. */
export function Changes({ activity }: { activity: ActivityAnswer }) {
  const t = useTexts(texts);
  const changes = changesOf(activity);
  const list = (
    <ul className="changes">
      {changes.map((change) => (
        <OneChange key={change.field} change={change} />
      ))}
    </ul>
  );
  return (
    <>
      {changes.length === 0 && activity.details}
      {changes.length > MOST_IN_SIGHT ? (
        <details>
          <summary>{t.count("changed", changes.length)}</summary>
          {list}
        </details>
      ) : (
        list
      )}
      {activity.cut && <small>{t("cut")}</small>}
    </>
  );
}

function OneChange({ change: { field, before, after } }: { change: Change }) {
  const t = useTexts(texts);
  const name = useTexts(FIELD_NAMES);
  const value = useToldValue(VALUES);
  const { short } = useMoments();
  const told = (one: unknown): string => {
    if (typeof one === "number" && IN_MS.has(field)) return short(one);
    if (field === "filter.records" && Array.isArray(one)) return one.map(recordName).join(", ");
    return value(one);
  };
  return (
    <li>
      {Object.hasOwn(FIELD_NAMES, field) ? name(field as keyof typeof FIELD_NAMES) : <code>{field}</code>}:{" "}
      {before !== undefined && (
        <del>
          <span className="unseen">{t("was")} </span>
          {told(before)}
        </del>
      )}
      {before !== undefined && after !== undefined && <span aria-hidden="true"> → </span>}
      {after !== undefined && (
        <ins>
          <span className="unseen"> {t("became")} </span>
          {told(after)}
        </ins>
      )}
    </li>
  );
}

/** "MRC#42", as the filter of this screen takes it. */
function recordName(record: unknown): string {
  const { affiliate, sku } = Object(record);
  return `${affiliate}#${sku}`;
}
