"""What AWS asks of queues that feed functions, and accepts without a word when it is missing."""

from __future__ import annotations

from typing import Any

from local.template import Stack
from local.wiring import Wiring


def _consumed(stack: Stack, wires: Wiring) -> list[tuple[str, dict[str, Any], float]]:
    """Each queue with a consumer: its name, its properties and its consumer's time-out in seconds."""
    by_arn = {queue.attributes["Arn"]: queue for queue in stack.of_type("AWS::SQS::Queue")}
    return [
        (
            by_arn[mapping.queue_arn].logical_id,
            dict(by_arn[mapping.queue_arn].properties),
            wires.functions[mapping.function].timeout_s,
        )
        for mapping in wires.mappings
    ]


def test_what_is_consumed_is_whatever_is_not_a_dead_letter(stack: Stack, wires: Wiring) -> None:
    assert {name for name, _, _ in _consumed(stack, wires)} == {
        "IntakeQueue",
        "ExportQueue",
        "OperationsQueue",
        "ReconcileQueue",
        "FilesQueue",
    }


def test_a_message_stays_hidden_for_six_time_outs_of_its_consumer(stack: Stack, wires: Wiring) -> None:
    for name, properties, timeout_s in _consumed(stack, wires):
        assert int(properties["VisibilityTimeout"]) >= 6 * timeout_s, name


def test_what_cannot_be_handled_goes_to_dead_letters_after_ten_attempts(stack: Stack, wires: Wiring) -> None:
    queues = {queue.attributes["Arn"]: queue for queue in stack.of_type("AWS::SQS::Queue")}
    consumed = _consumed(stack, wires)
    for name, properties, _ in consumed:
        redrive = properties["RedrivePolicy"]
        dead_letters = queues[redrive["deadLetterTargetArn"]]
        assert dead_letters.logical_id not in {name for name, _, _ in consumed}
        assert int(redrive["maxReceiveCount"]) >= 10, name  # VTEX's demand on connectors
        kept_s, kept_dead_s = (int(kept["MessageRetentionPeriod"]) for kept in (properties, dead_letters.properties))
        assert kept_dead_s >= kept_s, name  # SQS counts the age of a dead letter from its first arrival


def test_every_consumer_reports_which_messages_failed(wires: Wiring) -> None:
    assert [mapping.function for mapping in wires.mappings if not mapping.reports_failures] == []
