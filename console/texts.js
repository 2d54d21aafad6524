// Every text of the page: Portuguese, English, Spanish. The value is plain JSON, so that a test can read it; {name} is
// filled in. What the API says (causes, situations, reasons, refusals) comes from it in the right language.

export const texts = {
  "page.title": ["Estoque", "Stock", "Stock"],
  "page.skip": ["Ir para os registros", "Go to the records", "Ir a los registros"],
  "page.account": ["Conta", "Account", "Cuenta"],
  "page.language": ["Idioma", "Language", "Idioma"],
  "page.sign_out": ["Sair", "Sign out", "Salir"],
  "page.pages": ["Páginas", "Pages", "Páginas"],
  "page.previous": ["Anteriores", "Previous", "Anteriores"],
  "page.next": ["Próximos", "Next", "Siguientes"],
  "page.bad_cursor": [
    "A página pedida não existe mais. Esta é a primeira",
    "The page asked for is gone. This is the first one",
    "La página pedida ya no existe. Esta es la primera"
  ],

  "sign_in.title": ["Entre para ver o estoque", "Sign in to see the stock", "Inicie sesión para ver el stock"],
  "sign_in.text": [
    "Cada mudança de saldo enviada aos marketplaces, com o seu resultado",
    "Every stock change sent to the marketplaces, and what came of it",
    "Cada cambio de saldo enviado a los marketplaces, con su resultado"
  ],
  "sign_in.enter": ["Entrar", "Sign in", "Iniciar sesión"],
  "sign_in.refused": ["Não foi possível entrar", "Signing in failed", "No fue posible iniciar sesión"],
  "sign_in.refused_text": [
    "O serviço de entrada recusou ({reason}). Tente de novo",
    "The sign-in service refused ({reason}). Try again",
    "El servicio de inicio de sesión lo rechazó ({reason}). Intente de nuevo"
  ],
  "sign_in.over": ["Sua sessão terminou", "Your session is over", "Su sesión terminó"],
  "sign_in.over_text": [
    "Entre de novo para continuar nesta lista",
    "Sign in again to go on with this list",
    "Inicie sesión de nuevo para continuar en esta lista"
  ],

  "account.none": ["Nenhuma conta ainda", "No account yet", "Ninguna cuenta todavía"],
  "account.none_text": [
    "Seu usuário não tem acesso a nenhuma conta. Peça a um administrador",
    "Your user has access to no account. Ask an administrator",
    "Su usuario no tiene acceso a ninguna cuenta. Pídalo a un administrador"
  ],
  "role.viewer": ["Leitura", "viewer", "Lectura"],
  "role.operator": ["Operação", "operator", "Operación"],
  "role.admin": ["Administração", "admin", "Administración"],

  "numbers.label": ["Totais", "Totals", "Totales"],
  "numbers.error": ["Erros", "Errors", "Errores"],
  "numbers.late": ["Atrasados", "Late", "Atrasados"],
  "numbers.pending": ["Aguardando", "Waiting", "En espera"],
  "numbers.success": ["Sucessos", "Successes", "Éxitos"],
  "numbers.more_than": ["mais de {count}", "more than {count}", "más de {count}"],

  "filter.status": ["Status", "Status", "Estado"],
  "filter.affiliate": ["Afiliado", "Affiliate", "Afiliado"],
  "filter.sku": ["Código", "SKU", "Código"],
  "filter.sku_placeholder": ["Buscar por SKU", "Search by SKU", "Buscar por SKU"],
  "filter.all": ["Todos", "All", "Todos"],
  "filter.search": ["Buscar", "Search", "Buscar"],
  "filter.clear": ["Limpar filtros", "Clear filters", "Limpiar filtros"],

  "live.updated": ["Atualizado às {time}", "Updated at {time}", "Actualizado a las {time}"],
  "live.failed": [
    "Sem resposta. Tentamos de novo sozinhos",
    "No answer. We try again by ourselves",
    "Sin respuesta. Intentamos de nuevo solos"
  ],
  "live.pause": ["Pausar", "Pause", "Pausar"],
  "live.resume": ["Continuar", "Go on", "Continuar"],
  "live.newer.one": ["{count} registro novo: mostrar", "{count} new record: show", "{count} registro nuevo: mostrar"],
  "live.newer.other": ["{count} registros novos: mostrar", "{count} new records: show", "{count} registros nuevos: mostrar"],
  "live.came.one": ["{count} registro novo", "{count} new record", "{count} registro nuevo"],
  "live.came.other": ["{count} registros novos", "{count} new records", "{count} registros nuevos"],
  "live.changed.one": ["{count} atualizado", "{count} updated", "{count} actualizado"],
  "live.changed.other": ["{count} atualizados", "{count} updated", "{count} actualizados"],

  "column.sku": ["Código", "SKU", "Código"],
  "column.affiliate": ["Afiliado", "Affiliate", "Afiliado"],
  "column.status": ["Status", "Status", "Estado"],
  "column.balance": ["Saldo De → Por", "Balance from → to", "Saldo De → A"],
  "column.confirmed": ["Confirmado", "Confirmed", "Confirmado"],
  "column.reason": ["Motivo", "Reason", "Motivo"],
  "column.processed": ["Data de Processamento", "Processed", "Fecha de procesamiento"],

  "status.success": ["Sucesso", "Success", "Éxito"],
  "status.error": ["Erro", "Error", "Error"],
  "status.pending": ["Aguardando processamento", "Waiting to be processed", "Esperando procesamiento"],
  "status.removed": ["Removido", "Removed", "Eliminado"],

  "record.open": ["SKU {sku} no afiliado {affiliate}", "SKU {sku} at affiliate {affiliate}", "SKU {sku} en el afiliado {affiliate}"],
  "record.retry_at": ["Nova tentativa às {time}", "Next try at {time}", "Nuevo intento a las {time}"],
  "record.late": ["Atrasado: {duration}", "Late: {duration}", "Atrasado: {duration}"],
  "record.from_to": ["De {de} para {por}", "From {de} to {por}", "De {de} a {por}"],
  "record.unlimited": ["ilimitado", "unlimited", "ilimitado"],

  "detail.origin": ["Origem do erro", "Where the error came from", "Origen del error"],
  "detail.marketplace_says": ["Mensagem recebida", "Message received", "Mensaje recibido"],
  "detail.what_to_do": ["O que fazer", "What to do", "Qué hacer"],
  "detail.exported": ["Por que foi exportado", "Why it was exported", "Por qué se exportó"],
  "detail.exported_before": ["Última mudança exportada", "Last change exported", "Último cambio exportado"],
  "detail.not_exported": ["Por que não foi exportado", "Why it was not exported", "Por qué no se exportó"],
  "detail.not_exported_before": ["Última mudança não exportada", "Last change not exported", "Último cambio no exportado"],
  "detail.balance": ["Saldo na VTEX", "Balance at VTEX", "Saldo en VTEX"],
  "detail.wanted": ["Deve mostrar", "Should show", "Debe mostrar"],
  "detail.confirmed": ["Confirmado no marketplace", "Confirmed at the marketplace", "Confirmado en el marketplace"],
  "detail.reflected": ["Tempo até refletir", "Time to reflect", "Tiempo hasta reflejarse"],
  "detail.timeline": ["Linha do tempo", "Timeline", "Línea de tiempo"],
  "cure.retries_alone": ["Tenta sozinho", "Retries by itself", "Reintenta solo"],
  "cure.fix_first": ["Corrija antes", "Fix it first", "Corrija antes"],
  "cure.nothing_to_do": ["Sem ação possível", "No action possible", "Sin acción posible"],

  "attempt.applied": ["Aplicado", "Applied", "Aplicado"],
  "attempt.accepted": ["Aceito", "Accepted", "Aceptado"],
  "attempt.refused": ["Recusado", "Refused", "Rechazado"],
  "attempt.throttled": ["Limitado", "Throttled", "Limitado"],
  "attempt.unauthorized": ["Não autorizado", "Not authorized", "No autorizado"],
  "attempt.unknown": ["Sem resposta definitiva", "No definite answer", "Sin respuesta definitiva"],
  "attempt.nothing_to_send": ["Nada a enviar", "Nothing to send", "Nada que enviar"],
  "attempt.quantity": ["quantidade {quantity}", "quantity {quantity}", "cantidad {quantity}"],
  "attempt.reprocess": ["reprocessamento", "reprocess", "reproceso"],
  "attempt.request": ["Requisição", "Request", "Solicitud"],
  "attempt.response": ["Resposta", "Response", "Respuesta"],

  "action.menu": ["Ações", "Actions", "Acciones"],
  "action.reprocess": ["Reprocessar", "Reprocess", "Reprocesar"],
  "action.remove": ["Remover Log", "Remove log", "Eliminar log"],
  "action.restore": ["Restaurar log", "Restore log", "Restaurar log"],
  "action.already_waiting": ["Já está aguardando processamento", "It is waiting already", "Ya está esperando procesamiento"],

  "reprocess.queued": [
    "SKU {sku} entrou na fila de reprocessamento",
    "SKU {sku} is in the queue to be reprocessed",
    "El SKU {sku} entró en la fila de reproceso"
  ],
  "reprocess.queued_more": [
    "O resultado aparece neste registro e pode levar alguns minutos",
    "The result appears in this record and may take some minutes",
    "El resultado aparece en este registro y puede tardar algunos minutos"
  ],
  "reprocess.success": ["SKU {sku}: sucesso. {detail}", "SKU {sku}: success. {detail}", "SKU {sku}: éxito. {detail}"],
  "reprocess.other": [
    "SKU {sku}: sucesso. Enviamos o saldo atual ({now}), não o do registro ({then})",
    "SKU {sku}: success. We sent the current balance ({now}), not the record's ({then})",
    "SKU {sku}: éxito. Enviamos el saldo actual ({now}), no el del registro ({then})"
  ],
  "reprocess.error": ["SKU {sku}: erro de novo. {cause}", "SKU {sku}: error again. {cause}", "SKU {sku}: error de nuevo. {cause}"],

  "remove.done": ["Log removido (SKU {sku}).", "Log removed (SKU {sku}).", "Log eliminado (SKU {sku})."],
  "remove.differs": [
    "O estoque do SKU {sku} continua diferente no marketplace ({wanted} × {confirmed})",
    "The stock of SKU {sku} still differs at the marketplace ({wanted} × {confirmed})",
    "El stock del SKU {sku} sigue diferente en el marketplace ({wanted} × {confirmed})"
  ],
  "remove.undo": ["Desfazer", "Undo", "Deshacer"],
  "restore.done": ["Log restaurado (SKU {sku})", "Log restored (SKU {sku})", "Log restaurado (SKU {sku})"],

  "empty.never": ["Nenhum registro de estoque ainda", "No stock record yet", "Ningún registro de stock todavía"],
  "empty.never_text": [
    "O primeiro aparece aqui quando a VTEX avisar de uma mudança",
    "The first one appears here when VTEX tells of a change",
    "El primero aparece aquí cuando VTEX avise de un cambio"
  ],
  "empty.errors": ["Nenhum erro de estoque", "No stock error", "Ningún error de stock"],
  "empty.errors_text": ["Veja os registros de sucesso", "See the records with success", "Vea los registros con éxito"],
  "empty.see_success": ["Ver sucessos", "See successes", "Ver éxitos"],
  "empty.late": ["Nenhum registro atrasado", "No late record", "Ningún registro atrasado"],
  "empty.late_text": ["Veja todos os registros", "See all records", "Vea todos los registros"],
  "empty.match": ["Nenhum registro encontrado", "No record found", "Ningún registro encontrado"],
  "empty.match_text": ["Altere os filtros ou a busca", "Change the filters or the search", "Cambie los filtros o la búsqueda"],
  "empty.page": ["Nenhum registro nesta página", "No record on this page", "Ningún registro en esta página"],
  "empty.page_text": ["Veja os próximos", "See the next ones", "Vea los siguientes"],

  "failed.start": ["Não foi possível abrir o console", "The console could not be opened", "No fue posible abrir la consola"],
  "failed.start_text": [
    "A API ou o serviço de entrada não respondeu. Nada se perdeu",
    "The API or the sign-in service did not answer. Nothing is lost",
    "La API o el servicio de inicio de sesión no respondió. Nada se perdió"
  ],
  "failed.load": [
    "Não foi possível carregar os registros",
    "The records could not be loaded",
    "No fue posible cargar los registros"
  ],
  "failed.load_text": ["Os dados não foram perdidos", "No data is lost", "Los datos no se perdieron"],
  "failed.retry": ["Tentar novamente", "Try again", "Intentar de nuevo"],
  "failed.try_again": ["Tente novamente", "Try again", "Intente de nuevo"],
  "failed.reprocess": ["Não foi possível colocar na fila", "It could not be queued", "No fue posible ponerlo en la fila"],
  "failed.remove": ["Não foi possível remover o log", "The log could not be removed", "No fue posible eliminar el log"],
  "failed.restore": ["Não foi possível restaurar o log", "The log could not be restored", "No fue posible restaurar el log"],

  "time.at": ["às {time} de {day}", "{time} on {day}", "a las {time} del {day}"],
  "time.days.one": ["{count} dia", "{count} day", "{count} día"],
  "time.days.other": ["{count} dias", "{count} days", "{count} días"],

  "try.title": ["O que tentar nesta máquina", "What to try on this machine", "Qué probar en esta máquina"],
  "try.stock": [
    "Mude o saldo do SKU 42 da demoloja para 3 e veja a linha mudar",
    "Change the balance of demoloja's SKU 42 to 3 and see its row change",
    "Cambie el saldo del SKU 42 de demoloja a 3 y vea cambiar la línea"
  ],
  "try.close": [
    "Encerre o anúncio: a próxima mudança de saldo termina em erro",
    "Close its listing: the next change of the balance ends in an error",
    "Cierre la publicación: el próximo cambio de saldo termina en error"
  ],
  "try.reopen": [
    "Abra o anúncio de novo e use Ações, Reprocessar",
    "Open the listing again and use Actions, Reprocess",
    "Abra la publicación de nuevo y use Acciones, Reprocesar"
  ]
};
