"""Whatever the simulated functions can ask of DynamoDB and SQS is compared: every method, operation and expression."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random
from typing import Any

from typing_extensions import is_protocol

from stockbridge import store
from stockbridge.audit import Countable, DeadLetters
from stockbridge.store import Control, Leases, Measures, Records, Series
from tests import stack
from tests.conformance.conftest import Running
from tests.conformance.leases_play import LeasesPlay
from tests.conformance.lockstep import PRODUCT, Lockstep
from tests.conformance.plays import ControlPlay, RecordsPlay
from tests.conformance.queue_play import QueuePlay
from tests.conformance.series_play import SeriesPlay

PORTS: dict[str, list[Any]] = {
    "records": [Records],
    "control": [Control],
    "leases": [Leases],
    "queue": [Countable, DeadLetters],
    "series": [Measures, Series],
}

WITH_ACTIVITY = "TransactWriteItems Put Condition[attribute_not_exists (#)]"

# A new one, or an old one in another shape, is for the plays too.
OPERATIONS = {
    "BatchGetItem consistent",
    "DeleteMessage",
    "GetItem consistent",
    "GetQueueAttributes",
    "PutItem",
    "PutItem Condition[# = :]",
    "PutItem Condition[(attribute_not_exists (#) OR # <= :)]",
    "PutItem Condition[attribute_not_exists (#)]",
    "Query consistent KeyCondition[# = :]",
    "Query consistent KeyCondition[(# = : AND begins_with (#, :))]",
    "Query KeyCondition[pk = : AND sk BETWEEN : AND :]",
    "Query on due KeyCondition[# = :]",
    "Query on due KeyCondition[(# = : AND # <= :)]",
    "ReceiveMessage",
    "SendMessageBatch",
    f"{WITH_ACTIVITY} Update Condition[# = :] Update[SET # = : REMOVE #]",
    f"{WITH_ACTIVITY} Update Condition[# = :] Update[SET # = :]",
    f"{WITH_ACTIVITY} Update Condition[attribute_not_exists (#)] Update[SET # = :]",
    "UpdateItem Condition[# = :] Update[SET # = : REMOVE #]",
    "UpdateItem Condition[# = :] Update[SET # = :]",
    "UpdateItem Condition[attribute_not_exists (#)] Update[SET # = :]",
    "UpdateItem Update[SET expires_at = : ADD # :]",
}

# The permissions that an operation needs, where they are not of its own name.
NEEDED = {"TransactWriteItems": {"UpdateItem", "PutItem"}, "SendMessageBatch": {"SendMessage"}}

SCREENS = "ActionsFunction"  # lists, configuration and tokens, which are not simulated; what it does to records is


def test_every_method_of_every_port_is_compared_and_no_other_operation_is_behind_them(
    over_the_wire: Lockstep, running: Running
) -> None:
    _play(over_the_wire, running)
    wanted = {f"{name}.{method}" for name, ports in PORTS.items() for method in _methods(ports)}
    called = {name for name in over_the_wire.called if name.partition(".")[0] in PRODUCT}
    assert called - {"queue.take.delete"} == wanted  # the call that deletes is one of take's answers
    assert set(over_the_wire.wire.issued) == OPERATIONS


def test_no_port_is_left_out() -> None:
    ports = {port for port in vars(store).values() if isinstance(port, type) and is_protocol(port)}
    compared = {base for name in PORTS for port in PORTS[name] for base in port.__mro__}
    assert ports <= compared


def test_no_simulated_function_may_issue_an_operation_that_is_not_compared() -> None:
    """Its permissions are exactly those of the operations above, so that no other one can come unseen."""
    names = {operation.split()[0] for operation in OPERATIONS}
    compared = {action for name in names for action in NEEDED.get(name, {name})}
    permitted = {
        action.partition(":")[2]
        for function, properties in stack.resources("AWS::Serverless::Function").items()
        if function != SCREENS
        for action in _actions(properties)
        if action.startswith(("dynamodb:", "sqs:"))
    }
    assert permitted == compared


def _play(lockstep: Lockstep, running: Running) -> None:
    RecordsPlay(lockstep, Random(0), faults=False).run(150)
    ControlPlay(lockstep, Random(0), faults=False).run(100)
    LeasesPlay(lockstep, Random(0), faults=False).run(50)
    SeriesPlay(lockstep, Random(0)).run(30)
    queue = QueuePlay(lockstep, Random(0), "complete", running.set_clock, faults=False)
    queue.run(150)
    queue.compare_all()


def _methods(ports: Iterable[type]) -> set[str]:
    return {name for port in ports for name in dir(port) if not name.startswith("_")}


def _actions(properties: dict[str, Any]) -> list[str]:
    statements = [statement for policy in properties["Policies"] for statement in policy["Statement"]]
    actions = [statement["Action"] for statement in statements]
    return [name for action in actions for name in (action if isinstance(action, list) else [action])]
