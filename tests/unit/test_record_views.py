"""What an operator reads in a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from actions.access import Role
from actions.record_answers import PolicyStepAnswer, RecordAnswer
from actions.record_views import RecordViews
from stockbridge.channels import Channel
from stockbridge.notifications import Key
from stockbridge.operating import RESTORABLE_MS
from stockbridge.outcomes import Evidence
from stockbridge.policy import QuantityPolicy, apply_policy
from stockbridge.records import AcceptedWrite, Attempt, Decision, Record, Removal, Skipped, Status
from stockbridge.rule import Verdict
from stockbridge.situations import cause_code, situation_of
from stockbridge.store import KeptEvidence
from stockbridge.texts import TEXTS
from tests.memory import START, channel

NOW = START + 3_600_000
KEY = Key("loja", "SPT", "42")
DONE = Record(
    KEY,
    rev=3,
    balance=7,
    wanted=7,
    version=1,
    decision=Decision(Verdict.AT_THRESHOLD, 4, 7, NOW - 1_400),
    confirmed=7,
    confirmed_version=1,
    confirmed_at=NOW - 500,
    done_version=1,
    status=Status.SUCCESS,
    processed_at=NOW - 500,
    listed_at=NOW - 500,
    reflected_ms=900,
    attempts=(Attempt(NOW - 500, "applied", 7, 1, http_status=200),),
)
FAILED = replace(DONE, status=Status.ERROR, cause="not_catalogued", message="SKU not catalogued", confirmed=4)
PENDING = replace(DONE, status=Status.PENDING, version=2, wanted=3, send_at=NOW + 30_000, changed_at=NOW - 100)


def view(
    record: Record,
    *,
    language: str = "pt",
    role: Role = Role.OPERATOR,
    of: Channel | None = None,
    evidence: tuple[KeptEvidence, ...] = (),
    explained: bool = False,
) -> RecordAnswer:
    known = of or channel("SPT", name="Mercado Exemplo")
    return RecordViews({"SPT": known}, language, role, NOW, 3600).view(record, evidence, explained=explained)


@pytest.mark.parametrize(
    ("record", "code", "at"),
    [
        (DONE, "done", None),
        (PENDING, "waiting", None),
        (replace(PENDING, lease_until=NOW + 40_000), "sending", None),
        (replace(PENDING, lease_until=NOW - 1), "waiting", None),
        (replace(PENDING, not_before=NOW + 60_000, attempts_used=1), "retrying", NOW + 60_000),
        (replace(PENDING, not_before=NOW - 1, attempts_used=1), "retrying", None),
        (replace(PENDING, cause="throttled", not_before=NOW + 9_000), "retrying", NOW + 9_000),
        (replace(PENDING, cause="auth", not_before=NOW + 5_000), "paused", None),
        (replace(PENDING, request="r"), "reprocessing", None),
        (replace(FAILED, status=Status.PENDING, request="r", request_due=True, look_at=NOW), "reprocessing", None),
        (replace(DONE, look_at=NOW + 60_000, look_cause="vtex_unavailable"), "waiting_vtex", NOW + 60_000),
        (replace(DONE, send_at=NOW + 90_000, may_land_until=NOW + 80_000), "confirming", NOW + 90_000),
        (FAILED, "needs_fix", None),
        (replace(FAILED, cause="fulfillment"), "no_cure", None),
        (replace(FAILED, cause="timeout"), "failed", None),
        (replace(FAILED, cause="timeout", send_at=NOW, not_before=NOW + 3_600_000), "retrying", NOW + 3_600_000),
        (replace(DONE, skipped=Skipped(50, 20, NOW, Verdict.ABOVE_THRESHOLD)), "held", None),
        (replace(DONE, send_at=NOW + 9_000, skipped=Skipped(50, 20, NOW, Verdict.ABOVE_THRESHOLD)), "held", None),
        (replace(PENDING, send_at=NOW, skipped=Skipped(50, 20, NOW, Verdict.ABOVE_THRESHOLD)), "waiting", None),
        (replace(DONE, skipped=Skipped(50, 20, NOW - 9000, Verdict.ABOVE_THRESHOLD)), "done", None),
    ],
)
def test_the_situation_says_what_a_record_waits_for(record: Record, code: str, at: int | None) -> None:
    assert situation_of(record, NOW, enabled=True) == (code, at)
    assert view(record).situation.text


def test_a_switched_off_channel_sends_nothing_and_says_so() -> None:
    assert situation_of(PENDING, NOW, enabled=False) == ("switched_off", None)
    assert situation_of(DONE, NOW, enabled=False) == ("done", None)


def test_the_cause_of_the_change_before_is_not_told_of_the_next_one() -> None:
    fresh = replace(PENDING, cause="not_catalogued", message="old")
    assert cause_code(fresh) is None
    assert (view(fresh).cause, view(fresh).message) == (None, "")


def test_an_unreadable_vtex_is_told_as_such() -> None:
    record = replace(FAILED, look_at=NOW + 1, look_cause="vtex_auth")
    shown = view(record)
    assert shown.cause is not None
    assert (shown.cause.code, shown.message) == ("vtex_auth", "")


def test_a_success_says_the_quantity_in_the_original_words() -> None:
    assert view(DONE).detail == "Quantidade de Estoque atualizada: 7"
    assert view(DONE, language="en").detail == "Stock quantity updated: 7"


def test_a_success_without_a_call_says_that_nothing_was_to_be_sent() -> None:
    record = replace(DONE, attempts=(*DONE.attempts, Attempt(NOW, "nothing_to_send", 7, 2)))
    assert view(record).detail == "Nada a enviar. O marketplace já mostra 7"


def test_accepted_is_not_applied() -> None:
    record = replace(DONE, accepted=AcceptedWrite("feed-1", 9, 2, NOW), attempts=(Attempt(NOW, "accepted", 9, 2),))
    assert view(record).detail == "Aceito pelo marketplace: 9. Ainda não conferido"


def test_an_error_says_its_cause_and_what_to_do_in_the_callers_language() -> None:
    shown = view(FAILED, language="en")
    assert shown.cause is not None
    assert shown.cause.model_dump(mode="json") == {
        "code": "not_catalogued",
        "title": "Product not catalogued at the marketplace yet",
        "hint": "Finish or request the cataloguing, then reprocess",
        "cure": "fix_first",
    }
    assert (shown.detail, shown.message) == (shown.cause.title, "SKU not catalogued")


def test_a_change_that_was_held_back_is_explained_with_its_numbers() -> None:
    record = replace(DONE, skipped=Skipped(50, 20, NOW, Verdict.ABOVE_THRESHOLD))
    skipped = view(record, of=channel("SPT", threshold=9)).balance.skipped
    assert skipped is not None
    assert (skipped.de, skipped.por, skipped.reason) == (50, 20, "above_threshold")
    assert "de 50 para 20" in skipped.explanation
    assert "9 unidades" in skipped.explanation


def test_the_last_change_says_why_it_was_exported() -> None:
    why = view(DONE).why
    assert why is not None
    assert (why.code, why.text) == ("at_threshold", "O saldo anterior ou o atual está no limite da regra")
    assert DONE.decision is not None
    assert (why.de, why.por) == (DONE.decision.de, DONE.decision.por)


@pytest.mark.parametrize(
    ("record", "allowed"),
    [
        (DONE, ["remove"]),
        (FAILED, ["reprocess", "remove"]),
        (PENDING, ["remove"]),
        (replace(PENDING, request="r"), ["remove"]),
        (replace(DONE, removal=Removal(NOW, 1, Status.SUCCESS)), ["restore"]),
        (replace(FAILED, removal=Removal(NOW, 1, Status.ERROR)), ["reprocess", "restore"]),
        (replace(DONE, removal=Removal(NOW - RESTORABLE_MS - 1, 1, Status.SUCCESS)), []),
    ],
)
def test_a_row_offers_what_would_change_it(record: Record, allowed: list[str]) -> None:
    assert view(record).actions == allowed
    assert view(record, role=Role.VIEWER).actions == []


def test_a_removed_row_says_until_when_it_can_come_back() -> None:
    removed = view(replace(DONE, removal=Removal(NOW, 1, Status.SUCCESS))).removed
    assert removed is not None
    assert (removed.undo_until - removed.at).days == 30


def test_only_an_error_that_is_shown_says_that_it_came_back_after_its_removal() -> None:
    back = replace(FAILED, came_back_after=NOW - 60_000)
    assert view(back).came_back_after == datetime.fromtimestamp((NOW - 60_000) / 1000, UTC)
    assert view(FAILED).came_back_after is None
    assert view(replace(back, removal=Removal(NOW, 1, Status.ERROR))).came_back_after is None
    assert view(replace(back, status=Status.PENDING)).came_back_after is None


def test_the_last_change_has_its_time_whatever_came_of_it() -> None:
    at = datetime.fromtimestamp((NOW - 2_000) / 1000, UTC)
    for record in (DONE, FAILED, PENDING):
        assert view(replace(record, last_change_at=NOW - 2_000)).last_change_at == at
    assert view(DONE).changed_at is None


def test_late_is_by_the_channels_own_limit_before_the_installations() -> None:
    record = replace(PENDING, changed_at=NOW - 10_000)
    assert not view(record).late
    assert view(record, of=channel("SPT", late_after_s=5)).late


def test_a_record_that_outlived_its_channel_is_still_shown() -> None:
    shown = RecordViews({}, "pt", Role.VIEWER, NOW, 3600).view(DONE)
    assert (shown.affiliate, shown.channel) == ("SPT", "SPT")


def test_each_failed_attempt_has_its_own_evidence() -> None:
    attempts = tuple(Attempt(NOW + at, "unknown", 7, 1, http_status=status) for at, status in ((0, 500), (100, 503)))
    record = replace(FAILED, attempts=(*attempts, Attempt(NOW + 200, "applied", 7, 1)))
    evidence = tuple(
        KeptEvidence(KEY, NOW + at, epoch, Evidence("PUT ...", "...", status, 12))
        for epoch, (at, status) in enumerate(((-50, 400), (7, 500), (109, 503)))
    )
    shown = view(record, evidence=evidence).attempts
    assert [one.evidence and one.evidence.http_status for one in shown] == [500, 503, None]


# ---------------------------------------------------------------------- the policy, step by step


def steps(record: Record, policy: QuantityPolicy, language: str = "pt") -> list[tuple[str, int]]:
    shown = view(record, language=language, of=channel(policy=policy), explained=True)
    return [(step.text, step.quantity) for step in shown.policy]


def test_the_policy_is_explained_step_by_step_for_the_last_balance() -> None:
    record = replace(DONE, balance=100)
    policy = QuantityPolicy(safety=3, percent=50, minimum=5, cap=40)
    assert steps(record, policy) == [
        ("Saldo na VTEX", 100),
        ("Menos a reserva de 3", 97),
        ("50 % do restante", 48),
        ("No máximo 40", 40),
    ]
    assert steps(replace(record, balance=10), policy, "en") == [
        ("Balance at VTEX", 10),
        ("Minus the reserve of 3", 7),
        ("50 % of the rest", 3),
        ("Below the minimum of 5 nothing is shown", 0),
    ]
    unlimited = replace(record, balance=1_000_000, unlimited=True)
    assert steps(unlimited, QuantityPolicy(unlimited_as=999)) == [
        ("Saldo na VTEX", 1_000_000),
        ("Estoque ilimitado mostra 999", 999),
    ]


def test_every_step_of_the_policy_has_a_name() -> None:
    policy = QuantityPolicy(unlimited_as=100, safety=1, percent=50, minimum=60, cap=0)
    names = {step.name for unlimited in (True, False) for step in apply_policy(policy, 90, unlimited=unlimited)}
    names |= {step.name for step in apply_policy(replace(policy, minimum=0), 90, unlimited=False)}
    assert names == set(get_args(PolicyStepAnswer.model_fields["code"].annotation))
    assert all(f"policy.{name}" in TEXTS for name in names)


def test_a_policy_that_changes_nothing_has_one_step_and_a_list_has_none() -> None:
    assert steps(DONE, QuantityPolicy()) == [("Saldo na VTEX", 7)]
    assert view(DONE).policy == []


def test_without_a_balance_or_a_channel_there_is_nothing_to_explain() -> None:
    assert view(replace(DONE, balance=None), explained=True).policy == []
    assert RecordViews({}, "pt", Role.VIEWER, NOW, 3600).view(DONE, explained=True).policy == []
