"""The counts of causes and own causes on DynamoDB."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stockbridge import aws
from stockbridge.catalogue import OwnCause, Pattern
from stockbridge.cause_statistics import DAY_MS, FADES_AT, Statistic, Tally
from stockbridge.causes import Cure
from stockbridge.dynamo_cause_counts import DynamoCauseCounts, DynamoCauseIndex
from stockbridge.dynamo_own_causes import KEPT_S, DynamoOwnCauses
from stockbridge.errors import Conflict
from stockbridge.store import Activity
from tests import stack
from tests.memory import START, Clock, channel

SPT = "loja#SPT"
DID = Activity("loja", START, "ana", "cause.save", "own.a")
OWN = OwnCause(
    "own.a", Cure.RETRIES_ALONE, {"pt": "A"}, {"pt": "B"}, (Pattern("x"), Pattern("y+", regex=True)), "SPT", "mirakl", 7
)


@pytest.fixture
def counts(aws_stack: None) -> DynamoCauseCounts:
    return DynamoCauseCounts(stack.environment()["RECORDS_TABLE"])


def seen(cause: str, at: int, errors: int = 1, **more: int) -> Tally:
    day = datetime.fromtimestamp(at / 1000, UTC).date().isoformat()
    return Tally(SPT, cause, at, at, {day: errors} if errors else {}, **more)


def test_counts_add_up_and_keep_the_first_and_the_last_time(counts: DynamoCauseCounts) -> None:
    counts.add(seen("own.a", START, errors=2))
    counts.add(seen("own.a", START + DAY_MS, worked=1))
    counts.add(Tally(SPT, "own.a", worked=1, failed=3))
    (one,) = counts.of_channel(SPT)
    days = {"2026-01-01": 2, "2026-01-02": 1}
    assert one == Statistic("SPT", "own.a", 3, START, START + DAY_MS, 2, 3, days)
    assert counts.one(SPT, "own.a") == one


def test_what_is_counted_late_does_not_set_the_last_time_back(counts: DynamoCauseCounts) -> None:
    counts.add(seen("auth", START + DAY_MS))
    counts.add(seen("auth", START))
    (one,) = counts.of_channel(SPT)
    assert (one.errors, one.last_seen) == (2, START + DAY_MS)


def test_an_error_that_is_only_seen_again_makes_no_day(counts: DynamoCauseCounts) -> None:
    counts.add(seen("auth", START, errors=0))
    (one,) = counts.of_channel(SPT)
    assert (one.errors, one.last_seen, one.days) == (0, START, {})


def test_causes_and_channels_with_similar_names_are_apart(counts: DynamoCauseCounts) -> None:
    for cause in ("own.a", "own.a-b", "own.ab"):
        counts.add(seen(cause, START))
    counts.add(Tally("loja#SPTX", "auth", START, START, {"2026-01-01": 9}))
    assert [one.cause for one in counts.of_channel(SPT)] == ["own.a", "own.a-b", "own.ab"]
    found = counts.one(SPT, "own.a")
    assert found is not None
    assert (found.errors, found.days) == (1, {"2026-01-01": 1})
    assert counts.one(SPT, "auth") is None


def test_only_the_days_expire(counts: DynamoCauseCounts) -> None:
    counts.add(seen("auth", START))
    table = stack.environment()["RECORDS_TABLE"]
    items = aws.dynamodb().scan(TableName=table)["Items"]
    ends = {item["sk"]["S"]: int(item["expires_at"]["N"]) for item in items if "expires_at" in item}
    assert ends == {"auth#2026-01-01": START // 1000 + 16 * 24 * 3600}
    assert len(items) == 2


def test_long_ago_reprocesses_count_less_and_less(counts: DynamoCauseCounts) -> None:
    counts.add(Tally(SPT, "auth", failed=FADES_AT - 1))
    counts.add(Tally(SPT, "auth", worked=1))
    faded = counts.of_channel(SPT)[0]
    assert (faded.worked, faded.failed) == (0, 39)
    counts.add(Tally(SPT, "auth", worked=41))
    again = counts.of_channel(SPT)[0]
    assert (again.worked, again.failed) == (20, 19)


def test_the_causes_that_were_seen_at_a_channel_are_told(counts: DynamoCauseCounts) -> None:
    index = DynamoCauseIndex(aws.dynamodb(), stack.environment()["RECORDS_TABLE"], Clock())
    counts.add(seen("auth", START))
    counts.add(seen("own.a", START))
    assert index.seen(channel("SPT")) == ["auth", "own.a"]
    assert index.seen(channel("MRC")) == []


def test_an_own_cause_comes_back_as_it_was_saved_and_only_over_its_own_rev(aws_stack: None) -> None:
    own = DynamoOwnCauses(stack.environment()["CONTROL_TABLE"], Clock(), kept_s=0)
    saved = own.save("loja", OWN, activity=DID)
    assert saved.rev == 1
    assert own.one("loja", "own.a") == saved
    assert own.all("loja") == [saved]
    assert own.all("loj") == []
    with pytest.raises(Conflict):
        own.save("loja", OWN, activity=DID)
    with pytest.raises(Conflict):
        own.forget("loja", OWN, activity=DID)
    own.forget("loja", saved, activity=DID)
    assert own.one("loja", "own.a") is None


def test_a_process_works_with_what_it_read_for_half_a_minute(aws_stack: None) -> None:
    clock = Clock()
    export = DynamoOwnCauses(stack.environment()["CONTROL_TABLE"], clock)
    assert export.catalogue("loja").own == ()
    DynamoOwnCauses(stack.environment()["CONTROL_TABLE"], clock, kept_s=0).save("loja", OWN, activity=DID)
    assert export.catalogue("loja").own == ()
    clock.forward(KEPT_S)
    assert [one.code for one in export.catalogue("loja").own] == ["own.a"]
