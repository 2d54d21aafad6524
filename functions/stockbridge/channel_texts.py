"""What is told of a channel: its listing map, and what came of its test. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

LISTINGS = {
    "too_many_lines": (
        "O arquivo tem mais de 2000 linhas. Envie-o em partes.",
        "The file has more than 2000 lines. Send it in parts.",
        "El archivo tiene más de 2000 líneas. Envíelo por partes.",
    ),
    "malformed_csv": (
        "O arquivo não é um CSV válido: há uma aspa sem par ou uma célula grande demais.",
        "The file is not valid CSV: a quotation mark has no counterpart, or a cell is too large.",
        "El archivo no es un CSV válido: hay una comilla sin par o una celda demasiado grande.",
    ),
    "not_utf8": (
        "O arquivo não está em UTF-8. Salve-o como CSV UTF-8.",
        "The file is not UTF-8. Save it as CSV UTF-8.",
        "El archivo no está en UTF-8. Guárdelo como CSV UTF-8.",
    ),
    "listing_not_found": (
        "Este SKU não tem vínculo neste canal.",
        "This SKU is not in the channel's listing map.",
        "Este SKU no tiene vínculo en este canal.",
    ),
    "not_this_sku": (
        "O SKU do documento não é o do endereço.",
        "The document's SKU is not the address's.",
        "El SKU del documento no es el de la dirección.",
    ),
    "listing_map_needed": (
        "Este conector só envia SKUs com vínculo: deixe true ou não informe.",
        "This connector sends only SKUs that are mapped: leave it true, or out.",
        "Este conector solo envía SKUs con vínculo: deje true o no lo informe.",
    ),
    "no_listing_fields": (
        "Este conector usa o próprio código do SKU e não tem vínculos.",
        "This connector uses the SKU's own id and has no listing map.",
        "Este conector usa el propio código del SKU y no tiene vínculos.",
    ),
    "no_ids": (
        "Informe ao menos um destes: {allowed}.",
        "Give at least one of these: {allowed}.",
        "Informe al menos uno de estos: {allowed}.",
    ),
    "unknown_listing_field": (
        "O conector deste canal não tem este campo. Existem: {allowed}.",
        "This channel's connector has no such field. There are: {allowed}.",
        "El conector de este canal no tiene este campo. Existen: {allowed}.",
    ),
    "control_characters": (
        "Não pode ter quebras de linha nem caracteres de controle.",
        "It must not hold line breaks or control characters.",
        "No puede tener saltos de línea ni caracteres de control.",
    ),
    "outer_spaces": (
        "Há um espaço no começo ou no fim.",
        "There is a space at the beginning or the end.",
        "Hay un espacio al comienzo o al final.",
    ),
    "first_column_is_sku": (
        "A primeira linha deve começar com a coluna sku.",
        "The first line must begin with the column sku.",
        "La primera línea debe comenzar con la columna sku.",
    ),
    "repeated_column": ("A coluna se repete.", "The column is there twice.", "La columna se repite."),
    "repeated_sku": (
        "O SKU já apareceu em uma linha acima.",
        "The SKU is in a line above already.",
        "El SKU ya apareció en una línea anterior.",
    ),
    "wrong_number_of_cells": (
        "A linha tem {found} células e o cabeçalho tem {expected_cells}.",
        "The line has {found} cells and the header has {expected_cells}.",
        "La línea tiene {found} celdas y el encabezado tiene {expected_cells}.",
    ),
}

TESTS = {
    "test.works": (
        "O marketplace respondeu: o SKU {sku} mostra {quantity}.",
        "The marketplace answered: SKU {sku} shows {quantity}.",
        "El marketplace respondió: el SKU {sku} muestra {quantity}.",
    ),
    "test.resumes": (
        "Os envios, que estavam parados, são tentados de novo em até 1 minuto.",
        "Sends, which had stopped, are tried again within a minute.",
        "Los envíos, que estaban detenidos, se intentan de nuevo en menos de 1 minuto.",
    ),
    "test.no_sku": (
        "O canal ainda não tem nenhum SKU com registro ou vínculo: informe um SKU para o teste.",
        "The channel has no SKU with a record or a listing yet: name a SKU for the test.",
        "El canal aún no tiene ningún SKU con registro o vínculo: informe un SKU para la prueba.",
    ),
    "test.not_readable": (
        "Este marketplace não diz o que mostra: só um envio testa o canal.",
        "This marketplace does not tell what it shows: only sending tests the channel.",
        "Este marketplace no dice qué muestra: solo un envío prueba el canal.",
    ),
}
