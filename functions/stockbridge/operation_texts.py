"""What is told of bulk operations. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

OPERATIONS = {
    "operation.running": ("Em andamento", "Under way", "En curso"),
    "operation.paused": ("Pausada", "Paused", "En pausa"),
    "operation.stopped": ("Parou", "Stopped", "Se detuvo"),
    "operation.cancelled": ("Cancelada", "Cancelled", "Cancelada"),
    "operation.done": ("Terminou", "Finished", "Terminó"),
    "operation.failed": ("Interrompida", "Broken off", "Interrumpida"),
    "operation.same_cause": (
        "Paramos após a amostra: {same} de {answered} voltaram com a mesma causa ({cause}). Corrija e continue.",
        "We stopped after the sample: {same} of {answered} came back with the same cause ({cause}). Fix it and go on.",
        "Nos detuvimos tras la muestra: {same} de {answered} volvieron con la misma causa ({cause}). Corrija y siga.",
    ),
    "operation.pages_vanish": (
        "O processamento foi interrompido repetidas vezes. O que foi feito vale; o restante não foi tocado.",
        "The processing was cut off again and again. What was done counts; the rest was not touched.",
        "El procesamiento se interrumpió repetidas veces. Lo hecho vale; el resto no se tocó.",
    ),
    "operation.told.success": ("{count} sucesso", "{count} success", "{count} éxito"),
    "operation.told.nothing_to_send": ("{count} nada a enviar", "{count} nothing to send", "{count} nada que enviar"),
    "operation.told.failed": ("{count} erro de novo", "{count} error again", "{count} error de nuevo"),
    "operation.told.superseded": ("{count} superados", "{count} superseded", "{count} reemplazados"),
    "operation.told.superseded.one": ("1 superado", "1 superseded", "1 reemplazado"),
    "operation.told.waiting": ("{count} aguardando", "{count} waiting", "{count} esperando"),
    "operation.told.removed": ("{count} logs removidos", "{count} logs removed", "{count} logs eliminados"),
    "operation.told.removed.one": ("1 log removido", "1 log removed", "1 log eliminado"),
    "operation.told.restored": ("{count} logs restaurados", "{count} logs restored", "{count} logs restaurados"),
    "operation.told.restored.one": ("1 log restaurado", "1 log restored", "1 log restaurado"),
    "operation.told.none": ("nenhum registro", "no record", "ningún registro"),
    "operation.estimate": (
        "Cerca de {minutes} min no limite de {channels}",
        "About {minutes} min at the limit of {channels}",
        "Cerca de {minutes} min en el límite de {channels}",
    ),
    "operation_not_found": (
        "Não há operação com esse número nesta conta.",
        "There is no operation of that number in this account.",
        "No hay operación con ese número en esta cuenta.",
    ),
    "job_does_not_run": (
        "A operação não está em andamento.",
        "The operation is not under way.",
        "La operación no está en curso.",
    ),
    "job_is_over": ("A operação já acabou.", "The operation is over.", "La operación ya terminó."),
    "operation_not_undoable": (
        "Só uma remoção de logs que já acabou pode ser desfeita.",
        "Only a removal of logs that is over can be undone.",
        "Solo se puede deshacer una eliminación de logs ya terminada.",
    ),
    "operation_key_reused": (
        "Essa Idempotency-Key já iniciou outra operação.",
        "This Idempotency-Key started another operation already.",
        "Esa Idempotency-Key ya inició otra operación.",
    ),
    "cause_needs_affiliates": (
        "Uma causa é de um marketplace: informe affiliates.",
        "A cause belongs to a marketplace: name affiliates.",
        "Una causa es de un marketplace: informe affiliates.",
    ),
    "not_with_records": (
        "Não se combina com records: são exatamente os registros informados.",
        "It does not go with records: those are exactly the records that are named.",
        "No se combina con records: son exactamente los registros indicados.",
    ),
    "status_not_of_action": (
        "Esta ação não se aplica a registros com esse status.",
        "The action does not apply to records of that status.",
        "La acción no se aplica a registros con ese estado.",
    ),
    "time_ahead": (
        "O momento ainda não chegou.",
        "The time has not come yet.",
        "El momento aún no llegó.",
    ),
}
