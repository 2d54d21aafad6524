"""The records of the simulation behave as the product's adapter on DynamoDB does, call by call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from stockbridge.records import Record
from stockbridge.store import Activity, KeptEvidence
from tests.conformance.lockstep import Lockstep
from tests.conformance.plays import KEYS, RecordsPlay
from tests.conformance.values import NOW
from tests.simulation.faults import Fault

CALLS = 250


@pytest.mark.parametrize("seed", range(4))
def test_both_answer_alike_whoever_writes_first_and_whatever_the_network_loses(
    over_the_wire: Lockstep, seed: int
) -> None:
    _play(over_the_wire, seed, faults=True)


@pytest.mark.parametrize("seed", range(100, 102))
def test_moto_answers_as_the_simulation_too(in_moto: Lockstep, seed: int) -> None:
    _play(in_moto, seed, faults=False)


def _play(lockstep: Lockstep, seed: int, *, faults: bool) -> None:
    play = RecordsPlay(lockstep, Random(seed), faults=faults)
    play.run(CALLS)
    play.compare_all()
    assert lockstep.compared > CALLS
    stored = lockstep.wire.stored_records()
    records = [item for item in stored if not item["sk"].startswith("~")]
    assert len(records) == len(lockstep.simulated.records.records) > 3
    assert _evidence(item for item in stored if item["sk"].startswith("~")) == {_told(one) for one in play.kept}
    assert _activities(lockstep.wire.stored_control()) == sorted(map(repr, lockstep.simulated.records.activities))


def test_a_repeated_transaction_is_told_as_it_went_and_the_simulation_is_harsher(over_the_wire: Lockstep) -> None:
    """README, "Harsher": the SDK gives each transaction a token of its own, so its repetition is no conflict."""
    record = Record(KEYS[0])
    activity = Activity("loja", NOW, "ana", "reprocess", "MRC#1")
    wire, simulated = over_the_wire.wire, over_the_wire.simulated
    wire.arm(Fault.RETRIED)
    assert wire.records.save(record, record, activity=activity).rev == 1
    simulated.arm(Fault.RETRIED)
    with pytest.raises(Exception, match="our own write"):
        simulated.run(lambda: simulated.records.save(record, record, activity=activity))
    assert simulated.records.activities == [activity]
    assert _activities(wire.stored_control()) == [repr(activity)]


def _evidence(items: Any) -> set[tuple[Any, ...]]:
    return {
        (item["pk"], item["sk"], item["sent"], item["received"], item.get("http_status"), item.get("duration_ms"))
        for item in items
    }


def _told(kept: KeptEvidence) -> tuple[Any, ...]:
    key, evidence = kept.key, kept.evidence
    name = f"~{key.affiliate}#{kept.at:013d}#{kept.epoch}"
    return (
        f"{key.account}#{key.sku}",
        name,
        evidence.request,
        evidence.response,
        evidence.http_status,
        evidence.duration_ms,
    )


def _activities(items: Sequence[Mapping[str, Any]]) -> list[str]:
    kept = [item for item in items if item["pk"].startswith("activity#")]
    return sorted(
        repr(
            Activity(
                item["pk"].removeprefix("activity#"),
                int(item["at"]),
                item["user"],
                item["action"],
                item["subject"],
                item["details"],
            )
        )
        for item in kept
    )
