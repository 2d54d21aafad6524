"""Why a marketplace shows what it shows, in a sentence or some, by the codes of explaining.py.

Each in the order of texts.LANGUAGES. {cause} and {hint} are a cause's own texts.
"""

from __future__ import annotations

_FOR_NOW = (" {for_now}.", " {for_now}.", " {for_now}.")
_LAST = (" {last}.", " {last}.", " {last}.")
_AGAIN = (
    " Tentamos de novo sozinhos em {until}.",
    " We try again by ourselves at {until}.",
    " Intentamos de nuevo solos en {until}.",
)


def _followed(texts: tuple[str, str, str], *more: tuple[str, str, str]) -> tuple[str, str, str]:
    pt, en, es = ("".join(parts) for parts in zip(texts, *more, strict=True))
    return pt, en, es


WORDS = {
    "explain.for_now": (
        "Por enquanto o marketplace mostra {shown}",
        "For now the marketplace shows {shown}",
        "Por ahora el marketplace muestra {shown}",
    ),
    "explain.for_now_unknown": (
        "Por enquanto, não se sabe o que o marketplace mostra",
        "For now it is not known what the marketplace shows",
        "Por ahora no se sabe qué muestra el marketplace",
    ),
    "explain.last": (
        "O último confirmado é {shown}",
        "The last confirmed is {shown}",
        "Lo último confirmado es {shown}",
    ),
    "explain.last_unknown": (
        "Antes disso, nada foi confirmado",
        "Nothing was confirmed before that",
        "Antes de eso, nada se confirmó",
    ),
    "explain.no_quantity": ("uma quantidade desconhecida", "an unknown quantity", "una cantidad desconocida"),
    "explain.no_time": ("um momento desconhecido", "an unknown time", "un momento desconocido"),
    "explain.took": ("A mudança levou {took_ms}", "The change took {took_ms}", "El cambio tardó {took_ms}"),
    "explain.took_unknown": (
        "Não se sabe quanto a mudança levou",
        "It is not known how long the change took",
        "No se sabe cuánto tardó el cambio",
    ),
}

CONCLUSIONS = {
    "conclusion.never_heard": (
        (
            "Nunca soubemos deste SKU neste canal: a VTEX não avisou de nenhuma mudança, e nada foi enviado. Se ele é "
            "vendido neste afiliado, confira o Endpoint de busca do afiliado na VTEX e peça a reindexação."
        ),
        (
            "We never heard of this SKU in this channel: VTEX told of no change, and nothing was sent. If it is sold "
            "at this affiliate, check the affiliate's Search endpoint in VTEX and have it reindexed."
        ),
        (
            "Nunca supimos de este SKU en este canal: VTEX no avisó de ningún cambio, y nada se envió. Si se vende "
            "en este afiliado, revise su Endpoint de búsqueda en VTEX y pida la reindexación."
        ),
    ),
    "conclusion.looking": _followed(
        (
            "O saldo vai ser lido na VTEX antes de qualquer decisão.",
            "The balance is to be read at VTEX before anything is decided.",
            "El saldo se va a leer en VTEX antes de cualquier decisión.",
        ),
        _FOR_NOW,
    ),
    "conclusion.asked": _followed(
        (
            "Um operador pediu o reprocessamento, e o saldo vai ser lido na VTEX.",
            "An operator asked for a reprocess, and the balance is to be read at VTEX.",
            "Un operador pidió el reprocesamiento, y el saldo se va a leer en VTEX.",
        ),
        _FOR_NOW,
    ),
    "conclusion.unread": _followed(
        (
            "Sabemos da mudança, mas não conseguimos ler o saldo: {cause}. {hint}. Lemos de novo em {until}.",
            "We know of the change, but cannot read the balance: {cause}. {hint}. We read again at {until}.",
            "Sabemos del cambio, pero no logramos leer el saldo: {cause}. {hint}. Leemos de nuevo en {until}.",
        ),
        _FOR_NOW,
    ),
    "conclusion.sending": _followed(
        ("Enviando {wanted} neste momento.", "Sending {wanted} at this moment.", "Enviando {wanted} en este momento."),
        _FOR_NOW,
    ),
    "conclusion.accepted": _followed(
        (
            "O marketplace aceitou {quantity} em {since} e ainda não confirmou que mostra.",
            "The marketplace accepted {quantity} at {since} and did not confirm yet that it shows it.",
            "El marketplace aceptó {quantity} en {since} y aún no confirmó que lo muestra.",
        ),
        _LAST,
    ),
    "conclusion.newer_open": (
        (
            "O envio anterior ({quantity}, em {since}) já foi ao marketplace; uma mudança mais recente, para "
            "{wanted}, espera sua vez. {last}."
        ),
        (
            "What went to the marketplace before ({quantity}, at {since}) is not the last word: a newer change, "
            "to {wanted}, waits for its turn. {last}."
        ),
        (
            "El envío anterior ({quantity}, en {since}) ya fue al marketplace; un cambio más reciente, a "
            "{wanted}, espera su turno. {last}."
        ),
    ),
    "conclusion.switched_off": _followed(
        (
            "O envio do canal está desligado: a quantidade {wanted} espera até ligar.",
            "The channel is switched off: {wanted} waits until it is on.",
            "El envío del canal está apagado: la cantidad {wanted} espera hasta encenderlo.",
        ),
        _FOR_NOW,
    ),
    "conclusion.incident": _followed(
        (
            (
                "O canal inteiro está parado desde {since}: {cause}. {hint}. O envio de {wanted} espera; nova "
                "tentativa em {until}."
            ),
            (
                "The whole channel is stopped since {since}: {cause}. {hint}. {wanted} waits to be sent; the next try "
                "is at {until}."
            ),
            (
                "Todo el canal está detenido desde {since}: {cause}. {hint}. El envío de {wanted} espera; nuevo "
                "intento en {until}."
            ),
        ),
        _FOR_NOW,
    ),
    "conclusion.gate_closed": _followed(
        (
            "O marketplace pediu uma pausa até {until}, e o envio de {wanted} espera o fim dela.",
            "The marketplace asked for a pause until {until}, and {wanted} waits for its end.",
            "El marketplace pidió una pausa hasta {until}, y el envío de {wanted} espera su fin.",
        ),
        _FOR_NOW,
    ),
    "conclusion.settling": (
        (
            "O marketplace confirmou {shown}. Um envio anterior ficou sem resposta e ainda podia chegar, então "
            "{wanted} vai ser enviado mais uma vez."
        ),
        (
            "The marketplace confirmed {shown}. An earlier send had no answer and could still arrive, so {wanted}"
            " is sent once more."
        ),
        (
            "El marketplace confirmó {shown}. Un envío anterior quedó sin respuesta y aún podía llegar, así que "
            "{wanted} se envía una vez más."
        ),
    ),
    "conclusion.error_retrying": _followed(
        (
            "O envio de {wanted} terminou em erro: {cause}. {hint}.",
            "Sending {wanted} ended in an error: {cause}. {hint}.",
            "El envío de {wanted} terminó en error: {cause}. {hint}.",
        ),
        _AGAIN,
        _FOR_NOW,
    ),
    "conclusion.retrying": _followed(
        (
            "A quantidade {wanted} ainda não chegou ao marketplace: {cause}. {hint}.",
            "{wanted} has not reached the marketplace yet: {cause}. {hint}.",
            "La cantidad {wanted} aún no llegó al marketplace: {cause}. {hint}.",
        ),
        _AGAIN,
        _FOR_NOW,
    ),
    "conclusion.queued": _followed(
        (
            "A quantidade {wanted} está na fila para ser enviada.",
            "{wanted} is in the queue to be sent.",
            "La cantidad {wanted} está en la cola para ser enviada.",
        ),
        _FOR_NOW,
    ),
    "conclusion.error_fix_first": _followed(
        (
            "O envio de {wanted} terminou em erro: {cause}. {hint}. Não tentamos de novo antes disso.",
            "Sending {wanted} ended in an error: {cause}. {hint}. We do not try again before that.",
            "El envío de {wanted} terminó en error: {cause}. {hint}. No intentamos de nuevo antes de eso.",
        ),
        _FOR_NOW,
    ),
    "conclusion.error_no_cure": (
        "O envio de {wanted} não é possível: {cause}. {hint}. {last}.",
        "Sending {wanted} is not possible: {cause}. {hint}. {last}.",
        "El envío de {wanted} no es posible: {cause}. {hint}. {last}.",
    ),
    "conclusion.error_gave_up": _followed(
        (
            "O envio de {wanted} falhou até as tentativas acabarem: {cause}. Reprocesse para tentar de novo.",
            "Sending {wanted} failed until no tries were left: {cause}. Reprocess it to try again.",
            "El envío de {wanted} falló hasta agotar los intentos: {cause}. Reprocese para intentar de nuevo.",
        ),
        _FOR_NOW,
    ),
    "conclusion.held": (
        (
            "A última mudança não foi exportada: o saldo foi de {de} para {por}, e os dois passam de {threshold}."
            " Por isso o marketplace continua mostrando {shown}, desde {since}."
        ),
        (
            "The last change was not exported: the balance went from {de} to {por}, and both are above "
            "{threshold}. So the marketplace goes on showing {shown}, since {since}."
        ),
        (
            "El último cambio no se exportó: el saldo pasó de {de} a {por}, y ambos superan {threshold}. Por eso "
            "el marketplace sigue mostrando {shown}, desde {since}."
        ),
    ),
    "conclusion.held_same": (
        (
            "A última mudança não foi exportada ({de} para {por}, os dois acima de {threshold}), e não fez falta:"
            " o marketplace já mostra {shown}, desde {since}."
        ),
        (
            "The last change was not exported ({de} to {por}, both above {threshold}), and it was not missed: the"
            " marketplace shows {shown} already, since {since}."
        ),
        (
            "El último cambio no se exportó ({de} a {por}, ambos por encima de {threshold}), y no hizo falta: el "
            "marketplace ya muestra {shown}, desde {since}."
        ),
    ),
    "conclusion.inactive": (
        "O marketplace mostra {shown} desde {since}, porque o SKU está inativo na VTEX ou fora deste afiliado.",
        "The marketplace shows {shown} since {since}, because the SKU is inactive at VTEX or not of this affiliate.",
        "El marketplace muestra {shown} desde {since}, porque el SKU está inactivo en VTEX o fuera de este afiliado.",
    ),
    "conclusion.accepted_blind": (
        "O marketplace aceitou {quantity} em {since}. A ele não se pode perguntar se já mostra.",
        "The marketplace accepted {quantity} at {since}. It cannot be asked whether it shows it.",
        "El marketplace aceptó {quantity} en {since}. No se le puede preguntar si ya lo muestra.",
    ),
    "conclusion.unknown": (
        "Nada está em andamento, e não se sabe o que o marketplace mostra.",
        "Nothing is going on, and it is not known what the marketplace shows.",
        "Nada está en curso, y no se sabe qué muestra el marketplace.",
    ),
    "conclusion.clamped": (
        "O marketplace mostra {shown} desde {since}: foi o que ele aceitou dos {wanted} enviados.",
        "The marketplace shows {shown} since {since}: that is what it took of the {wanted} that were sent.",
        "El marketplace muestra {shown} desde {since}: es lo que aceptó de los {wanted} enviados.",
    ),
    "conclusion.already_shown": (
        "Não foi preciso enviar nada: o marketplace já mostrava {shown}, desde {since}.",
        "Nothing had to be sent: the marketplace showed {shown} already, since {since}.",
        "No hizo falta enviar nada: el marketplace ya mostraba {shown}, desde {since}.",
    ),
    "conclusion.applied_policy": (
        "O marketplace mostra {shown} desde {since}: é o que a política do canal fez do saldo {balance}. {took}.",
        (
            "The marketplace shows {shown} since {since}: that is what the channel's policy made of the balance "
            "{balance}. {took}."
        ),
        (
            "El marketplace muestra {shown} desde {since}: es lo que la política del canal hizo del saldo "
            "{balance}. {took}."
        ),
    ),
    "conclusion.applied": (
        "O marketplace mostra {shown}, o saldo da VTEX, desde {since}. {took}.",
        "The marketplace shows {shown}, VTEX's balance, since {since}. {took}.",
        "El marketplace muestra {shown}, el saldo de VTEX, desde {since}. {took}.",
    ),
}
