"""Why something was refused: titles, reasons, and what is wrong with a field. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

UNKNOWN = "wrong_value"  # said for a reason that nobody wrote a text for

TITLES = {
    "title.400": ("Requisição inválida", "Bad request", "Solicitud inválida"),
    "title.401": ("É preciso entrar", "Sign in first", "Es necesario iniciar sesión"),
    "title.403": ("Sem permissão", "Not allowed", "Sin permiso"),
    "title.404": ("Não encontrado", "Not found", "No encontrado"),
    "title.409": ("Não é possível agora", "Not possible now", "No es posible ahora"),
    "title.413": ("Grande demais", "Too large", "Demasiado grande"),
    "title.415": ("Tipo de conteúdo não aceito", "Unsupported content type", "Tipo de contenido no admitido"),
    "title.422": ("Campos inválidos", "Invalid fields", "Campos inválidos"),
    "title.500": ("Erro inesperado", "Unexpected error", "Error inesperado"),
    "title.503": ("Indisponível no momento", "Unavailable right now", "No disponible por el momento"),
}

REASONS = {
    "bad_request": (
        "A requisição não pôde ser entendida.",
        "The request could not be understood.",
        "No se pudo entender la solicitud.",
    ),
    "malformed_json": (
        "O corpo não é um JSON válido.",
        "The body is not valid JSON.",
        "El cuerpo no es un JSON válido.",
    ),
    "body_is_no_object": (
        "O corpo deve ser um objeto JSON.",
        "The body must be a JSON object.",
        "El cuerpo debe ser un objeto JSON.",
    ),
    "body_too_large": (
        "O corpo passa do tamanho máximo.",
        "The body is larger than the limit.",
        "El cuerpo supera el tamaño máximo.",
    ),
    "unsupported_content": (
        "Envie o corpo como application/json.",
        "Send the body as application/json.",
        "Envíe el cuerpo como application/json.",
    ),
    "bad_cursor": (
        "O cursor não é desta lista. Comece pela primeira página.",
        "The cursor is not one of this list. Start from the first page.",
        "El cursor no es de esta lista. Comience por la primera página.",
    ),
    "invalid_fields": (
        "Corrija os campos indicados.",
        "Correct the fields that are named.",
        "Corrija los campos indicados.",
    ),
    "not_signed_in": (
        "A requisição não trouxe um acesso válido.",
        "The request carries no valid access token.",
        "La solicitud no trae un acceso válido.",
    ),
    "no_account": (
        "Seu usuário não tem acesso a nenhuma conta.",
        "Your user has access to no account.",
        "Su usuario no tiene acceso a ninguna cuenta.",
    ),
    "account_required": (
        "Você tem acesso a várias contas: escolha uma com o parâmetro account.",
        "You have access to several accounts: pick one with the parameter account.",
        "Tiene acceso a varias cuentas: elija una con el parámetro account.",
    ),
    "needs_viewer": (
        "Seu perfil não permite ver. Peça o perfil Leitura a um administrador.",
        "Your role does not let you see this. Ask an administrator for the role viewer.",
        "Su perfil no permite ver. Pida el perfil Lectura a un administrador.",
    ),
    "needs_operator": (
        "Você pode ver, mas não operar. Peça o perfil Operação a um administrador.",
        "You may look but not act. Ask an administrator for the role operator.",
        "Puede ver, pero no operar. Pida el perfil Operación a un administrador.",
    ),
    "needs_admin": (
        "Só quem tem o perfil Administração pode fazer isto.",
        "Only the role admin may do this.",
        "Solo quien tiene el perfil Administración puede hacer esto.",
    ),
    "not_allowed": ("Seu perfil não permite isto.", "Your role does not allow this.", "Su perfil no permite esto."),
    "route_not_found": (
        "Não existe nada neste endereço.",
        "There is nothing at this address.",
        "No existe nada en esta dirección.",
    ),
    "account_not_found": (
        "Você não tem uma conta com este nome.",
        "You have no account of this name.",
        "No tiene una cuenta con este nombre.",
    ),
    "record_not_found": (
        "Não existe registro deste SKU neste afiliado.",
        "There is no record of this SKU at this affiliate.",
        "No existe registro de este SKU en este afiliado.",
    ),
    "channel_not_found": (
        "Não existe canal para este afiliado.",
        "There is no channel for this affiliate.",
        "No existe canal para este afiliado.",
    ),
    "file_not_found": (
        "Não existe arquivo com este código.",
        "There is no file with this id.",
        "No existe archivo con este código.",
    ),
    "too_many_files": (
        "Já há cinco arquivos em preparo nesta conta. Espere um deles ou cancele.",
        "Five files of this account are being made already. Wait for one of them, or cancel it.",
        "Ya hay cinco archivos en preparación en esta cuenta. Espere uno de ellos o cancélelo.",
    ),
    "too_many_operations": (
        "Já há vinte operações em andamento nesta conta. Espere uma delas, pause ou cancele.",
        "Twenty operations of this account are running already. Wait for one of them, or pause or cancel it.",
        "Ya hay veinte operaciones en marcha en esta cuenta. Espere una de ellas, páusela o cancélela.",
    ),
    "token_not_found": (
        "Não existe token com este código.",
        "There is no token with this id.",
        "No existe token con este código.",
    ),
    "conflict": (
        "Outra alteração chegou antes. Veja o estado atual e tente de novo.",
        "Another change came first. Look at the current state and try again.",
        "Otro cambio llegó antes. Vea el estado actual e intente de nuevo.",
    ),
    "not_possible": (
        "O estado atual não permite isto.",
        "The current state does not allow this.",
        "El estado actual no permite esto.",
    ),
    "already_waiting": (
        "Já está aguardando processamento.",
        "It is waiting to be processed already.",
        "Ya está esperando procesamiento.",
    ),
    "job_does_not_run": ("Não está em andamento.", "It is not running.", "No está en curso."),
    "job_is_over": ("Já terminou.", "It is over already.", "Ya terminó."),
    "success_is_not_reprocessed": (
        "Registros com sucesso não são reprocessados.",
        "Records with success are not reprocessed.",
        "Los registros con éxito no se reprocesan.",
    ),
    "not_removed": ("Este log não foi removido.", "This log was not removed.", "Este log no fue removido."),
    "removed_too_long_ago": (
        "O log foi removido há mais de 30 dias e não pode mais ser restaurado.",
        "The log was removed more than 30 days ago and can no longer be restored.",
        "El log fue removido hace más de 30 días y ya no se puede restaurar.",
    ),
    "channel_is_enabled": (
        "Desligue o canal (enabled: false) antes de excluí-lo.",
        "Switch the channel off (enabled: false) before you delete it.",
        "Apague el canal (enabled: false) antes de eliminarlo.",
    ),
    "token_is_ending": (
        "Este token já foi trocado e está terminando.",
        "This token was rotated already and is about to end.",
        "Este token ya fue reemplazado y está por terminar.",
    ),
    "too_many_tokens": (
        "A conta já tem o máximo de tokens. Revogue um que não é mais usado.",
        "The account has the maximum of tokens. Revoke one that is no longer used.",
        "La cuenta ya tiene el máximo de tokens. Revoque uno que ya no se usa.",
    ),
    "unavailable": (
        "Um serviço não respondeu. Nada se perdeu: tente de novo em instantes.",
        "A service did not answer. Nothing is lost: try again in a moment.",
        "Un servicio no respondió. Nada se perdió: intente de nuevo en instantes.",
    ),
    "unexpected": (
        "Algo falhou do nosso lado. Informe o código em instance ao suporte.",
        "Something failed on our side. Give the code in instance to support.",
        "Algo falló de nuestro lado. Informe el código en instance a soporte.",
    ),
}

FIELD_REASONS = {
    "not_with_late": (
        "Não se combina com late: as atrasadas são as mudanças em aberto, qualquer que seja o status ou o período.",
        "It does not go with late: late ones are the open changes, whatever their status or time.",
        "No se combina con late: las atrasadas son los cambios abiertos, sea cual sea su estado o período.",
    ),
    UNKNOWN: ("Valor inválido.", "The value is not valid.", "El valor no es válido."),
    "required": ("Campo obrigatório.", "The field is required.", "El campo es obligatorio."),
    "unknown_field": ("Campo desconhecido.", "There is no such field.", "El campo no existe."),
    "wrong_type": ("Deve ser {expected}.", "It must be {expected}.", "Debe ser {expected}."),
    "wrong_instant": (
        "Deve ser uma data e hora ISO 8601 com fuso, como 2026-01-31T12:00:00Z.",
        "It must be an ISO 8601 date and time with its offset, such as 2026-01-31T12:00:00Z.",
        "Debe ser una fecha y hora ISO 8601 con huso, como 2026-01-31T12:00:00Z.",
    ),
    "wrong_day": (
        "Deve ser um dia do calendário, como 2026-01-31.",
        "It must be a day of the calendar, such as 2026-01-31.",
        "Debe ser un día del calendario, como 2026-01-31.",
    ),
    "from_after_to": ("O início deve ser antes do fim.", "It must be before the end.", "Debe ser antes del fin."),
    "too_many_periods": (
        "São no máximo {max} horas ou dias de uma vez.",
        "At most {max} hours or days at a time.",
        "Son como máximo {max} horas o días a la vez.",
    ),
    "unknown_zone": (
        "Não é um fuso horário como America/Sao_Paulo.",
        "It is no time zone such as America/Sao_Paulo.",
        "No es una zona horaria como America/Sao_Paulo.",
    ),
    "too_small": ("O mínimo é {min}.", "The minimum is {min}.", "El mínimo es {min}."),
    "too_large": ("O máximo é {max}.", "The maximum is {max}.", "El máximo es {max}."),
    "too_short": ("Não pode ficar vazio.", "It must not be empty.", "No puede quedar vacío."),
    "too_long": ("O máximo é {limit}.", "The limit is {limit}.", "El límite es {limit}."),
    "not_one_of": ("Use um destes: {allowed}.", "Use one of these: {allowed}.", "Use uno de estos: {allowed}."),
    "wrong_format": ("O formato não é aceito.", "The format is not accepted.", "El formato no es aceptado."),
    "sku_format": (
        "O código do SKU é um número de 1 a 2147483647, sem zeros à esquerda.",
        "The SKU id is a number from 1 to 2147483647 without leading zeros.",
        "El código del SKU es un número de 1 a 2147483647, sin ceros a la izquierda.",
    ),
    "affiliate_format": (
        "O afiliado tem de 2 a 10 letras ou dígitos, como SPT.",
        "An affiliate id has 2 to 10 letters or digits, such as SPT.",
        "El afiliado tiene de 2 a 10 letras o dígitos, como SPT.",
    ),
    "not_this_affiliate": (
        "O afiliado do documento não é o do endereço.",
        "The document's affiliate is not the address's.",
        "El afiliado del documento no es el de la dirección.",
    ),
    "unknown_connector": (
        "Não existe conector com este nome. Existem: {allowed}.",
        "There is no connector of this name. There are: {allowed}.",
        "No existe conector con este nombre. Existen: {allowed}.",
    ),
    "secret_prefix": (
        "O nome do segredo deve começar com {prefix}.",
        "The secret's name must begin with {prefix}.",
        "El nombre del secreto debe comenzar con {prefix}.",
    ),
    "secret_not_found": (
        "Não existe segredo com o nome {name}.",
        "There is no secret named {name}.",
        "No existe un secreto con el nombre {name}.",
    ),
    "invalid_url": ("Não é um endereço http(s).", "It is no http(s) address.", "No es una dirección http(s)."),
    "not_https": ("O endereço deve ser https.", "The address must be https.", "La dirección debe ser https."),
    "credentials_in_url": (
        "O endereço não pode trazer usuário e senha. Use um segredo.",
        "The address must not hold a user and password. Use a secret.",
        "La dirección no puede traer usuario y contraseña. Use un secreto.",
    ),
    "port_not_allowed": (
        "Só a porta 443 é aceita.",
        "Only port 443 is accepted.",
        "Solo se acepta el puerto 443.",
    ),
    "private_address": (
        "O endereço não é da internet pública.",
        "The address is not of the public internet.",
        "La dirección no es de internet pública.",
    ),
    "host_not_allowed": (
        "O endereço deve ser de {allowed}.",
        "The address must be of {allowed}.",
        "La dirección debe ser de {allowed}.",
    ),
    "unknown_placeholder": (
        "O marcador {{{placeholder}}} não existe.",
        "There is no placeholder {{{placeholder}}}.",
        "El marcador {{{placeholder}}} no existe.",
    ),
    "unbalanced_brace": (
        "Há uma chave {{ ou }} sem par. Para escrever uma chave, dobre-a.",
        "A brace {{ or }} has no counterpart. To write a brace, double it.",
        "Hay una llave {{ o }} sin par. Para escribir una llave, duplíquela.",
    ),
    "too_deep": ("Há níveis demais.", "It is nested too deeply.", "Hay demasiados niveles."),
    "invalid_regex": (
        "A expressão regular não é válida: {error}.",
        "The regular expression is not valid: {error}.",
        "La expresión regular no es válida: {error}.",
    ),
    "slow_regex": (
        "A expressão regular pode ficar lenta demais. Escreva uma mais simples.",
        "The regular expression could become too slow. Write a simpler one.",
        "La expresión regular puede ser demasiado lenta. Escriba una más simple.",
    ),
    "invalid_pointer": (
        "Deve ser um JSON Pointer, como /errors/0/message.",
        "It must be a JSON Pointer, such as /errors/0/message.",
        "Debe ser un JSON Pointer, como /errors/0/message.",
    ),
    "invalid_status": (
        "O código HTTP deve ser de {allowed}.",
        "The HTTP status must be of {allowed}.",
        "El código HTTP debe ser de {allowed}.",
    ),
    "status_in_both": (
        "O código {status} está em applied e em accepted.",
        "The status {status} is in both applied and accepted.",
        "El código {status} está en applied y en accepted.",
    ),
    "unknown_cause": (
        "Não existe causa com este código.",
        "There is no cause with this code.",
        "No existe una causa con este código.",
    ),
    "placeholder_in_host": (
        "Só {{account}} pode fazer parte do servidor do endereço.",
        "Only {{account}} may be part of the address's host.",
        "Solo {{account}} puede formar parte del servidor de la dirección.",
    ),
    "invalid_header_name": (
        "Não é um nome de cabeçalho HTTP.",
        "It is no name of an HTTP header.",
        "No es un nombre de encabezado HTTP.",
    ),
    "invalid_header_value": (
        "Um cabeçalho HTTP não pode ter este valor.",
        "An HTTP header cannot have this value.",
        "Un encabezado HTTP no puede tener este valor.",
    ),
    "forbidden_header": (
        "Este cabeçalho é definido pelo sistema.",
        "The system sets this header itself.",
        "El sistema define este encabezado.",
    ),
    "not_json": ("Não pode ser escrito como JSON.", "It cannot be written as JSON.", "No puede escribirse como JSON."),
    "invalid_secret_name": (
        "Não é um nome de segredo.",
        "It is no name of a secret.",
        "No es un nombre de secreto.",
    ),
    "secret_not_named": (
        "Usa {{{placeholder}}}, mas secret não diz qual segredo.",
        "It uses {{{placeholder}}}, but secret names no secret.",
        "Usa {{{placeholder}}}, pero secret no dice qué secreto.",
    ),
    "sku_not_sent": (
        "O SKU não é enviado: use {{sku}} no endereço ou no corpo.",
        "The SKU is not sent: use {{sku}} in the address or the body.",
        "El SKU no se envía: use {{sku}} en la dirección o en el cuerpo.",
    ),
    "quantity_not_sent": (
        "A quantidade não é enviada: use {{quantity}} no corpo ou no endereço.",
        "The quantity is not sent: use {{quantity}} in the body or the address.",
        "La cantidad no se envía: use {{quantity}} en el cuerpo o en la dirección.",
    ),
}

TYPES = {
    "type.text": ("um texto", "a text", "un texto"),
    "type.number": ("um número inteiro", "a whole number", "un número entero"),
    "type.boolean": ("true ou false", "true or false", "true o false"),
    "type.list": ("uma lista", "a list", "una lista"),
    "type.object": ("um objeto", "an object", "un objeto"),
    "type.object or list": ("um objeto ou uma lista", "an object or a list", "un objeto o una lista"),
}
