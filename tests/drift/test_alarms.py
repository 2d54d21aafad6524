"""The alarms watch metrics that the functions count and names that the flow exports."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse


@pytest.fixture(scope="module")
def text(root: Path) -> str:
    return (root / "infra/alarms.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def alarms(text: str) -> dict[str, Any]:
    resources = yaml_parse(text)["Resources"].items()
    return {name: alarm["Properties"] for name, alarm in resources if alarm["Type"] == "AWS::CloudWatch::Alarm"}


def test_every_metric_is_counted_somewhere(root: Path, text: str) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (root / "functions").rglob("*.py"))
    whole = set(re.findall(r'\bcount\("(\w+)"', code))
    begun = tuple(re.findall(r'\bcount\(f"(\w+)\{', code))
    ours = set(re.findall(r'\["StockBridge/\$\{Stage\}", "(\w+)"', text))
    ours |= set(re.findall(r"Namespace: !Sub StockBridge/\$\{Stage\}\n\s+MetricName: (\w+)", text))

    assert ours
    assert [name for name in ours if name not in whole and not name.startswith(begun)] == []


def test_every_import_is_exported(written: dict[str, Any], text: str) -> None:
    exported = {
        output["Export"]["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}")
        for output in written["Outputs"].values()
        if "Export" in output
    }
    imported = set(re.findall(r'"Fn::Sub": "\$\{Flow\}(-[a-z-]+)"', text))
    assert imported == exported


def test_the_errors_of_every_function_are_watched(written: dict[str, Any], alarms: dict[str, Any]) -> None:
    watched = str(alarms["FunctionErrors"])
    for logical_id, resource in written["Resources"].items():
        if resource["Type"] == "AWS::Serverless::Function":
            assert (
                written["Outputs"][logical_id]["Export"]["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}") in watched
            )


def test_silence_alarms_only_where_there_should_be_sound(alarms: dict[str, Any]) -> None:
    assert {name for name, alarm in alarms.items() if alarm["TreatMissingData"] == "breaching"} == {"AuditSilent"}


def test_every_alarm_tells_somebody_what_it_means(alarms: dict[str, Any]) -> None:
    for name, alarm in alarms.items():
        assert len(alarm["AlarmDescription"].split(". ")) >= 2, name
        assert alarm["AlarmActions"] == [{"Fn::ImportValue": {"Fn::Sub": "${Flow}-alerts"}}], name
