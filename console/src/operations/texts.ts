/** What the list of operations and the page of one of them say. */
export const texts = {
  screen: ["Operações", "Operations", "Operaciones"],

  running: ["Em andamento", "Under way", "En curso"],
  paused: ["Pausada", "Paused", "En pausa"],
  stopped: ["Parou", "Stopped", "Se detuvo"],
  cancelled: ["Cancelada", "Cancelled", "Cancelada"],
  done: ["Terminou", "Finished", "Terminó"],
  failed: ["Interrompida", "Broken off", "Interrumpida"],

  reprocess: ["Reprocessar", "Reprocess", "Reprocesar"],
  remove: ["Remover logs", "Remove logs", "Eliminar logs"],
  restore: ["Restaurar logs", "Restore logs", "Restaurar logs"],

  of_removed: [
    "o que a operação nº {name} removeu",
    "what operation no. {name} removed",
    "lo que la operación n.º {name} eliminó",
  ],
  all_marketplaces: ["todos os marketplaces", "all marketplaces", "todos los marketplaces"],
  success_only: ["só Sucesso", "only Success", "solo Éxito"],
  error_only: ["só Erro", "only Error", "solo Error"],
  pending_only: ["só aguardando processamento", "only those waiting", "solo los que esperan"],
  removed_only: ["só removidos", "only removed ones", "solo eliminados"],
  "skus.one": ["{count} SKU escolhido", "{count} SKU named", "{count} SKU elegido"],
  "skus.other": ["{count} SKUs escolhidos", "{count} SKUs named", "{count} SKU elegidos"],
  "records.one": ["{count} registro escolhido", "{count} record named", "{count} registro elegido"],
  "records.other": ["{count} registros escolhidos", "{count} records named", "{count} registros elegidos"],
  since: ["desde {time}", "since {time}", "desde {time}"],
  with_fix_first: [
    "com os que aguardam correção",
    "with those that wait for a correction",
    "con los que esperan corrección",
  ],
} as const;
