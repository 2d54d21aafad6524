"""Random values of the domain's own types, read from their annotations, so that a new field is compared at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from random import Random
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

NOW = 4_102_444_800_000  # 2100-01-01: evidence of before its expiry would be deleted while it is compared
NEAR_MS = 600_000

_TEXTS = ("auth", "estoque não é número: ñ 漢 🚀", 'a "quoted"\\ text\n', "x" * 300)


def changed(random: Random, instance: Any, fixed: Mapping[str, Any]) -> Any:
    """The instance with some of its fields made anew; those of `fixed` stay as they are there."""
    hints = get_type_hints(type(instance))
    names = [field.name for field in fields(instance) if field.name not in fixed]
    again = random.sample(names, random.choice((1, 2, random.randint(1, len(names)))))  # a step mostly changes few
    kept = {field.name: getattr(instance, field.name) for field in fields(instance)}
    return type(instance)(**{**kept, **{name: value(random, hints[name]) for name in again}, **fixed})


def value(random: Random, hint: Any) -> Any:
    if get_origin(hint) is UnionType:
        return value(random, random.choice(get_args(hint)))
    if get_origin(hint) is tuple:
        return tuple(value(random, get_args(hint)[0]) for _ in range(random.randint(0, 3)))
    if hint is type(None):
        return None
    if hint is bool:
        return random.random() < 0.5
    if hint is int:  # quantities, counters, and times near each other, so that limits fall on them
        return random.choice((0, 1, 5, 6, 2_147_483_647, NOW + random.randint(-NEAR_MS, NEAR_MS)))
    if hint is str:
        return random.choice(_TEXTS)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return random.choice(list(hint))
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: value(random, hints[field.name]) for field in fields(hint)})
    raise TypeError(f"nothing is known of {hint}")
