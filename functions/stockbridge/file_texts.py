"""What a file of records says besides the records. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

COLUMNS = {
    "file.column.sku": ("SKU", "SKU", "SKU"),
    "file.column.marketplace": ("Marketplace", "Marketplace", "Marketplace"),
    "file.column.affiliate": ("Afiliado", "Affiliate", "Afiliado"),
    "file.column.status": ("Status", "Status", "Estado"),
    "file.column.situation": ("Situação", "Situation", "Situación"),
    "file.column.cause": ("Causa", "Cause", "Causa"),
    "file.column.hint": ("O que fazer", "What to do", "Qué hacer"),
    "file.column.message": ("Mensagem", "Message", "Mensaje"),
    "file.column.de": ("De", "From", "De"),
    "file.column.por": ("Por", "To", "A"),
    "file.column.wanted": ("Deve mostrar", "Should show", "Debe mostrar"),
    "file.column.confirmed": ("Confirmado", "Confirmed", "Confirmado"),
    "file.column.changed_at": ("Mudança em", "Changed at", "Cambio en"),
    "file.column.processed_at": ("Processado em", "Processed at", "Procesado en"),
    "file.column.minutes": ("Minutos até refletir", "Minutes to reflect", "Minutos hasta reflejar"),
    "file.column.late": ("Atrasado", "Late", "Atrasado"),
    "file.column.attempts": ("Tentativas", "Attempts", "Intentos"),
    "file.column.removed_at": ("Removido em", "Removed at", "Eliminado en"),
}

FILES = {
    **COLUMNS,
    "file.yes": ("sim", "yes", "sí"),
    "file.no": ("não", "no", "no"),
    "file.status.success": ("Sucesso", "Success", "Éxito"),
    "file.status.error": ("Erro", "Error", "Error"),
    "file.status.pending": ("Pendente", "Pending", "Pendiente"),
    "file.status.removed": ("Removido", "Removed", "Eliminado"),
    "file.status.all": ("Todos", "All", "Todos"),
    "file.sheet": ("Registros", "Records", "Registros"),
    "file.sheet.about": ("Sobre", "About", "Acerca de"),
    "file.about.account": ("Conta", "Account", "Cuenta"),
    "file.about.affiliates": ("Afiliados", "Affiliates", "Afiliados"),
    "file.about.from": ("De", "From", "Desde"),
    "file.about.to": ("Até", "Until", "Hasta"),
    "file.about.by": ("Pedido por", "Asked for by", "Pedido por"),
    "file.about.at": ("Pedido em", "Asked for at", "Pedido en"),
    "file.about.zone": ("Fuso horário", "Time zone", "Zona horaria"),
    "file.about.rows": ("Linhas", "Rows", "Filas"),
    "file.reason.too_many_rows": (
        "São mais linhas do que cabem em um arquivo. Escolha um período menor.",
        "There are more rows than a file holds. Choose a shorter period.",
        "Son más filas de las que caben en un archivo. Elija un período menor.",
    ),
    "file.reason.spool_gone": (
        "O arquivo demorou mais de um dia e o que estava lido se perdeu. Peça de novo.",
        "The file took more than a day and what was read is gone. Ask again.",
        "El archivo tardó más de un día y se perdió lo leído. Pídalo de nuevo.",
    ),
    "file.reason.pages_vanish": (
        "O arquivo falhou repetidas vezes. Peça de novo ou avise o suporte.",
        "The file failed again and again. Ask again, or tell support.",
        "El archivo falló repetidas veces. Pídalo de nuevo o avise a soporte.",
    ),
}
