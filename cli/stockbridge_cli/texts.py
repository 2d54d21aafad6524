"""What the command itself says, in Portuguese, English and Spanish. The API speaks for itself, in the same language."""

from __future__ import annotations

LANGUAGES = ("pt", "en", "es")

_TEXTS = {
    "affiliate": ("Afiliado", "Affiliate", "Afiliado"),
    "name": ("Nome", "Name", "Nombre"),
    "connector": ("Conector", "Connector", "Conector"),
    "sending": ("Envio", "Sending", "Envío"),
    "on": ("ligado", "on", "encendido"),
    "off": ("desligado", "off", "apagado"),
    "listing_map": ("Vínculos", "Listing map", "Vínculos"),
    "used": ("usa", "used", "usa"),
    "unused": ("não usa", "not used", "no usa"),
    "field": ("Campo", "Field", "Campo"),
    "value": ("Valor", "Value", "Valor"),
    "line": ("Linha", "Line", "Línea"),
    "reason": ("Motivo", "Reason", "Motivo"),
    "saved": ("Salvo: {what}", "Saved: {what}", "Guardado: {what}"),
    "forgotten": ("Esquecido: {what}", "Forgotten: {what}", "Olvidado: {what}"),
    "switched_on": ("Envio ligado: {what}", "Sending is on: {what}", "Envío encendido: {what}"),
    "switched_off": ("Envio desligado: {what}", "Sending is off: {what}", "Envío apagado: {what}"),
    "imported": (
        "{saved} salvos, {unchanged} sem mudança, {refused} recusados",
        "{saved} saved, {unchanged} unchanged, {refused} refused",
        "{saved} guardados, {unchanged} sin cambios, {refused} rechazados",
    ),
    "map_unused": (
        "O canal não usa estes vínculos: listing_map está desligado.",
        "The channel does not use these listings: listing_map is off.",
        "El canal no usa estos vínculos: listing_map está apagado.",
    ),
    "threshold": ("Limite", "Threshold", "Límite"),
    "in_force": ("* em vigor", "* in force", "* vigente"),
    "sends": ("Envios", "Sends", "Envíos"),
    "saved_sends": ("Economia", "Saved", "Ahorro"),
    "hidden_skus": ("SKUs com diferença", "SKUs that differ", "SKUs con diferencia"),
    "largest": ("Maior diferença", "Largest difference", "Mayor diferencia"),
    "at_risk": ("Maior excesso", "Largest excess", "Mayor exceso"),
    "all": ("todos", "all", "todos"),
    "covered": (
        "{what}: {changes} mudanças, o período inteiro",
        "{what}: {changes} changes, the whole period",
        "{what}: {changes} cambios, el período entero",
    ),
    "covered_in_part": (
        "{what}: {changes} mudanças, só desde {since}: há mais do que cabe em uma simulação",
        "{what}: {changes} changes, only since {since}: there is more than fits into one simulation",
        "{what}: {changes} cambios, solo desde {since}: hay más de lo que cabe en una simulación",
    ),
    "nothing": ("Nada aqui.", "Nothing here.", "Nada aquí."),
    "said": (
        "Resposta do marketplace: {what}",
        "The marketplace's answer: {what}",
        "Respuesta del marketplace: {what}",
    ),
    "not_reachable": ("Sem resposta de {what}", "No answer from {what}", "Sin respuesta de {what}"),
    "https_needed": (
        "O endereço da API deve ser https.",
        "The API's address must be https.",
        "La dirección de la API debe ser https.",
    ),
    "token_needed": (
        "Informe --token (ou STOCKBRIDGE_TOKEN): usuário e senha só servem no sistema local.",
        "Give --token (or STOCKBRIDGE_TOKEN): user and password are for the local system only.",
        "Informe --token (o STOCKBRIDGE_TOKEN): usuario y contraseña solo sirven en el sistema local.",
    ),
}


def say(key: str, language: str, /, **details: object) -> str:
    return _TEXTS[key][LANGUAGES.index(language)].format(**details)
