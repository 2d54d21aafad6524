/** What the bulk panel says. */
export const texts = {
  "reprocess.title": ["Reprocessar em massa", "Reprocess in bulk", "Reprocesar en masa"],
  "remove.title": ["Remover logs", "Remove logs", "Eliminar logs"],
  "restore.title": ["Restaurar logs", "Restore logs", "Restaurar logs"],
  until: ["Registros até {time}", "Records until {time}", "Registros hasta las {time}"],
  more: [
    "Há mais registros do que foi possível contar a tempo. Todos fazem parte.",
    "There are more records than could be counted in time. All of them are part of it.",
    "Hay más registros de los que se pudo contar a tiempo. Todos forman parte.",
  ],
  marketplace: ["Marketplace", "Marketplace", "Marketplace"],
  all: ["Todos", "All", "Todos"],
  split: ["Por marketplace", "By marketplace", "Por marketplace"],

  can_go: ["Podem ser reprocessados", "Can be reprocessed", "Se pueden reprocesar"],
  can_go_remove: ["Serão removidos", "Will be removed", "Se eliminarán"],
  can_go_restore: ["Serão restaurados", "Will be restored", "Se restaurarán"],
  fix_first: ["Aguardam correção", "Wait for a correction", "Esperan corrección"],
  already_waiting: ["Já estão na fila", "Already queued", "Ya están en la fila"],
  nothing_to_do: ["Sem ação possível", "No action possible", "Sin acción posible"],
  success_ignored: ["Sucessos, ignorados", "Successes, ignored", "Éxitos, ignorados"],

  "include.one": [
    "Incluir o registro que aguarda correção",
    "Include the record that waits for a correction",
    "Incluir el registro que espera corrección",
  ],
  "include.other": [
    "Incluir os {count} que aguardam correção",
    "Include the {count} that wait for a correction",
    "Incluir los {count} que esperan corrección",
  ],
  include_more: [
    "A causa deles não muda sozinha: inclua depois de corrigir.",
    "Their cause does not change by itself: include them once it is corrected.",
    "Su causa no cambia sola: inclúyalos después de corregir.",
  ],
  sample: ["Começar por uma amostra de 20", "Begin with a sample of 20", "Comenzar con una muestra de 20"],
  sample_more: [
    "Se quase todos voltarem com a mesma causa, a operação para e avisa.",
    "If nearly all come back with the same cause, the operation stops and says so.",
    "Si casi todos vuelven con la misma causa, la operación se detiene y avisa.",
  ],
  remove_more: [
    "Remover logs não corrige o estoque, e o que está em andamento continua.",
    "Removing logs corrects no stock, and what is on its way goes on.",
    "Eliminar logs no corrige el stock, y lo que está en curso continúa.",
  ],

  "reprocess.go": ["Reprocessar", "Reprocess", "Reprocesar"],
  "remove.go": ["Remover", "Remove", "Eliminar"],
  "restore.go": ["Restaurar", "Restore", "Restaurar"],
  "reprocess.go.one": ["Reprocessar {count} registro", "Reprocess {count} record", "Reprocesar {count} registro"],
  "reprocess.go.other": ["Reprocessar {count} registros", "Reprocess {count} records", "Reprocesar {count} registros"],
  "remove.go.one": ["Remover {count} log", "Remove {count} log", "Eliminar {count} log"],
  "remove.go.other": ["Remover {count} logs", "Remove {count} logs", "Eliminar {count} logs"],
  "restore.go.one": ["Restaurar {count} log", "Restore {count} log", "Restaurar {count} log"],
  "restore.go.other": ["Restaurar {count} logs", "Restore {count} logs", "Restaurar {count} logs"],
  "reprocess.go_more": [
    "Reprocessar mais de {count} registros",
    "Reprocess more than {count} records",
    "Reprocesar más de {count} registros",
  ],
  "remove.go_more": ["Remover mais de {count} logs", "Remove more than {count} logs", "Eliminar más de {count} logs"],
  "restore.go_more": [
    "Restaurar mais de {count} logs",
    "Restore more than {count} logs",
    "Restaurar más de {count} logs",
  ],
  cancel: ["Agora não", "Not now", "Ahora no"],
  "reprocess.none": ["Nenhum registro para reprocessar", "No record to reprocess", "Ningún registro para reprocesar"],
  "remove.none": ["Nenhum log para remover", "No log to remove", "Ningún log para eliminar"],
  "restore.none": ["Nenhum log para restaurar", "No log to restore", "Ningún log para restaurar"],

  "reprocess.started": [
    "Os registros entraram na fila de reprocessamento",
    "The records are in the queue to be reprocessed",
    "Los registros entraron en la fila de reproceso",
  ],
  "reprocess.started.one": [
    "{count} registro entrou na fila de reprocessamento",
    "{count} record is in the queue to be reprocessed",
    "{count} registro entró en la fila de reproceso",
  ],
  "reprocess.started.other": [
    "{count} registros entraram na fila de reprocessamento",
    "{count} records are in the queue to be reprocessed",
    "{count} registros entraron en la fila de reproceso",
  ],
  "remove.started.one": [
    "{count} log está sendo removido",
    "{count} log is being removed",
    "{count} log se está eliminando",
  ],
  "remove.started.other": [
    "{count} logs estão sendo removidos",
    "{count} logs are being removed",
    "{count} logs se están eliminando",
  ],
  "restore.started.one": ["{count} log está voltando", "{count} log is coming back", "{count} log está volviendo"],
  "restore.started.other": [
    "{count} logs estão voltando",
    "{count} logs are coming back",
    "{count} logs están volviendo",
  ],
  "remove.started": ["Os logs estão sendo removidos", "The logs are being removed", "Los logs se están eliminando"],
  "restore.started": ["Os logs estão voltando", "The logs are coming back", "Los logs están volviendo"],
  "reprocess.failed": [
    "Não foi possível colocar na fila",
    "They could not be queued",
    "No fue posible ponerlos en la fila",
  ],
  "remove.failed": [
    "Não foi possível remover os logs",
    "The logs could not be removed",
    "No fue posible eliminar los logs",
  ],
  "restore.failed": [
    "Não foi possível restaurar os logs",
    "The logs could not be restored",
    "No fue posible restaurar los logs",
  ],
} as const;
