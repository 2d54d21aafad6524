"""What is told of a record: its situation, what came of it and why. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

SITUATIONS = {
    "situation.waiting": ("Aguardando processamento", "Waiting to be processed", "Esperando procesamiento"),
    "situation.sending": ("Enviando ao marketplace", "Sending to the marketplace", "Enviando al marketplace"),
    "situation.accepted": (
        "Aceito pelo marketplace, falta confirmar",
        "Accepted by the marketplace, to be confirmed",
        "Aceptado por el marketplace, falta confirmar",
    ),
    "situation.retrying": ("Nova tentativa agendada", "Another try is scheduled", "Nuevo intento programado"),
    "situation.waiting_vtex": ("Aguardando a VTEX", "Waiting for VTEX", "Esperando a VTEX"),
    "situation.reprocessing": ("Reprocessando", "Reprocessing", "Reprocesando"),
    "situation.paused": ("Pausado até o canal voltar", "Paused until the channel is back", "En pausa hasta que vuelva"),
    "situation.switched_off": ("Canal desligado", "The channel is switched off", "Canal apagado"),
    "situation.confirming": ("Confirmando o envio", "Confirming what was sent", "Confirmando el envío"),
    "situation.held": (
        "Não exportado: regra das 5 unidades",
        "Not exported: the 5-unit rule",
        "No exportado: regla de las 5 unidades",
    ),
    "situation.needs_fix": ("Aguarda correção", "Waits for a correction", "Espera corrección"),
    "situation.no_cure": ("Sem ação possível", "No action possible", "Sin acción posible"),
    "situation.failed": ("Tentativas esgotadas", "No more tries", "Intentos agotados"),
    "situation.done": ("Concluído", "Done", "Concluido"),
}

DETAILS = {
    "detail.applied": (
        "Quantidade de Estoque atualizada: {quantity}",
        "Stock quantity updated: {quantity}",
        "Cantidad de Stock actualizada: {quantity}",
    ),
    "detail.accepted": (
        "Aceito pelo marketplace: {quantity}. Ainda não conferido",
        "Accepted by the marketplace: {quantity}. Not verified yet",
        "Aceptado por el marketplace: {quantity}. Aún no verificado",
    ),
    "detail.nothing_to_send": (
        "Nada a enviar. O marketplace já mostra {quantity}",
        "Nothing to send. The marketplace shows {quantity} already",
        "Nada que enviar. El marketplace ya muestra {quantity}",
    ),
    "held.above_threshold": (
        (
            "Não exportado: o saldo foi de {de} para {por} e os dois passam de {threshold}. "
            "A regra exporta mudanças só de estoque quando um deles é de até {threshold} unidades."
        ),
        (
            "Not exported: the balance went from {de} to {por} and both are above {threshold}. "
            "The rule exports changes of the stock alone when one of them is {threshold} units or fewer."
        ),
        (
            "No exportado: el saldo pasó de {de} a {por} y ambos superan {threshold}. "
            "La regla exporta cambios solo de stock cuando uno de ellos es de hasta {threshold} unidades."
        ),
    ),
    "why.forced": (
        "Pedido por um operador",
        "An operator asked for it",
        "Pedido por un operador",
    ),
    "why.first": (
        "Primeira vez que o SKU foi visto",
        "The SKU was seen for the first time",
        "Primera vez que se vio el SKU",
    ),
    "why.diverged": (
        "O marketplace mostrava outra quantidade, ou o SKU mudou de anúncio",
        "The marketplace showed another quantity, or the SKU has another listing",
        "El marketplace mostraba otra cantidad, o el SKU cambió de anuncio",
    ),
    "why.policy": (
        "O mesmo saldo, mas outra quantidade pela política do canal",
        "The same balance, but another quantity by the channel's policy",
        "El mismo saldo, pero otra cantidad por la política del canal",
    ),
    "why.not_only_stock": (
        "A VTEX avisou de mais do que o estoque",
        "VTEX told of more than the stock",
        "VTEX avisó de más que el stock",
    ),
    "why.at_threshold": (
        "O saldo anterior ou o atual está no limite da regra",
        "The balance before or after is within the rule's limit",
        "El saldo anterior o el actual está en el límite de la regla",
    ),
    "why.unresolved": (
        "Uma mudança anterior ainda não chegou ao marketplace",
        "An earlier change has not reached the marketplace yet",
        "Un cambio anterior aún no llegó al marketplace",
    ),
    "why.failed": (
        "A mudança anterior terminou em erro",
        "The change before ended in an error",
        "El cambio anterior terminó en error",
    ),
    "why.shown_low": (
        "O marketplace mostra poucas unidades, ou não se sabe o que mostra",
        "The marketplace shows few units, or nobody knows what it shows",
        "El marketplace muestra pocas unidades, o no se sabe qué muestra",
    ),
    "why.wanted_low": (
        "A política do canal deixa poucas unidades",
        "The channel's policy leaves few units",
        "La política del canal deja pocas unidades",
    ),
}

FOUND = {
    "found.missed": (
        "A VTEX mudou e não avisou",
        "VTEX changed and did not notify it",
        "VTEX cambió y no avisó",
    ),
    "found.compared": (
        "Encontrado ao comparar a VTEX com o marketplace",
        "Found when VTEX and the marketplace were compared",
        "Encontrado al comparar VTEX con el marketplace",
    ),
}

# The steps of policy.py; {setting} is the channel's own.
POLICY = {
    "policy.balance": ("Saldo na VTEX", "Balance at VTEX", "Saldo en VTEX"),
    "policy.unlimited": (
        "Estoque ilimitado mostra {setting}",
        "Unlimited stock shows {setting}",
        "El stock ilimitado muestra {setting}",
    ),
    "policy.safety": (
        "Menos a reserva de {setting}",
        "Minus the reserve of {setting}",
        "Menos la reserva de {setting}",
    ),
    "policy.percent": ("{setting} % do restante", "{setting} % of the rest", "{setting} % del resto"),
    "policy.minimum": (
        "Abaixo do mínimo de {setting} não mostra nada",
        "Below the minimum of {setting} nothing is shown",
        "Por debajo del mínimo de {setting} no muestra nada",
    ),
    "policy.cap": ("No máximo {setting}", "At most {setting}", "Como máximo {setting}"),
}
