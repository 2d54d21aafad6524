"""Whatever people do is told in the console in a sentence of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from actions.reconciliation_answers import ReconciliationAnswer

ROOT = Path(__file__).parents[2]
SENTENCES = ROOT / "console/src/activity/action-texts.ts"

RECONCILIATIONS = get_args(ReconciliationAnswer.model_fields["kind"].annotation)


def actions_of(module: ast.Module) -> Iterator[str]:
    """Those that a module saves as an `Activity`: words such as "channel.save", f-strings of a family and a `deed` or
    a `kind`, or, where it has no such f-string, the deeds that it calls its `_do` with."""
    nodes = list(ast.walk(module))
    if not any(isinstance(node, ast.Call) and ast.unparse(node.func) == "Activity" for node in nodes):
        return
    deeds, families = [], []
    for node in nodes:
        match node:
            case ast.Constant(value=str(word)) if re.fullmatch(r"[a-z]+\.[a-z]+", word):
                yield word
            case ast.Call(func=ast.Attribute(attr="_do"), args=[ast.Constant(value=str(deed)), *_]):
                deeds.append(deed)
            case ast.JoinedStr(values=[ast.Constant(value=str(family)), ast.FormattedValue(value=ast.Name(id=name))]):
                families.append((family, name))
    ends = {"deed": deeds, "kind": RECONCILIATIONS}
    own = [(family, name) for family, name in families if re.fullmatch(r"[a-z]+\.", family)]
    yield from (f"{family}{end}" for family, name in own or [("", "deed")] for end in ends[name])


def test_the_console_has_a_sentence_for_every_action_and_for_nothing_else() -> None:
    modules = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted((ROOT / "functions").rglob("*.py"))]
    saved = {action for module in modules for action in actions_of(module)}
    told = set(re.findall(r'^  "?([a-z.]+)"?: \[', SENTENCES.read_text(encoding="utf-8"), re.MULTILINE))
    assert told == saved
