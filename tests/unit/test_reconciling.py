"""What is a difference, whose it is, and what is done about it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.channels import Channel
from stockbridge.notifications import Key, Origin
from stockbridge.observing import Notice, Sight, observe
from stockbridge.outcomes import Applied, Outcome, Refused, Unknown
from stockbridge.policy import QuantityPolicy
from stockbridge.reconciling import (
    QUIET_MS,
    SECOND_SIGHT_MS,
    Difference,
    Finding,
    Kind,
    Repair,
    judge,
    listed,
    shows,
)
from stockbridge.records import Record, Status
from stockbridge.rule import Verdict
from stockbridge.sending import claim, commit
from tests.memory import START, channel

T = START
KEY = Key("loja", "SPT", "42")
LATER = T + 2 * 3_600_000
SPT = channel()


def notified(record: Record, balance: int, now: int, at: Channel = SPT) -> Record:
    notice = Notice(KEY, now, changed=True, stock=True, origin=Origin.NOTIFICATION)
    step, _ = observe(record, notice, Sight(balance, unlimited=False), at, now)
    return step


def sent(record: Record, now: int, outcome: Outcome = Applied()) -> Record:  # noqa: B008 -- frozen
    claimed, mine = claim(record, now, late_effect_s=120)
    return commit(claimed, mine, outcome, now + 1_000, late_effect_s=120, jitter=0.0)


def lived(*balances: int, at: Channel = SPT) -> Record:
    """Notified of each, a minute apart; what the rule admits is sent."""
    record = replace(Record(KEY), rev=1)
    for minute, balance in enumerate(balances):
        now = T + minute * 60_000
        record = notified(record, balance, now, at)
        if record.open:
            record = sent(record, now)
    return record


def found(
    record: Record,
    balance: int,
    shown: int | Outcome | None,
    *,
    now: int = LATER,
    at: Channel = SPT,
    before: Difference | None = None,
    asked: bool = False,
) -> Finding:
    finding = judge(record, Sight(balance, unlimited=False), shown, at, now, before, asked=asked)
    assert finding is not None
    return finding


# ------------------------------------------------------------------ two boxes


def test_what_the_rule_held_back_twice_is_allowed_and_says_which_change_it_was() -> None:
    record = lived(4, 23, 10, 6)
    finding = found(record, 6, 23)
    assert (finding.kind, finding.target, finding.repair) == (Kind.ALLOWED, 6, None)
    difference = listed(record, finding, None, LATER, repaired=False)
    assert difference is not None
    assert (difference.de, difference.por, difference.shown, difference.wanted) == (10, 6, 23, 6)


def test_it_stays_allowed_when_the_marketplace_sold_some_meanwhile() -> None:
    assert found(lived(4, 23, 10, 6), 6, 21).kind is Kind.ALLOWED


@pytest.mark.parametrize(("shown", "kind"), [(5, Kind.DRIFTED), (24, Kind.DRIFTED), (6, Kind.EQUAL), (7, Kind.ALLOWED)])
def test_it_is_abnormal_when_few_are_shown_or_more_than_were_ever_told(shown: int, kind: Kind) -> None:
    assert found(lived(4, 23, 10, 6), 6, shown).kind is kind


def test_a_failed_send_is_listed_and_not_restarted() -> None:
    record = notified(lived(3), 10, T + 60_000)
    record = sent(record, T + 60_000, Refused("not_catalogued", "no such SKU"))
    assert record.status is Status.ERROR
    finding = found(record, 10, 3)
    assert (finding.kind, finding.repair) == (Kind.FAILED, None)
    assert found(record, 10, 10).kind is Kind.EQUAL


def test_a_change_of_a_failed_sku_that_nobody_notified_is_missed_as_any_other() -> None:
    record = notified(lived(3), 10, T + 60_000)
    record = sent(record, T + 60_000, Refused("not_catalogued", "no such SKU"))
    assert found(record, 20, 3).repair is Repair.LOOK


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=5),
    st.integers(0, 12),
    st.one_of(st.none(), st.integers(0, 12)),
    st.sampled_from([QuantityPolicy(), QuantityPolicy(safety=2), QuantityPolicy(cap=7)]),
)
def test_a_difference_is_allowed_only_when_everything_is_above_the_threshold(
    balances: list[int], balance: int, shown: int | None, policy: QuantityPolicy
) -> None:
    at = replace(SPT, policy=policy)
    record = lived(*balances, at=at)
    finding = found(record, balance, shown, at=at)
    if finding.kind is Kind.ALLOWED:
        assert min(balance, finding.target, shown if shown is not None else record.confirmed or 0) > at.threshold
        assert finding.repair is not Repair.REWRITE
        looked, verdict = observe(record, Notice(KEY, LATER), Sight(balance, unlimited=False), at, LATER)
        assert not verdict.exports
        assert looked.version == record.version


@given(st.lists(st.integers(0, 12), min_size=1, max_size=5), st.integers(0, 12))
def test_a_missed_change_is_abnormal_exactly_when_the_rule_admits_it(balances: list[int], balance: int) -> None:
    record = lived(*balances)
    finding = found(record, balance, record.confirmed)
    if record.balance == balance:
        assert not finding.silent
        return
    _looked, verdict = observe(record, Notice(KEY, LATER), Sight(balance, unlimited=False), SPT, LATER)
    assert finding.silent
    assert finding.kind is (Kind.MISSED if verdict.exports else Kind.ALLOWED)
    assert finding.repair is Repair.LOOK  # "De" must be right, whatever the rule says


# ------------------------------------------------------------------ silence


def test_a_missed_change_becomes_a_record_that_says_nobody_notified_it() -> None:
    record = lived(8)
    assert found(record, 2, 8).kind is Kind.MISSED
    looked, verdict = observe(
        record, Notice(KEY, LATER, origin=Origin.RECONCILIATION), Sight(2, unlimited=False), SPT, LATER
    )
    assert verdict is Verdict.AT_THRESHOLD
    assert looked.decision is not None
    assert (looked.decision.origin, looked.decision.de, looked.decision.por) == (Origin.RECONCILIATION, 8, 2)


def test_a_mapped_sku_without_a_record_was_never_notified() -> None:
    finding = judge(Record(KEY), Sight(3, unlimited=False), None, SPT, LATER, mapped=True)
    assert finding is not None
    assert (finding.kind, finding.repair) == (Kind.NEVER, Repair.LOOK)
    assert judge(Record(KEY), Sight(3, unlimited=False), None, SPT, LATER) is None


def test_a_policy_that_was_changed_is_found_although_the_balance_is_the_same() -> None:
    finding = found(lived(20), 20, 20, at=replace(SPT, policy=QuantityPolicy(cap=4)))
    assert (finding.kind, finding.repair, finding.silent) == (Kind.POLICY, Repair.LOOK, False)


# ------------------------------------------------------------------ not yet a difference


def test_what_changed_a_moment_ago_is_under_way() -> None:
    record = lived(8)
    assert found(record, 8, 3, now=T + QUIET_MS).kind is Kind.UNDER_WAY
    assert found(record, 2, 8, now=T + QUIET_MS - 1).kind is Kind.UNDER_WAY
    assert found(record, 8, 9, now=T + QUIET_MS + 2_000).kind is Kind.DRIFTED


def test_a_record_that_is_not_at_rest_is_under_way() -> None:
    waiting = notified(lived(8), 2, T + 60_000)
    claimed, _ = claim(waiting, T + 60_000, late_effect_s=120)
    unanswered = sent(waiting, T + 60_000, Unknown("timeout", "no answer"))
    for record in (waiting, claimed, unanswered):
        assert found(record, 2, 8).kind is Kind.UNDER_WAY


def test_a_write_that_can_still_land_is_under_way_and_one_that_cannot_is_not() -> None:
    record = replace(lived(8), may_land_until=LATER)
    assert found(record, 8, 3, now=LATER).kind is Kind.UNDER_WAY
    assert found(record, 8, 9, now=LATER + 2_000).kind is Kind.DRIFTED


# ------------------------------------------------------------------ what the marketplace shows


def test_more_than_there_is_is_repaired_at_once() -> None:
    finding = found(lived(3), 3, 4)
    assert (finding.kind, finding.repair, finding.waits) == (Kind.DRIFTED, Repair.REWRITE, False)


def test_less_than_there_is_is_repaired_when_it_is_seen_again() -> None:
    record = lived(3)
    first = found(record, 3, 2)
    assert (first.repair, first.waits) == (None, True)
    difference = listed(record, first, None, LATER, repaired=False)
    soon, then = LATER + SECOND_SIGHT_MS - 1, LATER + SECOND_SIGHT_MS
    assert found(record, 3, 2, before=difference, now=soon).waits
    assert found(record, 3, 2, before=difference, now=then).repair is Repair.REWRITE
    assert found(record, 3, 1, before=difference, now=then).waits  # it sells: VTEX will hear of it
    assert found(record, 3, 2, asked=True).repair is Repair.REWRITE
    newer = replace(record, version=2, done_version=2)
    assert found(newer, 3, 2, before=difference, now=then).waits  # something happened in between
    assert listed(newer, Finding(Kind.UNDER_WAY, 3, 3), difference, then, repaired=False) is None


def test_as_much_as_the_marketplace_takes_is_no_difference() -> None:
    record = sent(notified(replace(Record(KEY), rev=1), 500, T), T, Applied(quantity=100))
    assert found(record, 500, 100).kind is Kind.EQUAL


def test_the_right_quantity_that_the_record_does_not_know_is_noted() -> None:
    record = lived(23, 21)
    finding = found(record, 21, 21)
    assert (finding.kind, finding.confirms) == (Kind.EQUAL, True)
    noted = shows(record, 21, LATER, rewrite=False)
    assert (noted.confirmed, noted.due_at, noted.version) == (21, None, record.version)


def test_what_is_shown_wrongly_is_decided_upon_anew_and_sent() -> None:
    noted = shows(lived(3), 9, LATER, rewrite=True)
    assert noted.confirmed == 9
    assert noted.look_at is not None
    decided, verdict = observe(noted, Notice(KEY, LATER), Sight(3, unlimited=False), SPT, LATER)
    assert (verdict, decided.wanted, decided.version, decided.diverged) == (Verdict.DIVERGED, 3, 2, False)
    ended = sent(decided, LATER)
    assert (ended.status, ended.confirmed) == (Status.SUCCESS, 3)


def test_a_marketplace_that_tells_nothing_is_judged_by_what_it_took() -> None:
    assert found(lived(3), 3, None).kind is Kind.EQUAL
    assert found(lived(23, 10), 10, Unknown("timeout", "no answer")).kind is Kind.ALLOWED


def test_what_is_not_offered_is_told_unless_nothing_is_to_be_sold() -> None:
    gone = Refused("listing_closed", "closed")
    assert found(lived(3), 3, gone).kind is Kind.NOT_LIVE
    assert found(lived(0), 0, gone).kind is Kind.EQUAL
    assert found(lived(3), 3, Refused("unconfirmed", "not told")).kind is Kind.EQUAL


# ------------------------------------------------------------------ the list


def test_a_difference_keeps_its_age_while_it_stays_the_same() -> None:
    record = lived(3)
    first = listed(record, found(record, 3, 2), None, LATER, repaired=False)
    same = listed(record, found(record, 3, 2, before=first), first, LATER + 5, repaired=False)
    other = listed(record, found(record, 3, 1, before=first), first, LATER + 5, repaired=False)
    assert first is not None
    assert same is not None
    assert other is not None
    assert (same, other.since) == (first, LATER + 5)


def test_a_difference_is_gone_when_both_sides_are_equal_and_stays_while_they_change() -> None:
    record = lived(3)
    first = listed(record, found(record, 3, 9), None, LATER, repaired=True)
    assert first is not None
    assert first.version == record.version
    assert first.repaired_at == LATER
    assert listed(record, found(record, 3, 3), first, LATER, repaired=False) is None
    assert listed(record, Finding(Kind.UNDER_WAY, 3, 3), first, LATER, repaired=False) == first
