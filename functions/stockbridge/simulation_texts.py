"""What a threshold of the rule would have done, in one sentence. Each in the order of texts.LANGUAGES."""

from __future__ import annotations

SIMULATIONS = {
    "simulation.result": (
        "Com limite {threshold}: {sends}, {hidden}",
        "With threshold {threshold}: {sends}, {hidden}",
        "Con límite {threshold}: {sends}, {hidden}",
    ),
    "simulation.nothing": (
        "Com limite {threshold}: nenhuma mudança no período",
        "With threshold {threshold}: no change in the period",
        "Con límite {threshold}: ningún cambio en el período",
    ),
    "simulation.in_force": (
        "{count} envios com o limite em vigor",
        "{count} sends with the threshold in force",
        "{count} envíos con el límite vigente",
    ),
    "simulation.fewer": ("{percent} % menos envios", "{percent} % fewer sends", "{percent} % menos envíos"),
    "simulation.more": ("{percent} % mais envios", "{percent} % more sends", "{percent} % más envíos"),
    "simulation.same": ("os mesmos envios", "the same sends", "los mismos envíos"),
    "simulation.added": ("{count} envios a mais", "{count} sends more", "{count} envíos de más"),
    "simulation.none_hidden": (
        "nenhum SKU com diferença escondida",
        "no SKU with a hidden difference",
        "ningún SKU con diferencia oculta",
    ),
    "simulation.one_hidden": (
        "1 SKU com diferença escondida, {shown} x {real}",
        "1 SKU with a hidden difference, {shown} x {real}",
        "1 SKU con diferencia oculta, {shown} x {real}",
    ),
    "simulation.many_hidden": (
        "{skus} SKUs com diferença escondida, maior {shown} x {real}",
        "{skus} SKUs with a hidden difference, the largest {shown} x {real}",
        "{skus} SKUs con diferencia oculta, la mayor {shown} x {real}",
    ),
}
