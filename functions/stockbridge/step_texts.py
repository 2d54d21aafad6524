"""What is told of each step of a change's way, by the codes and states of explaining_steps.py.

Each in the order of texts.LANGUAGES. {cause} is a cause's own title, {why} the rule's reason.
"""

from __future__ import annotations

from stockbridge.record_texts import POLICY


def _with_quantity(texts: tuple[str, str, str]) -> tuple[str, str, str]:
    pt, en, es = (f"{text}: {{quantity}}" for text in texts)
    return pt, en, es


STEPS = {
    "step.heard.done": ("A VTEX avisou da mudança", "VTEX told of the change", "VTEX avisó del cambio"),
    "step.heard.stopped": (
        "A VTEX nunca avisou deste SKU neste canal",
        "VTEX never told of this SKU in this channel",
        "VTEX nunca avisó de este SKU en este canal",
    ),
    "step.heard.skipped": (
        "Ninguém avisou: a mudança apareceu quando o saldo foi lido",
        "Nobody told: the change appeared when the balance was read",
        "Nadie avisó: el cambio apareció cuando se leyó el saldo",
    ),
    "step.heard.unknown": (
        "Não está guardado quando a VTEX avisou",
        "It is not kept when VTEX told of it",
        "No está guardado cuándo avisó VTEX",
    ),
    "step.asked.done": ("Um operador pediu o envio", "An operator asked for it", "Un operador pidió el envío"),
    "step.read.done": (
        "Saldo lido na VTEX: {balance}",
        "Balance read at VTEX: {balance}",
        "Saldo leído en VTEX: {balance}",
    ),
    "step.read.waiting": (
        "O saldo vai ser lido na VTEX",
        "The balance is to be read at VTEX",
        "El saldo se va a leer en VTEX",
    ),
    "step.read.stopped": (
        "A leitura do saldo falhou muitas vezes e parou",
        "Reading the balance failed many times and was stopped",
        "La lectura del saldo falló muchas veces y se detuvo",
    ),
    "step.read.unknown": ("O saldo ainda não foi lido", "The balance was not read yet", "El saldo aún no se leyó"),
    "step.unread.waiting": (
        "O saldo não pôde ser lido ({tries} vezes): {cause}",
        "The balance could not be read ({tries} times): {cause}",
        "El saldo no pudo leerse ({tries} veces): {cause}",
    ),
    "step.active.done": ("SKU ativo na VTEX", "The SKU is active at VTEX", "SKU activo en VTEX"),
    "step.active.stopped": (
        "SKU inativo na VTEX, ou retirado deste afiliado",
        "The SKU is inactive at VTEX, or taken from this affiliate",
        "SKU inactivo en VTEX, o retirado de este afiliado",
    ),
    "step.active.unknown": (
        "A VTEX não disse se o SKU está ativo",
        "VTEX did not say whether the SKU is active",
        "VTEX no dijo si el SKU está activo",
    ),
    "step.rule.done": (
        "A regra exporta: De {de}, Por {por}. {why}",
        "The rule exports: from {de} to {por}. {why}",
        "La regla exporta: De {de}, Por {por}. {why}",
    ),
    "step.rule_first.done": (
        "A regra exporta: Por {por}. {why}",
        "The rule exports: {por}. {why}",
        "La regla exporta: Por {por}. {why}",
    ),
    "step.rule.stopped": (
        "A regra não exporta: De {de}, Por {por}, os dois acima de {threshold}",
        "The rule does not export: from {de} to {por}, both above {threshold}",
        "La regla no exporta: De {de}, Por {por}, ambos por encima de {threshold}",
    ),
    "step.rule.waiting": (
        "A regra decide depois da leitura",
        "The rule decides after the read",
        "La regla decide después de la lectura",
    ),
    "step.rule.unknown": (
        "A regra ainda não teve o que exportar",
        "The rule has had nothing to export yet",
        "La regla aún no tuvo qué exportar",
    ),
    "step.policy.done": (
        "A política do canal faz {quantity} do saldo {balance}",
        "The channel's policy makes {quantity} of the balance {balance}",
        "La política del canal hace {quantity} del saldo {balance}",
    ),
    "step.policy.skipped": (
        "A política do canal não muda o saldo",
        "The channel's policy does not change the balance",
        "La política del canal no cambia el saldo",
    ),
    **{
        f"step.policy_{key.removeprefix('policy.')}.done": _with_quantity(texts)
        for key, texts in POLICY.items()
        if key != "policy.balance"
    },
    "step.listing.done": (
        "Vínculo com o anúncio: {ids}",
        "The listing is mapped: {ids}",
        "Vínculo con el anuncio: {ids}",
    ),
    "step.listing.stopped": (
        "Falta o vínculo do SKU com o anúncio",
        "The SKU is not mapped to a listing",
        "Falta el vínculo del SKU con el anuncio",
    ),
    "step.listing.skipped": (
        "O canal usa o próprio código do SKU",
        "The channel uses the SKU's own id",
        "El canal usa el propio código del SKU",
    ),
    "step.listing.unknown": (
        "O SKU não tem vínculo guardado neste canal",
        "The SKU has no listing in the channel's map",
        "El SKU no tiene vínculo guardado en este canal",
    ),
    "step.channel.done": ("Envio do canal ligado", "The channel sends", "Envío del canal encendido"),
    "step.channel.stopped": (
        "Envio do canal desligado",
        "The channel is switched off",
        "Envío del canal apagado",
    ),
    "step.gate.done": ("O canal pode enviar agora", "The channel may send now", "El canal puede enviar ahora"),
    "step.gate.waiting": (
        "O marketplace pediu uma pausa",
        "The marketplace asked for a pause",
        "El marketplace pidió una pausa",
    ),
    "step.gate.stopped": (
        "O canal está parado: {cause}. Próxima tentativa em {until}",
        "The channel is stopped: {cause}. The next try is at {until}",
        "El canal está detenido: {cause}. Próximo intento en {until}",
    ),
    "step.newer.waiting": (
        "Uma mudança mais recente ({wanted}) espera o fim da anterior",
        "A newer change ({wanted}) waits for the end of the one before",
        "Un cambio más reciente ({wanted}) espera el fin del anterior",
    ),
    "step.queue.done": ("Entrou na fila de envio", "It was queued", "Entró en la cola de envío"),
    "step.queue.waiting": ("Na fila de envio", "In the queue", "En la cola de envío"),
    "step.queue.skipped": ("Nada entrou na fila", "Nothing was queued", "Nada entró en la cola"),
    "step.queue.unknown": (
        "Não está guardado quando entrou na fila",
        "It is not kept when it was queued",
        "No está guardado cuándo entró en la cola",
    ),
    "step.attempt_applied.done": (
        "O marketplace aplicou {quantity}",
        "The marketplace applied {quantity}",
        "El marketplace aplicó {quantity}",
    ),
    "step.attempt_confirmed.done": (
        "O marketplace confirmou {quantity}",
        "The marketplace confirmed {quantity}",
        "El marketplace confirmó {quantity}",
    ),
    "step.attempt_nothing_to_send.done": (
        "Nada a enviar: o marketplace já mostrava {quantity}",
        "Nothing to send: the marketplace showed {quantity} already",
        "Nada que enviar: el marketplace ya mostraba {quantity}",
    ),
    "step.attempt_accepted.done": (
        "O marketplace aceitou {quantity}, sem dizer que já mostra",
        "The marketplace accepted {quantity}, without saying that it shows it",
        "El marketplace aceptó {quantity}, sin decir que ya lo muestra",
    ),
    "step.attempt_refused.stopped": (
        "O marketplace recusou {quantity}",
        "The marketplace refused {quantity}",
        "El marketplace rechazó {quantity}",
    ),
    "step.attempt_throttled.waiting": (
        "O marketplace pediu tempo antes de receber {quantity}",
        "The marketplace asked for time before it takes {quantity}",
        "El marketplace pidió tiempo antes de recibir {quantity}",
    ),
    "step.attempt_unauthorized.waiting": (
        "O marketplace recusou as credenciais ao receber {quantity}",
        "The marketplace refused the credentials when it was sent {quantity}",
        "El marketplace rechazó las credenciales al recibir {quantity}",
    ),
    "step.attempt_busy.waiting": (
        "O anúncio estava ocupado ao receber {quantity}",
        "The listing was busy when it was sent {quantity}",
        "El anuncio estaba ocupado al recibir {quantity}",
    ),
    "step.attempt_unknown.unknown": (
        "O marketplace não respondeu ao envio de {quantity}: pode ter aplicado ou não",
        "The marketplace did not answer to {quantity}: it may have applied it or not",
        "El marketplace no respondió al envío de {quantity}: puede haberlo aplicado o no",
    ),
    "step.sending.waiting": ("Enviando {quantity}", "Sending {quantity}", "Enviando {quantity}"),
    "step.check.waiting": (
        "Vamos perguntar ao marketplace se já mostra {quantity}",
        "We are going to ask the marketplace whether it shows {quantity}",
        "Vamos a preguntar al marketplace si ya muestra {quantity}",
    ),
    "step.retry.waiting": ("Nova tentativa", "Another try", "Nuevo intento"),
    "step.settle.waiting": (
        "O envio vai ser repetido: um anterior, sem resposta, ainda podia chegar depois",
        "It is sent once more: an earlier one without an answer could still arrive after it",
        "El envío se va a repetir: uno anterior, sin respuesta, aún podía llegar después",
    ),
    "step.error.stopped": ("Terminou em erro: {cause}", "It ended in an error: {cause}", "Terminó en error: {cause}"),
    "step.shown.done": (
        "O marketplace mostra {shown}",
        "The marketplace shows {shown}",
        "El marketplace muestra {shown}",
    ),
    "step.shown.skipped": (
        "O marketplace continua mostrando {shown}",
        "The marketplace goes on showing {shown}",
        "El marketplace sigue mostrando {shown}",
    ),
    "step.shown.unknown": (
        "Não se sabe o que o marketplace mostra",
        "It is not known what the marketplace shows",
        "No se sabe qué muestra el marketplace",
    ),
    "step.read_again.done": (
        "Saldo lido mais uma vez na VTEX: {balance}",
        "Balance read once more at VTEX: {balance}",
        "Saldo leído una vez más en VTEX: {balance}",
    ),
    "step.removed.skipped": (
        "O registro foi removido das listas. Isso não muda o estoque",
        "The row was removed from the lists. That does not change the stock",
        "El registro fue retirado de las listas. Eso no cambia el stock",
    ),
}
