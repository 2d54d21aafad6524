"""The template's functions and the code they name."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.template import Stack
from local.wiring import Function, Wiring
from stockbridge import observing, sending
from stockbridge.runs import FULL, HOT
from stockbridge.settings import read_settings

ColdStart = Callable[[Function, str], str]


def test_every_handler_starts_with_what_the_template_gives_it(
    wires: Wiring, written: dict[str, Any], cold_start: ColdStart
) -> None:
    resources = written["Resources"].items()
    assert wires.functions.keys() == {
        name for name, resource in resources if resource["Type"] == "AWS::Serverless::Function"
    }
    for function in wires.functions.values():
        module, name = function.handler.rsplit(".", 1)
        assert cold_start(function, f"import {module}; print(callable({module}.{name}))") == "True\n"


def test_only_the_operator_api_pays_for_pydantic_at_its_start(wires: Wiring, cold_start: ColdStart) -> None:
    for logical_id, function in wires.functions.items():
        module = function.handler.rsplit(".", 1)[0]
        imported = cold_start(function, f"import sys, {module}; print('pydantic' in sys.modules)") == "True\n"
        assert imported == (function.handler == "actions.handler.handler"), logical_id


def test_settings_are_exactly_the_templates_variables(written: dict[str, Any]) -> None:
    class Asked(dict[str, str]):
        def __missing__(self, name: str) -> str:
            self[name] = "1"
            return "1"

    asked = Asked()
    read_settings(asked)
    given = written["Globals"]["Function"]["Environment"]["Variables"].keys()
    assert asked.keys() == {name for name in given if not name.startswith("POWERTOOLS_")}


def test_no_function_has_variables_of_its_own(written: dict[str, Any]) -> None:
    own = [
        logical_id
        for logical_id, resource in written["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function" and "Environment" in resource["Properties"]
    ]
    assert own == []


def test_only_the_settings_read_the_environment(root: Path) -> None:
    readers = {
        str(path.relative_to(root / "functions"))
        for path in (root / "functions").rglob("*.py")
        if re.search(r"\benviron\b|\bgetenv\b", path.read_text(encoding="utf-8"))
    }
    assert readers == {"stockbridge/settings.py", "stockbridge/aws.py"}  # aws.py: whether this is Lambda at all


def test_the_constants_of_sending_are_the_templates(wires: Wiring, stack: Stack, cold_start: ColdStart) -> None:
    function = wires.functions["ExportFunction"]
    (mapping,) = (mapping for mapping in wires.mappings if mapping.function == "ExportFunction")

    assert function.timeout_s == sending.FUNCTION_TIMEOUT_S
    assert int(stack.resources["ExportQueue"].properties["VisibilityTimeout"]) == sending.VISIBILITY_S
    batch_size = cold_start(function, "from export.handler import BATCH_SIZE; print(BATCH_SIZE)")
    assert int(batch_size) == mapping.batch_size
    assert wires.functions["IntakeFunction"].timeout_s == observing.FUNCTION_TIMEOUT_S


def test_a_page_of_an_operation_has_time_to_end_before_its_function_and_its_lease_do(
    wires: Wiring, cold_start: ColdStart
) -> None:
    function = wires.functions["OperationsFunction"]
    line = "from operations.handler import BUDGET_S, LEASE_S; print(BUDGET_S, LEASE_S)"
    budget_s, lease_s = map(int, cold_start(function, line).split())
    assert budget_s <= function.timeout_s / 2
    assert lease_s > function.timeout_s


def test_a_page_of_a_reconciliation_is_nobody_elses_while_its_function_lives(
    wires: Wiring, cold_start: ColdStart
) -> None:
    function = wires.functions["ReconcileFunction"]
    told = cold_start(function, "from reconcile.handler import BUDGET_S, LEASE_S; print(BUDGET_S, LEASE_S)")
    budget_s, lease_s = map(int, told.split())
    assert budget_s < function.timeout_s < lease_s


def test_what_is_scheduled_is_a_kind_of_run(wires: Wiring) -> None:
    kinds = {
        json.loads(one.input or "{}").get("reconcile") for one in wires.schedules if one.function == "ReconcileFunction"
    }
    assert kinds == {HOT, FULL}


def test_a_page_of_a_file_is_nobody_elses_while_its_function_may_live(wires: Wiring, cold_start: ColdStart) -> None:
    function = wires.functions["FilesFunction"]
    (mapping,) = (mapping for mapping in wires.mappings if mapping.function == "FilesFunction")
    line = "from files import handler as it; print(it.FUNCTION_TIMEOUT_S, it.LEASE_S, it.BUDGET_S)"
    timeout_s, lease_s, budget_s = map(int, cold_start(function, line).split())
    assert timeout_s == function.timeout_s
    assert lease_s > timeout_s > 1.5 * budget_s
    assert mapping.batch_size == 1  # or a file that is assembled would share its time with another


def test_tests_and_lambda_run_the_same_python(written: dict[str, Any], root: Path) -> None:
    version = (root / ".python-version").read_text().strip()
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))

    assert written["Globals"]["Function"]["Runtime"] == f"python{version}"
    assert project["project"]["requires-python"] == f"=={version}.*"
    assert project["tool"]["mypy"]["python_version"] == version
    assert project["tool"]["ruff"]["target-version"] == f"py{version.replace('.', '')}"
    assert "{}.{}".format(*sys.version_info[:2]) == version
