"""Other thresholds on an account's history, through the operator API, on the stack's own table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from actions import simulations
from actions.instants import instant
from actions.simulations import Simulations
from stockbridge import aws
from stockbridge.channels import Channel
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo_history import KEPT, DynamoHistory
from stockbridge.history import Batch, ObservedChange, pack
from stockbridge.rule import Verdict
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Api
from tests.memory import START, Clock, channel

TABLE = stack.environment()["RECORDS_TABLE"]
MINUTE = 60_000
DAY = 24 * 60 * MINUTE
PATH = "/v1/rule-simulations"


@pytest.fixture
def history(aws_stack: None) -> DynamoHistory:
    return DynamoHistory(aws.dynamodb(), TABLE)


@pytest.fixture
def channels(api: Api) -> list[Channel]:
    """SPT with the threshold 5 and MRC with 10, of the test's account."""
    control = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=now_ms)
    made = [
        channel("SPT", account=api.account, name="Um"),
        channel("MRC", account=api.account, name="Dois", threshold=10),
    ]
    for one in made:
        control.save_channel(one, was_rev=0, activity=Activity(api.account, START, "setup", "channel.save", one.id))
    return made


def change(sku: str, at: int, de: int | None, por: int, verdict: Verdict = Verdict.ABOVE_THRESHOLD) -> ObservedChange:
    return ObservedChange(sku, at, de, por, de, por, only_stock=True, verdict=verdict)


def told(history: DynamoHistory, channel_id: str, *balances: int, sku: str = "42", began: int | None = None) -> int:
    """A SKU that goes from one balance to the next, one batch a minute; when the first of them was."""
    began = now_ms() - 60 * MINUTE if began is None else began
    for place, (de, por) in enumerate(pairwise(balances)):
        history.append(channel_id, [change(sku, began + place * MINUTE, de, por)])
    return began


# ---------------------------------------------------------------------- what is kept


def test_batches_are_read_newest_first_and_only_their_own_channels(history: DynamoHistory) -> None:
    told(history, "loja#SPT", 20, 30, 40, began=START)
    told(history, "loja#MRC", 7, 8, began=START)
    read = [(batch.at, batch.size, list(batch)) for batch in history.newest_first("loja#SPT", since=START)]
    assert read == [
        (START + MINUTE, 1, [change("42", START + MINUTE, 30, 40)]),
        (START, 1, [change("42", START, 20, 30)]),
    ]
    assert [batch.at for batch in history.newest_first("loja#SPT", since=START + 1)] == [START + MINUTE]
    assert list(history.newest_first("loja#S", since=0)) == []


def test_a_history_of_several_pages_is_read_to_its_end(history: DynamoHistory) -> None:
    many = [change(str(1_000_000 + sku * 40_000), START, 2**31 - 1, 2**31 - 2) for sku in range(25_000)]
    for place in range(4):  # each of some 300 KB; a page has 1 MB
        history.append("loja#SPT", [replace(one, at=START + place) for one in many])
    assert [batch.at for batch in history.newest_first("loja#SPT", since=0)] == [START + 3, START + 2, START + 1, START]


def test_what_is_kept_expires_by_itself(history: DynamoHistory) -> None:
    history.append("loja#SPT", [change("42", START, 20, 30)])
    (item,) = aws.dynamodb().scan(TableName=TABLE)["Items"]
    assert int(item["expires_at"]["N"]) * 1000 == START + KEPT.total_seconds() * 1000


# ---------------------------------------------------------------------- what is answered


def test_each_threshold_is_told_by_channel_and_in_total(
    api: Api, channels: list[Channel], history: DynamoHistory
) -> None:
    began = told(history, channels[0].id, 23, 14, 6, 30, 12)
    told(history, channels[1].id, 16, 9, 60, sku="43")
    answer = api("POST", PATH, role="viewer", document={"thresholds": [10, 5, 10]}).json
    mrc, spt = answer["affiliates"]
    assert (mrc["affiliate"], mrc["threshold"], spt["affiliate"], spt["threshold"]) == ("MRC", 10, "SPT", 5)
    assert (spt["changes"], spt["skus"], spt["accepted"], spt["gaps"]) == (4, 1, 0, 0)
    assert spt["covered"]["whole"]
    five, ten = spt["results"]
    hidden = {"affiliate": "SPT", "sku": "42", "shown": 23, "real": 6}
    assert five["largest"].items() >= hidden.items()
    assert five == five | {"threshold": 5, "in_force": True, "sends": 0, "saved": 0, "saved_percent": None}
    assert ten == ten | {"threshold": 10, "in_force": False, "sends": 2, "saved": -2, "hidden_skus": 1}
    assert five["text"] == "Com limite 5: 0 envios com o limite em vigor, 1 SKU com diferença escondida, 23 x 6"
    assert ten["text"] == "Com limite 10: 2 envios a mais, 1 SKU com diferença escondida, 30 x 12"
    total = answer["total"]
    assert (total["whole"], total["changes"], total["sends"]) == (True, 6, 2)
    assert [(one["threshold"], one["sends"], one["saved"], one["saved_percent"]) for one in total["results"]] == [
        (5, 0, 2, 100.0),
        (10, 4, -2, -100.0),
    ]
    assert total["results"][0]["largest"].items() >= {"affiliate": "MRC", "shown": 16, "real": 60}.items()
    assert total["results"][0]["at_risk"].items() >= hidden.items()
    assert spt["covered"]["first_change"][:16] == instant(began).isoformat()[:16]


def test_the_threshold_in_force_is_told_even_when_it_was_not_asked_for(
    api: Api, channels: list[Channel], history: DynamoHistory
) -> None:
    told(history, channels[0].id, 23, 2, 40, 9)
    answer = api("POST", PATH, document={"thresholds": [0], "affiliate": "spt"}, language="en").json
    (spt,) = answer["affiliates"]
    assert [(one["threshold"], one["in_force"], one["sends"]) for one in spt["results"]] == [
        (0, False, 0),
        (5, True, 2),
    ]
    assert spt["results"][0]["text"] == ("With threshold 0: 100 % fewer sends, 1 SKU with a hidden difference, 23 x 2")
    assert [one["threshold"] for one in answer["total"]["results"]] == [0]


def test_without_history_the_answer_says_so(api: Api, channels: list[Channel]) -> None:
    answer = api("POST", PATH, document={"thresholds": [5]}, language="es").json
    (result,) = answer["total"]["results"]
    assert (result["sends"], result["largest"]) == (0, None)
    assert result["text"] == "Con límite 5: ningún cambio en el período"
    assert answer["affiliates"][0]["covered"]["first_change"] is None


def test_only_the_days_that_were_asked_for_count(api: Api, channels: list[Channel], history: DynamoHistory) -> None:
    told(history, channels[0].id, 23, 2, began=now_ms() - 3 * DAY)
    for days, changes in ((2, 0), (4, 1)):
        assert api("POST", PATH, document={"thresholds": [5], "days": days}).json["total"]["changes"] == changes


def test_an_account_sees_its_own_history_alone(api: Api, channels: list[Channel], history: DynamoHistory) -> None:
    told(history, channels[0].id, 23, 2)
    stranger = api("POST", PATH, document={"thresholds": [5]}, groups="[outra:admin]").json
    assert stranger == {"affiliates": [], "total": {"whole": True, "changes": 0, "sends": 0} | stranger["total"]}
    assert api("POST", PATH, document={"thresholds": [5], "affiliate": "SPT"}, groups="[outra:admin]").status == 404


@pytest.mark.parametrize(
    ("document", "field", "reason"),
    [
        ({}, "thresholds", "required"),
        ({"thresholds": []}, "thresholds", "too_short"),
        ({"thresholds": list(range(11))}, "thresholds", "too_long"),
        ({"thresholds": [5, -1]}, "thresholds.1", "too_small"),
        ({"thresholds": [10_001]}, "thresholds.0", "too_large"),
        ({"thresholds": ["5"]}, "thresholds.0", "wrong_type"),
        ({"thresholds": [5], "days": 31}, "days", "too_large"),
        ({"thresholds": [5], "days": 0}, "days", "too_small"),
        ({"thresholds": [5], "affiliate": "S#T"}, "affiliate", "affiliate_format"),
        ({"thresholds": [5], "other": 1}, "other", "unknown_field"),
    ],
)
def test_what_is_wrong_with_a_request_is_named(api: Api, document: dict[str, Any], field: str, reason: str) -> None:
    answer = api("POST", PATH, document=document)
    assert answer.status == 422
    assert [(one["field"], one["reason"]) for one in answer.json["problems"]] == [(field, reason)]


def test_an_affiliate_without_a_channel_is_not_found(api: Api) -> None:
    answer = api("POST", PATH, document={"thresholds": [5], "affiliate": "NEN"})
    assert (answer.status, answer.json["type"]) == (404, "urn:stockbridge:problem:channel_not_found")


# ---------------------------------------------------------------------- how much is read


class Told:
    """A history in memory, of one change a batch; each page takes a second."""

    def __init__(self, clock: Clock, sizes: dict[str, int]) -> None:
        self._clock = clock
        self._sizes = sizes

    def newest_first(self, channel_id: str, *, since: int) -> Iterator[Batch]:
        for age in range(self._sizes[channel_id]):
            self._clock.forward(1)
            at = START - age * MINUTE
            yield Batch(at, 1, pack([change("42", at, 20 + age, 19 + age)])[1])


def test_at_most_so_many_changes_are_read_and_what_one_channel_leaves_the_next_may_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(simulations, "MAX_CHANGES", 8)
    clock = Clock()
    history = Told(clock, {"loja#MRC": 1, "loja#SPT": 7, "loja#MGL": 9})
    answer = Simulations(history, clock).of([channel(name) for name in ("MRC", "SPT", "MGL")], [5], 30, "pt")
    covered = {one.affiliate: (one.changes, one.covered.whole) for one in answer.affiliates}
    assert covered == {"MRC": (1, True), "SPT": (3, False), "MGL": (4, False)}
    assert answer.affiliates[1].covered.since == answer.affiliates[1].covered.first_change
    assert not answer.total.whole


def test_when_time_is_over_the_newest_part_is_answered() -> None:
    clock = Clock()
    history = Told(clock, {"loja#MRC": 30, "loja#SPT": 30})
    answer = Simulations(history, clock).of([channel("MRC"), channel("SPT")], [5], 30, "pt")
    mrc, spt = answer.affiliates
    assert (mrc.changes, mrc.covered.whole) == (simulations.READ_S - 1, False)
    assert spt.changes + mrc.changes < 2 * simulations.READ_S
    assert not spt.covered.whole
