"""Why does the marketplace show what it shows? Each way ends in one sentence that is true."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.explanations import explanation_view
from stockbridge.causes import CAUSES
from stockbridge.channels import Channel
from stockbridge.conclusion_texts import CONCLUSIONS
from stockbridge.explaining import Explanation, explain
from stockbridge.explaining_steps import ATTEMPTS, State
from stockbridge.gates import Gate, refused, throttled
from stockbridge.listing_entries import Entry
from stockbridge.notifications import Key, Origin
from stockbridge.policy import QuantityPolicy
from stockbridge.records import AcceptedWrite, Attempt, Decision, Record, Removal, Skipped, Status
from stockbridge.rule import Verdict
from stockbridge.texts import LANGUAGES, TEXTS
from tests.memory import START, channel

NOW = START + 3_600_000
T = NOW - 60_000
HOUR_MS = 3_600_000
KEY = Key("loja", "SPT", "42")
OPEN_GATE = Gate("loja#SPT")

# 7 -> 3 was notified, read a second later and applied a second after that
DONE = Record(
    KEY, rev=3, balance=3, allowed=3, active=True, observed_at=T, wanted=3, version=2, done_version=2,
    decision=Decision(Verdict.AT_THRESHOLD, 7, 3, T, T - 1_000), confirmed=3, confirmed_version=2,
    confirmed_at=T + 1_000, status=Status.SUCCESS, processed_at=T + 1_000, reflected_ms=2_000,
    attempts=(Attempt(T - 9_000, "applied", 7, 1), Attempt(T + 1_000, "applied", 3, 2)),
)  # fmt: skip
QUEUED = replace(
    DONE, done_version=1, confirmed=7, confirmed_version=1, confirmed_at=T - 9_000, status=Status.PENDING,
    changed_at=T - 1_000, send_at=T + 30_000, attempts=DONE.attempts[:1],
)  # fmt: skip
FAILED = replace(
    QUEUED, done_version=2, status=Status.ERROR, cause="not_catalogued", send_at=None, processed_at=T + 1_000,
    attempts=(Attempt(T + 1_000, "refused", 3, 2, "no such SKU", 404),),
)  # fmt: skip
HELD = replace(
    DONE, balance=10, allowed=10, confirmed=23, wanted=23, observed_at=NOW - 5_000,
    decision=Decision(Verdict.AT_THRESHOLD, 4, 23, T, T - 1_000),
    skipped=Skipped(23, 10, NOW - 5_000, Verdict.ABOVE_THRESHOLD),
)  # fmt: skip
ACCEPTED = replace(
    QUEUED, send_at=None, check_at=NOW + 9_000, accepted=AcceptedWrite("write", 3, 2, T + 1_000),
    attempts=(Attempt(T + 1_000, "accepted", 3, 2),),
)  # fmt: skip
UNREAD = replace(DONE, unread_since=NOW - 9_000, look_at=NOW + 30_000, look_tries=2, look_cause="vtex_unavailable")


def explained(
    record: Record, of: Channel | None = None, gate: Gate = OPEN_GATE, listing: Entry | None = None
) -> Explanation:
    return explain(record, of or channel(), gate, listing, NOW, HOUR_MS)


def codes(explanation: Explanation) -> list[tuple[str, str]]:
    return [(step.code, step.state.value) for step in explanation.steps]


def text(explanation: Explanation, record: Record, language: str = "en") -> str:
    return explanation_view(explanation, record, channel(), language).conclusion.text


CASES: list[tuple[str, Record, Channel | None, Gate]] = [
    ("never_heard", Record(KEY), None, OPEN_GATE),
    ("unread", UNREAD, None, OPEN_GATE),
    ("looking", replace(DONE, look_at=NOW), None, OPEN_GATE),
    ("asked", replace(FAILED, status=Status.PENDING, request="r", request_due=True, look_at=NOW), None, OPEN_GATE),
    ("held", HELD, None, OPEN_GATE),
    ("held_same", replace(HELD, confirmed=10), None, OPEN_GATE),
    ("inactive", replace(DONE, active=False, balance=0, allowed=0, wanted=0, confirmed=0), None, OPEN_GATE),
    ("queued", QUEUED, None, OPEN_GATE),
    ("queued", replace(QUEUED, send_at=None), None, OPEN_GATE),
    ("switched_off", QUEUED, channel(enabled=False), OPEN_GATE),
    ("gate_closed", QUEUED, None, throttled(OPEN_GATE, NOW, 30)),
    ("incident", QUEUED, None, refused(OPEN_GATE, T, "token expired")),
    ("incident", replace(FAILED, send_at=NOW, not_before=NOW), None, refused(OPEN_GATE, T, "token expired")),
    ("sending", replace(QUEUED, lease_until=NOW + 1), None, refused(OPEN_GATE, T, "")),
    ("accepted", ACCEPTED, None, OPEN_GATE),
    ("newer_open", replace(ACCEPTED, version=3, wanted=1, send_at=NOW), None, OPEN_GATE),
    ("newer_open", replace(QUEUED, attempts=(Attempt(T + 500, "applied", 7, 1),)), None, OPEN_GATE),
    ("accepted_blind", replace(DONE, confirmed=7, accepted=AcceptedWrite("", 3, 2, T)), None, OPEN_GATE),
    ("settling", replace(DONE, send_at=NOW + 9_000, not_before=NOW + 9_000), None, OPEN_GATE),
    ("retrying", replace(QUEUED, cause="timeout", attempts_used=1, not_before=NOW + 9_000), None, OPEN_GATE),
    ("error_retrying", replace(FAILED, cause="under_review", send_at=NOW, not_before=NOW + 9_000), None, OPEN_GATE),
    ("error_fix_first", FAILED, None, OPEN_GATE),
    ("error_no_cure", replace(FAILED, cause="fulfillment"), None, OPEN_GATE),
    ("error_gave_up", replace(FAILED, cause="timeout"), None, OPEN_GATE),
    ("applied", DONE, None, OPEN_GATE),
    ("applied_policy", replace(DONE, balance=5), channel(policy=QuantityPolicy(safety=2)), OPEN_GATE),
    ("already_shown", replace(DONE, attempts=(Attempt(T, "nothing_to_send", 3, 2),)), None, OPEN_GATE),
    ("clamped", replace(DONE, wanted=9_999, balance=9_999), None, OPEN_GATE),
    ("unknown", replace(DONE, confirmed=None), None, OPEN_GATE),
]


@pytest.mark.parametrize(("code", "record", "of", "gate"), CASES)
def test_each_state_has_its_conclusion(code: str, record: Record, of: Channel | None, gate: Gate) -> None:
    assert explained(record, of, gate).conclusion.code == code


def test_every_conclusion_is_reached_and_has_a_text() -> None:
    assert {f"conclusion.{code}" for code, *_ in CASES} == CONCLUSIONS.keys()


@pytest.mark.parametrize(("code", "record", "of", "gate"), CASES)
def test_a_removed_row_is_concluded_upon_as_before_and_says_that_it_was_removed(
    code: str, record: Record, of: Channel | None, gate: Gate
) -> None:
    if not record.rev:
        return
    explanation = explained(replace(record, removal=Removal(NOW, 2, record.status)), of, gate)
    assert explanation.conclusion.code == code
    assert codes(explanation)[-1] == ("removed", "skipped")


# ---------------------------------------------------------------------- the ways


def test_the_way_of_a_change_that_arrived() -> None:
    explanation = explained(DONE)
    assert codes(explanation) == [
        ("heard", "done"),
        ("read", "done"),
        ("active", "done"),
        ("rule", "done"),
        ("policy", "skipped"),
        ("listing", "skipped"),
        ("channel", "done"),
        ("gate", "done"),
        ("queue", "done"),
        ("attempt_applied", "done"),
        ("shown", "done"),
    ]
    times = [step.at for step in explanation.steps if step.at is not None]
    assert times == [T - 1_000, T, T, T, T + 1_000, T + 1_000]
    assert text(explanation, DONE) == (
        "The marketplace shows 3, VTEX's balance, since 2026-01-01 00:59:01 UTC. The change took 2.0 s."
    )


def test_the_way_of_a_change_that_the_rule_held_back_ends_there_and_says_what_is_shown_since_when() -> None:
    explanation = explained(HELD)
    assert codes(explanation) == [
        ("heard", "unknown"),
        ("read", "done"),
        ("active", "done"),
        ("rule", "stopped"),
        ("policy", "skipped"),
        ("listing", "skipped"),
        ("channel", "done"),
        ("gate", "done"),
        ("queue", "skipped"),
        ("shown", "skipped"),
    ]
    assert text(explanation, HELD) == (
        "The last change was not exported: the balance went from 23 to 10, and both are above 5. "
        "So the marketplace goes on showing 23, since 2026-01-01 00:59:01 UTC."
    )


def test_a_change_that_cannot_be_read_yet_says_why_and_when_it_is_read_again() -> None:
    explanation = explained(UNREAD)
    assert codes(explanation)[:4] == [("heard", "done"), ("unread", "waiting"), ("active", "done"), ("rule", "waiting")]
    assert explanation.conclusion.at == NOW + 30_000
    assert "VTEX did not answer" in text(explanation, UNREAD)


def test_an_error_says_its_cause_what_to_do_and_whether_it_retries() -> None:
    fixed = explained(FAILED)
    assert ("attempt_refused", "stopped") in codes(fixed)
    assert fixed.conclusion.at is None
    told = text(fixed, FAILED)
    assert CAUSES["not_catalogued"].title["en"] in told
    assert CAUSES["not_catalogued"].hint["en"] in told
    assert "shows 7" in told
    retrying = replace(FAILED, cause="under_review", send_at=NOW, not_before=NOW + 9_000)
    assert explained(retrying).conclusion.at == NOW + 9_000


def test_what_waits_behind_an_older_value_is_queued_and_not_tried() -> None:
    sent = replace(QUEUED, attempts=(Attempt(T + 500, "applied", 7, 1),))
    assert codes(explained(sent))[8:] == [
        ("attempt_applied", "done"),
        ("newer", "waiting"),
        ("queue", "waiting"),
        ("shown", "skipped"),
    ]
    asked_about = replace(ACCEPTED, version=3, wanted=1, send_at=NOW)
    assert codes(explained(asked_about))[8:] == [
        ("attempt_accepted", "done"),
        ("check", "waiting"),
        ("newer", "waiting"),
        ("queue", "waiting"),
        ("shown", "skipped"),
    ]


def test_the_policys_steps_are_told_when_it_changes_the_balance() -> None:
    record = replace(DONE, balance=20)
    explanation = explained(record, channel(policy=QuantityPolicy(safety=2, percent=50, cap=5)))
    made = [(step.code, step.details["quantity"]) for step in explanation.steps if step.code.startswith("policy")]
    assert made == [("policy", 5), ("policy_safety", 18), ("policy_percent", 9), ("policy_cap", 5)]


@pytest.mark.parametrize(
    ("of", "entry", "record", "state"),
    [
        (channel(), None, DONE, State.SKIPPED),
        (channel(listing_map=True), Entry("42", {"item_id": "MLB1"}, 1), DONE, State.DONE),
        (channel(listing_map=True), Entry("42", {}), DONE, State.UNKNOWN),
        (channel(listing_map=True), Entry("42", {}), replace(FAILED, cause="unmapped"), State.STOPPED),
    ],
)
def test_the_listing_is_a_gate_where_the_channel_looks_it_up(
    of: Channel, entry: Entry | None, record: Record, state: State
) -> None:
    (step,) = [step for step in explained(record, of, listing=entry).steps if step.code == "listing"]
    assert step.state is state


def test_a_read_after_the_change_arrived_is_told_last() -> None:
    explanation = explained(replace(DONE, observed_at=T + 330_000))
    assert (explanation.steps[-1].code, explanation.steps[-1].at) == ("read_again", T + 330_000)


def test_what_waits_longer_than_the_limit_is_late() -> None:
    assert not explained(QUEUED).late
    assert explained(replace(QUEUED, changed_at=NOW - HOUR_MS - 1)).late


def test_a_change_that_nobody_notified_says_so() -> None:
    decision = Decision(Verdict.AT_THRESHOLD, 7, 3, T, None, Origin.RECONCILIATION)
    explanation = explained(replace(DONE, decision=decision))
    assert codes(explanation)[0] == ("heard", "skipped")
    assert explanation.conclusion.details["took_ms"] is None  # found late, and nobody knows how late


# ---------------------------------------------------------------------- whatever a record says

AMOUNTS = st.none() | st.integers(0, 30)
TIMES = st.integers(START, NOW + 600_000)
SOMETIMES = st.none() | TIMES
CAUSE = st.none() | st.sampled_from([*CAUSES, "of another version"])
VERSIONS = st.integers(0, 4)
ATTEMPT = st.builds(Attempt, TIMES, st.sampled_from([*ATTEMPTS, "of another version"]), st.integers(0, 30), VERSIONS)
RECORD = st.builds(
    Record,
    st.just(KEY),
    rev=st.integers(0, 3),
    balance=AMOUNTS,
    unlimited=st.booleans(),
    allowed=AMOUNTS,
    active=st.none() | st.booleans(),
    listed=st.none() | st.booleans(),
    observed_at=SOMETIMES,
    unread_since=SOMETIMES,
    changed_at=SOMETIMES,
    wanted=AMOUNTS,
    version=VERSIONS,
    done_version=VERSIONS,
    decision=st.none() | st.builds(Decision, st.sampled_from(Verdict), AMOUNTS, st.integers(0, 30), TIMES, SOMETIMES),
    skipped=st.none() | st.builds(Skipped, AMOUNTS, st.integers(0, 30), TIMES, st.just(Verdict.ABOVE_THRESHOLD)),
    confirmed=AMOUNTS,
    confirmed_version=st.none() | VERSIONS,
    confirmed_at=SOMETIMES,
    accepted=st.none() | st.builds(AcceptedWrite, st.just("r"), st.integers(0, 30), VERSIONS, TIMES),
    look_at=st.sampled_from([None, None, NOW - 1, NOW + 9]),
    look_cause=CAUSE,
    look_tries=st.integers(0, 3),
    send_at=SOMETIMES,
    check_at=SOMETIMES,
    not_before=SOMETIMES,
    lease_until=st.sampled_from([None, None, NOW - 1, NOW + 9]),
    attempts_used=st.integers(0, 3),
    status=st.sampled_from(Status),
    cause=CAUSE,
    processed_at=SOMETIMES,
    reflected_ms=st.none() | st.integers(0, 10**8),
    attempts=st.lists(ATTEMPT, max_size=5).map(tuple),
    removal=st.none() | st.builds(Removal, TIMES, VERSIONS, st.sampled_from(Status)),
    request_due=st.sampled_from([False, False, True]),
)
GATE = st.builds(
    Gate,
    st.just("loja#SPT"),
    closed_until=SOMETIMES,
    probe_until=SOMETIMES,
    incident=st.sampled_from([None, None, "auth", "marketplace_down"]),
    since=SOMETIMES,
)
CHANNEL = st.builds(
    channel,
    enabled=st.booleans(),
    listing_map=st.booleans(),
    policy=st.builds(
        QuantityPolicy,
        safety=st.integers(0, 3),
        percent=st.integers(0, 100),
        minimum=st.integers(0, 3),
        cap=st.none() | st.integers(0, 9),
    ),
)
ENTRY = st.sampled_from([None, Entry("42", {}), Entry("42", {"item_id": "MLB1", "variation_id": "7"}, 2)])


@given(RECORD, CHANNEL, GATE, ENTRY)
def test_whatever_a_record_says_there_is_one_conclusion_in_every_language_and_time_never_runs_back(
    record: Record, of: Channel, gate: Gate, entry: Entry | None
) -> None:
    explanation = explained(record, of, gate, entry)
    assert all(f"step.{step.code}.{step.state}" in TEXTS for step in explanation.steps)
    for language in LANGUAGES:
        view = explanation_view(explanation, record, of, language)
        for told in (view.conclusion.text, *(step.text for step in view.steps)):
            assert told
            assert not re.search(r"[{}?]|None", told), told
    times = [step.at for step in explanation.steps if step.state is State.DONE and step.at is not None]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert sum(step.code == "shown" for step in explanation.steps) == bool(record.rev)
