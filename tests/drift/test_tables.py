"""The PynamoDB models and the tables of the template: one schema, written twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import pytest
from pynamodb.attributes import TTLAttribute
from pynamodb.models import Model

from local.template import Stack
from stockbridge.records import Record
from stockbridge.tables import (
    ActivityItem,
    CauseItem,
    ControlItem,
    DifferenceItem,
    EvidenceItem,
    HistoryItem,
    JobItem,
    LastNumberItem,
    LeaseItem,
    ListingItem,
    NumberItem,
    PartItem,
    RecordItem,
)

MODELS = [
    (RecordItem, "RecordsTable"),
    (EvidenceItem, "RecordsTable"),
    (ListingItem, "RecordsTable"),
    (JobItem, "RecordsTable"),
    (DifferenceItem, "RecordsTable"),
    (LeaseItem, "RecordsTable"),
    (HistoryItem, "RecordsTable"),
    (CauseItem, "RecordsTable"),
    (PartItem, "RecordsTable"),
    (NumberItem, "RecordsTable"),
    (LastNumberItem, "RecordsTable"),
    (ControlItem, "ControlTable"),
    (ActivityItem, "ControlTable"),
]


def _keys(schema: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {key["KeyType"]: key["AttributeName"] for key in schema}


def _types(definitions: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {attribute["AttributeName"]: attribute["AttributeType"] for attribute in definitions}


def _projection(projection: Mapping[str, Any]) -> tuple[str, set[str]]:
    return projection["ProjectionType"], set(projection.get("NonKeyAttributes", ()))


@pytest.mark.parametrize(("model", "table"), MODELS)
def test_a_model_has_its_tables_keys(model: type[Model], table: str, stack: Stack) -> None:
    properties = stack.resources[table].properties
    schema: Any = model._get_schema()

    assert _keys(schema["key_schema"]) == _keys(properties["KeySchema"])
    assert _types(schema["attribute_definitions"]).items() <= _types(properties["AttributeDefinitions"]).items()


def test_the_records_have_the_tables_indexes(stack: Stack) -> None:
    properties = stack.resources["RecordsTable"].properties
    schema: Any = RecordItem._get_schema()

    assert {
        index["index_name"]: (_keys(index["key_schema"]), _projection(index["projection"]))
        for index in schema["global_secondary_indexes"]
    } == {
        index["IndexName"]: (_keys(index["KeySchema"]), _projection(index["Projection"]))
        for index in properties["GlobalSecondaryIndexes"]
    }
    assert _types(schema["attribute_definitions"]) == _types(properties["AttributeDefinitions"])


@pytest.mark.parametrize(
    ("model", "names"), [(ListingItem, ["list"]), (DifferenceItem, ["list"]), (JobItem, ["due", "list"])]
)
def test_what_lies_beside_the_records_is_in_their_own_indexes(model: type[Model], names: Sequence[str]) -> None:
    schema: Any = model._get_schema()
    records: Any = RecordItem._get_schema()
    indexes = schema["global_secondary_indexes"]
    assert sorted(index["index_name"] for index in indexes) == names
    assert all(index in records["global_secondary_indexes"] for index in indexes)


def test_only_the_records_have_indexes(stack: Stack) -> None:
    assert "GlobalSecondaryIndexes" not in stack.resources["ControlTable"].properties
    records = (EvidenceItem, HistoryItem, CauseItem, PartItem, NumberItem, LastNumberItem)
    for model in (*records, ControlItem, ActivityItem):
        schema: Any = model._get_schema()
        assert schema["global_secondary_indexes"] == schema["local_secondary_indexes"] == []


def test_what_is_true_or_was_done_never_expires(stack: Stack) -> None:
    lasting = {
        model
        for model, _ in MODELS
        if not any(isinstance(attribute, TTLAttribute) for attribute in model.get_attributes().values())
    }
    assert lasting == {RecordItem, ListingItem, DifferenceItem, LastNumberItem, ControlItem, ActivityItem}
    assert stack.resources["RecordsTable"].properties["TimeToLiveSpecification"] == {
        "AttributeName": "expires_at",
        "Enabled": True,
    }
    assert "TimeToLiveSpecification" not in stack.resources["ControlTable"].properties


def test_every_field_of_a_record_is_stored_under_its_own_name() -> None:
    attributes = RecordItem.get_attributes()
    assert {field.name for field in fields(Record)} - {"key"} <= attributes.keys()
    assert all(attribute.attr_name == name for name, attribute in attributes.items())


def test_the_tables_survive_a_stack_that_does_not(written: dict[str, Any]) -> None:
    for table in ("RecordsTable", "ControlTable"):
        resource = written["Resources"][table]
        assert resource["DeletionPolicy"] == resource["UpdateReplacePolicy"] == "Retain"
        assert resource["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
