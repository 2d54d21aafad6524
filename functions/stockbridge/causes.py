"""The catalogue of causes: what went wrong, in the operator's words, and what to do about it.

A cause's class decides what happens next: RETRIES_ALONE needs nobody, FIX_FIRST waits for a person,
NOTHING_TO_DO cannot be cured from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Cure(StrEnum):
    RETRIES_ALONE = "retries_alone"
    FIX_FIRST = "fix_first"
    NOTHING_TO_DO = "nothing_to_do"


@dataclass(frozen=True, slots=True)
class Cause:
    """`title` and `hint` by language (pt, en, es); `retry_after_s`: a refusal worth repeating."""

    code: str
    cure: Cure
    title: Mapping[str, str]
    hint: Mapping[str, str]
    retry_after_s: int | None = None


def _cause(
    code: str,
    cure: Cure,
    title: tuple[str, str, str],
    hint: tuple[str, str, str],
    retry_after_s: int | None = None,
) -> Cause:
    languages = ("pt", "en", "es")
    return Cause(
        code,
        cure,
        dict(zip(languages, title, strict=True)),
        dict(zip(languages, hint, strict=True)),
        retry_after_s,
    )


_ALL = (
    _cause(
        "auth",
        Cure.FIX_FIRST,
        (
            "Conexão com o marketplace expirou",
            "The connection to the marketplace expired",
            "La conexión con el marketplace expiró",
        ),
        (
            "Atualize as credenciais do canal. Os envios voltam sozinhos",
            "Renew the channel's credentials. Sending resumes by itself",
            "Actualice las credenciales del canal. Los envíos vuelven solos",
        ),
    ),
    _cause(
        "throttled",
        Cure.RETRIES_ALONE,
        (
            "O marketplace limitou a quantidade de envios",
            "The marketplace limited the number of requests",
            "El marketplace limitó la cantidad de envíos",
        ),
        (
            "Nada a fazer. Tentamos de novo mais devagar",
            "Nothing to do. We try again more slowly",
            "Nada que hacer. Intentamos de nuevo más despacio",
        ),
    ),
    _cause(
        "marketplace_down",
        Cure.RETRIES_ALONE,
        ("O marketplace não respondeu", "The marketplace did not answer", "El marketplace no respondió"),
        (
            "Nada a fazer. Tentamos de novo sozinhos",
            "Nothing to do. We try again by ourselves",
            "Nada que hacer. Intentamos de nuevo solos",
        ),
    ),
    _cause(
        "timeout",
        Cure.RETRIES_ALONE,
        (
            "O marketplace demorou demais para responder",
            "The marketplace took too long to answer",
            "El marketplace tardó demasiado en responder",
        ),
        (
            "Nada a fazer. Tentamos de novo sozinhos",
            "Nothing to do. We try again by ourselves",
            "Nada que hacer. Intentamos de nuevo solos",
        ),
    ),
    _cause(
        "vtex_unavailable",
        Cure.RETRIES_ALONE,
        ("A VTEX não respondeu", "VTEX did not answer", "VTEX no respondió"),
        (
            "Nada a fazer. Lemos o saldo de novo sozinhos",
            "Nothing to do. We read the balance again by ourselves",
            "Nada que hacer. Leemos el saldo de nuevo solos",
        ),
    ),
    _cause(
        "vtex_auth",
        Cure.FIX_FIRST,
        ("A VTEX recusou as credenciais", "VTEX refused the credentials", "VTEX rechazó las credenciales"),
        (
            "Confira a chave (AppKey/AppToken) do canal e seus recursos de Logística",
            "Check the channel's AppKey/AppToken and its Logistics resources",
            "Revise la clave (AppKey/AppToken) del canal y sus recursos de Logística",
        ),
    ),
    _cause(
        "not_catalogued",
        Cure.FIX_FIRST,
        (
            "Produto ainda não catalogado no marketplace",
            "Product not catalogued at the marketplace yet",
            "Producto aún no catalogado en el marketplace",
        ),
        (
            "Conclua ou cobre a catalogação. Depois, reprocesse",
            "Finish or request the cataloguing, then reprocess",
            "Complete o solicite la catalogación. Luego, reprocese",
        ),
    ),
    _cause(
        "not_found",
        Cure.FIX_FIRST,
        (
            "Produto não existe no marketplace",
            "The product does not exist at the marketplace",
            "El producto no existe en el marketplace",
        ),
        (
            "Confira o vínculo do SKU com o anúncio",
            "Check which listing the SKU is bound to",
            "Revise el vínculo del SKU con la publicación",
        ),
    ),
    _cause(
        "listing_closed",
        Cure.FIX_FIRST,
        ("Anúncio encerrado", "The listing is closed", "Publicación finalizada"),
        (
            "Publique de novo o anúncio ou desvincule o SKU",
            "Publish the listing again or unbind the SKU",
            "Publique de nuevo o desvincule el SKU",
        ),
    ),
    _cause(
        "under_review",
        Cure.RETRIES_ALONE,
        ("Anúncio em análise", "The listing is under review", "Publicación en revisión"),
        (
            "Aguarde a análise. Conferimos de hora em hora",
            "Wait for the review. We check every hour",
            "Espere la revisión. Verificamos cada hora",
        ),
        retry_after_s=3600,
    ),
    _cause(
        "fulfillment",
        Cure.NOTHING_TO_DO,
        (
            "Estoque controlado pelo marketplace (Full)",
            "The marketplace controls this stock (fulfillment)",
            "Stock controlado por el marketplace (Full)",
        ),
        (
            "Nada a fazer. A quantidade é do depósito do marketplace",
            "Nothing to do. The quantity is the marketplace's own",
            "Nada que hacer. La cantidad es del depósito del marketplace",
        ),
    ),
    _cause(
        "validation",
        Cure.FIX_FIRST,
        (
            "O marketplace recusou os dados",
            "The marketplace refused the data",
            "El marketplace rechazó los datos",
        ),
        (
            "Veja a resposta do marketplace, corrija e reprocesse",
            "See the marketplace's answer, correct it and reprocess",
            "Vea la respuesta del marketplace, corrija y reprocese",
        ),
    ),
    _cause(
        "configuration",
        Cure.FIX_FIRST,
        ("O canal está mal configurado", "The channel is misconfigured", "El canal está mal configurado"),
        (
            "Corrija a configuração do canal e reprocesse",
            "Correct the channel's configuration and reprocess",
            "Corrija la configuración del canal y reprocese",
        ),
    ),
    _cause(
        "poison",
        Cure.FIX_FIRST,
        (
            "O processamento deste SKU foi interrompido repetidas vezes",
            "Processing this SKU was cut off again and again",
            "El procesamiento de este SKU se interrumpió repetidas veces",
        ),
        (
            "Avise o suporte com o código do SKU. Reprocessar tenta de novo",
            "Report the SKU to support. Reprocess tries again",
            "Avise a soporte con el código del SKU. Reprocesar intenta de nuevo",
        ),
    ),
    _cause(
        "busy",
        Cure.RETRIES_ALONE,
        (
            "Outra alteração deste anúncio estava em andamento",
            "Another change of this listing was under way",
            "Otro cambio de esta publicación estaba en curso",
        ),
        (
            "Nada a fazer. Tentamos de novo em segundos",
            "Nothing to do. We try again within seconds",
            "Nada que hacer. Intentamos de nuevo en segundos",
        ),
    ),
    _cause(
        "account_blocked",
        Cure.FIX_FIRST,
        (
            "Conta sem permissão ou bloqueada no marketplace",
            "The account is blocked or lacks permission",
            "Cuenta sin permiso o bloqueada en el marketplace",
        ),
        (
            "Verifique a conta do vendedor no marketplace. Os envios voltam sozinhos",
            "Check the seller's account at the marketplace. Sending resumes by itself",
            "Verifique la cuenta del vendedor en el marketplace. Los envíos vuelven solos",
        ),
    ),
    _cause(
        "unmapped",
        Cure.FIX_FIRST,
        (
            "SKU sem vínculo com um anúncio",
            "The SKU is not mapped to a listing",
            "SKU sin vínculo con una publicación",
        ),
        (
            "Cadastre o vínculo do SKU com o anúncio e reprocesse",
            "Add the SKU to the channel's listing map and reprocess",
            "Registre el vínculo del SKU con la publicación y reprocese",
        ),
    ),
    _cause(
        "multi_warehouse",
        Cure.FIX_FIRST,
        (
            "Conta com vários depósitos no marketplace",
            "The account has several warehouses at the marketplace",
            "Cuenta con varios depósitos en el marketplace",
        ),
        (
            "Informe no vínculo do SKU o depósito que recebe o estoque e reprocesse",
            "Name the warehouse in the SKU's listing map and reprocess",
            "Indique en el vínculo del SKU el depósito que recibe el stock y reprocese",
        ),
    ),
    _cause(
        "warehouse_unknown",
        Cure.FIX_FIRST,
        (
            "Depósito não existe no marketplace",
            "The warehouse does not exist at the marketplace",
            "El depósito no existe en el marketplace",
        ),
        (
            "Corrija o código do depósito e reprocesse",
            "Correct the warehouse's code and reprocess",
            "Corrija el código del depósito y reprocese",
        ),
    ),
    _cause(
        "missing_attribute",
        Cure.FIX_FIRST,
        (
            "Falta uma informação obrigatória do produto (por exemplo GTIN/EAN)",
            "A required attribute of the product is missing (such as GTIN/EAN)",
            "Falta un dato obligatorio del producto (por ejemplo GTIN/EAN)",
        ),
        (
            "Preencha a informação que o marketplace pede e reprocesse",
            "Fill in what the marketplace asks for and reprocess",
            "Complete el dato que pide el marketplace y reprocese",
        ),
    ),
    _cause(
        "protected",
        Cure.FIX_FIRST,
        (
            "Envio bloqueado pela proteção do marketplace",
            "Blocked by the marketplace's protection",
            "Envío bloqueado por la protección del marketplace",
        ),
        (
            "Corrija o que a proteção cita (marca, imagens ou textos) e reprocesse",
            "Correct what the protection names (brand, images or texts) and reprocess",
            "Corrija lo que cita la protección (marca, imágenes o textos) y reprocese",
        ),
    ),
    _cause(
        "below_reserved",
        Cure.RETRIES_ALONE,
        (
            "Quantidade menor que a já reservada no marketplace",
            "Less than what the marketplace has already reserved",
            "Cantidad menor que la ya reservada en el marketplace",
        ),
        (
            "Nada a fazer. Enviamos de novo de hora em hora",
            "Nothing to do. We send again every hour",
            "Nada que hacer. Enviamos de nuevo cada hora",
        ),
        retry_after_s=3600,
    ),
    _cause(
        "import_failed",
        Cure.RETRIES_ALONE,
        (
            "O marketplace não conseguiu processar o arquivo",
            "The marketplace could not process the file",
            "El marketplace no pudo procesar el archivo",
        ),
        (
            "Nada a fazer. Enviamos outro arquivo sozinhos",
            "Nothing to do. We send another file by ourselves",
            "Nada que hacer. Enviamos otro archivo solos",
        ),
        retry_after_s=300,
    ),
    _cause(
        "unconfirmed",
        Cure.FIX_FIRST,
        (
            "Aceito pelo marketplace, mas não confirmado",
            "Accepted by the marketplace but never confirmed",
            "Aceptado por el marketplace, pero no confirmado",
        ),
        (
            "Confira o anúncio no marketplace e reprocesse",
            "Look at the listing at the marketplace and reprocess",
            "Revise la publicación en el marketplace y reprocese",
        ),
    ),
    _cause(
        "uncatalogued",
        Cure.FIX_FIRST,
        ("Erro ainda não catalogado", "An error not catalogued yet", "Error aún no catalogado"),
        (
            "Veja a resposta do marketplace",
            "See the marketplace's answer",
            "Vea la respuesta del marketplace",
        ),
    ),
)

CAUSES: Mapping[str, Cause] = MappingProxyType({cause.code: cause for cause in _ALL})


def cause_of(code: str) -> Cause:
    """The cause with that code; a code that nobody described is `uncatalogued`, never an error."""
    return CAUSES.get(code, CAUSES["uncatalogued"])
