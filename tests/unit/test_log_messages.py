"""What VTEX's report screen reads of a record."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, cast

import pytest

from logs.messages import LogStatus, Message, message_of
from stockbridge.causes import CAUSES
from stockbridge.notifications import Key
from stockbridge.records import AcceptedWrite, Attempt, Decision, Record, Skipped, Status
from stockbridge.rule import Verdict
from tests.memory import START, channel

NOW = START + 3_600_000
DONE = Record(
    Key("loja", "SPT", "42"),
    rev=3,
    balance=7,
    wanted=6,
    allowed=6,
    version=2,
    done_version=2,
    decision=Decision(Verdict.AT_THRESHOLD, 4, 7, NOW - 1_400),
    confirmed=6,
    status=Status.SUCCESS,
    processed_at=NOW - 500,
    listed_at=NOW - 500,
    attempts=(Attempt(NOW - 500, "applied", 6, 2, http_status=200),),
)
HELD = replace(DONE, balance=40, allowed=39, skipped=Skipped(30, 40, NOW - 100, Verdict.ABOVE_THRESHOLD))
OPEN = replace(DONE, status=Status.PENDING, version=3, send_at=NOW + 30_000, changed_at=NOW - 100)
FAILED = replace(
    DONE,
    status=Status.ERROR,
    cause="not_catalogued",
    attempts=(Attempt(NOW - 500, "refused", 6, 2, "SKU não catalogado", 404),),
)
THROTTLED = replace(OPEN, cause="throttled", not_before=NOW + 60_000)
UNREADABLE = replace(DONE, look_at=NOW + 30_000, look_tries=1, look_cause="vtex_unavailable")


def message(record: Record, **changes: object) -> Message:
    return message_of(record, channel("SPT", **changes), NOW)


def content(text: str) -> dict[str, Any]:
    return cast(dict[str, Any], json.loads(text))


@pytest.mark.parametrize(
    ("record", "status"),
    [
        (DONE, LogStatus.SUCCESS),
        (FAILED, LogStatus.ERROR),
        (replace(FAILED, cause="marketplace_down", send_at=NOW + 3_600_000), LogStatus.ERROR),  # as operators see it
        (HELD, LogStatus.ALERT),
        (THROTTLED, LogStatus.ALERT),
        (replace(OPEN, cause="timeout", attempts_used=2), LogStatus.ALERT),
        (replace(OPEN, cause="auth", attempts_used=1), LogStatus.ALERT),
        (UNREADABLE, LogStatus.ALERT),
        (OPEN, LogStatus.PENDING),
        (replace(OPEN, check_at=NOW + 9_000, accepted=AcceptedWrite("r", 6, 3, NOW)), LogStatus.PENDING),
        (replace(FAILED, status=Status.PENDING, request="1", request_due=True), LogStatus.PENDING),
        (replace(HELD, processed_at=NOW), LogStatus.SUCCESS),  # what was held back is older than what was done
    ],
)
def test_a_record_has_one_of_the_four_statuses(record: Record, status: LogStatus) -> None:
    assert message(record)["Status"] == status


def test_a_success_says_what_was_read_wanted_and_sent() -> None:
    told = message(DONE)
    assert (told["id"], told["Operation"], told["Direction"]) == ("SPT-42-2", "Inventory update", "VTEX to Marketplace")
    assert content(told["ContentSource"]) == {"IdSku": "42", "IdAffiliate": "SPT", "De": 4, "Por": 7}
    assert content(told["ContentTransalted"]) == {"Quantity": 6, "Rule": "at_threshold", "Exported": True}
    assert content(told["ContentDestination"]) == {
        "Quantity": 6,
        "Outcome": "applied",
        "HttpStatus": 200,
        "Message": "",
        "At": "2026-01-01T00:59:59.500+00:00",
    }
    assert told["BusinessMessage"] == "Quantidade de Estoque atualizada: 6"


def test_an_error_says_what_to_do_and_what_the_marketplace_said() -> None:
    cause = CAUSES["not_catalogued"]
    told = message(FAILED)
    assert told["BusinessMessage"] == f"{cause.title['pt']}. {cause.hint['pt']}"
    assert content(told["ContentDestination"])["Message"] == "SKU não catalogado"
    assert "não" in told["ContentDestination"]  # as people write it, not as \u00e3


def test_what_the_rule_holds_back_says_so_with_the_channels_threshold_and_sends_nothing() -> None:
    told = message(HELD, threshold=9)
    assert content(told["ContentSource"]) == {"IdSku": "42", "IdAffiliate": "SPT", "De": 30, "Por": 40}
    assert content(told["ContentTransalted"]) == {"Quantity": 39, "Rule": "above_threshold", "Exported": False}
    assert told["ContentDestination"] == ""
    assert told["BusinessMessage"].startswith("Não exportado: o saldo foi de 30 para 40 e os dois passam de 9.")


def test_an_alert_with_a_cause_says_that_it_goes_on_by_itself() -> None:
    assert message(THROTTLED)["BusinessMessage"] == (
        "O marketplace limitou a quantidade de envios. Nada a fazer. Tentamos de novo mais devagar"
    )
    assert message(UNREADABLE)["BusinessMessage"].startswith("A VTEX não respondeu.")


def test_an_attempt_of_an_earlier_change_is_not_this_ones() -> None:
    told = message(OPEN)
    assert (told["id"], told["ContentDestination"]) == ("SPT-42-3", "")
    assert told["BusinessMessage"] == "Aguardando processamento"


def test_a_pending_row_of_a_channel_that_is_off_says_so() -> None:
    assert message(OPEN, enabled=False)["BusinessMessage"] == "Canal desligado"


def test_a_record_of_which_nothing_is_known_is_told_all_the_same() -> None:
    told = message(Record(Key("loja", "SPT", "42"), rev=1, look_at=NOW, look_cause="vtex_unavailable", listed_at=NOW))
    assert content(told["ContentSource"]) == {"IdSku": "42", "IdAffiliate": "SPT", "De": None, "Por": None}
    assert (told["ContentTransalted"], told["ContentDestination"], told["Status"]) == ("", "", "Alert")
    assert told["id"] == "SPT-42-0"
