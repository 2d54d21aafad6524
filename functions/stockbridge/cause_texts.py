"""What is told of causes besides their own titles. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

CAUSE_REASONS = {
    "cause_not_found": (
        "Não existe causa com este código.",
        "There is no cause with this code.",
        "No existe una causa con este código.",
    ),
    "cause_code_format": (
        "O código começa com own. e tem letras minúsculas, números e hífens, por exemplo own.sem-foto.",
        "The code begins with own. and has lower-case letters, digits and hyphens, such as own.no-picture.",
        "El código empieza con own. y tiene letras minúsculas, números y guiones, por ejemplo own.sin-foto.",
    ),
    "not_this_cause": (
        "O documento é de outra causa.",
        "The document is of another cause.",
        "El documento es de otra causa.",
    ),
    "too_many_causes": (
        "A conta já descreveu 50 causas. Apague uma antes de descrever outra.",
        "The account has described 50 causes already. Delete one before describing another.",
        "La cuenta ya describió 50 causas. Borre una antes de describir otra.",
    ),
    "only_errors_have_causes": (
        "Só erros têm causa: deixe status de fora, ou use error.",
        "Only errors have a cause: leave status out, or use error.",
        "Solo los errores tienen causa: omita status, o use error.",
    ),
    "text_or_regex": (
        "Informe text ou regex, um dos dois.",
        "Give either text or regex.",
        "Informe text o regex, uno de los dos.",
    ),
    "fits_everything": (
        "Serve para qualquer mensagem, até para uma vazia.",
        "It fits any message, even an empty one.",
        "Sirve para cualquier mensaje, incluso uno vacío.",
    ),
    "affiliate_or_message": (
        "Informe affiliate, message ou ambos.",
        "Give affiliate, message or both.",
        "Informe affiliate, message o ambos.",
    ),
}

NUMBERS = {
    "trend.rising": ("Subindo", "Rising", "En aumento"),
    "trend.steady": ("Estável", "Steady", "Estable"),
    "trend.falling": ("Caindo", "Falling", "En descenso"),
    "reprocessed.none": (
        "Nenhum reprocessamento desta causa terminou ainda",
        "No reprocess of this cause has ended yet",
        "Ningún reprocesamiento de esta causa terminó todavía",
    ),
    "reprocessed.last_worked": (
        "O último reprocessamento desta causa deu certo",
        "The last reprocess of this cause worked",
        "El último reprocesamiento de esta causa funcionó",
    ),
    "reprocessed.last_failed": (
        "O último reprocessamento desta causa não deu certo",
        "The last reprocess of this cause did not work",
        "El último reprocesamiento de esta causa no funcionó",
    ),
    "reprocessed.one": (
        "Dos últimos {tried} reprocessamentos desta causa, 1 deu certo",
        "Of the last {tried} reprocesses of this cause, 1 worked",
        "De los últimos {tried} reprocesamientos de esta causa, 1 funcionó",
    ),
    "reprocessed.some": (
        "Dos últimos {tried} reprocessamentos desta causa, {worked} deram certo",
        "Of the last {tried} reprocesses of this cause, {worked} worked",
        "De los últimos {tried} reprocesamientos de esta causa, {worked} funcionaron",
    ),
}
