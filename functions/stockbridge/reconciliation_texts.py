"""What is told of differences and of the runs that find them. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

RECONCILIATIONS = {
    "difference.allowed": (
        "Permitida pela regra: o saldo foi de {de} para {por}, e tudo passa de {threshold}",
        "Allowed by the rule: the balance went from {de} to {por}, and everything is above {threshold}",
        "Permitida por la regla: el saldo pasó de {de} a {por}, y todo supera {threshold}",
    ),
    "difference.missed": (
        "A VTEX mudou de {de} para {por} e não avisou",
        "VTEX changed from {de} to {por} and did not notify it",
        "VTEX cambió de {de} a {por} y no avisó",
    ),
    "difference.policy": (
        "A política do canal mudou: deveria mostrar {wanted}",
        "The channel's policy changed: it should show {wanted}",
        "La política del canal cambió: debería mostrar {wanted}",
    ),
    "difference.drifted": (
        "O marketplace mostra {shown} e deveria mostrar {wanted}",
        "The marketplace shows {shown} and should show {wanted}",
        "El marketplace muestra {shown} y debería mostrar {wanted}",
    ),
    "difference.never": (
        "Anúncio vinculado e nenhum aviso da VTEX até agora",
        "The listing is mapped and VTEX never notified the SKU",
        "Anuncio vinculado y ningún aviso de VTEX hasta ahora",
    ),
    "difference.not_live": (
        "O marketplace não oferece este SKU, que deveria mostrar {wanted}",
        "The marketplace does not offer this SKU, which should show {wanted}",
        "El marketplace no ofrece este SKU, que debería mostrar {wanted}",
    ),
    "difference.failed": (
        "O último envio terminou em erro: corrija a causa e reprocesse",
        "The last send ended in an error: correct its cause and reprocess",
        "El último envío terminó en error: corrija la causa y reprocese",
    ),
    "reconciliation.report": (
        (
            "SKUs comparados: {read}. Iguais: {equal}; em andamento: {under_way}; diferenças permitidas pela regra: "
            "{allowed}; anormais: {abnormal} (reparadas: {repaired}; à espera de alguém: {held}; a conferir de novo: "
            "{waiting}). Mudanças sem aviso da VTEX: {silent}."
        ),
        (
            "SKUs compared: {read}. Equal: {equal}; under way: {under_way}; differences allowed by the rule: "
            "{allowed}; abnormal: {abnormal} (repaired: {repaired}; left to somebody: {held}; to be seen again: "
            "{waiting}). Changes that VTEX did not notify: {silent}."
        ),
        (
            "SKU comparados: {read}. Iguales: {equal}; en curso: {under_way}; diferencias permitidas por la regla: "
            "{allowed}; anormales: {abnormal} (reparadas: {repaired}; a la espera de alguien: {held}; por ver de "
            "nuevo: {waiting}). Cambios sin aviso de VTEX: {silent}."
        ),
    ),
    "job_is_over": ("Já terminou.", "It is over already.", "Ya terminó."),
    "job_does_not_run": ("Não está em andamento.", "It does not run.", "No está en curso."),
    "reconciliation_not_found": (
        "Não há conferência com esse nome.",
        "There is no reconciliation of that name.",
        "No hay conciliación con ese nombre.",
    ),
    "difference_not_found": (
        "O SKU não tem diferença anormal neste afiliado.",
        "The SKU has no abnormal difference at this affiliate.",
        "El SKU no tiene diferencia anormal en este afiliado.",
    ),
}
