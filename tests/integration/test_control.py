"""Channels and gates on DynamoDB: the optimistic lock holds, and what is remembered ends."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stockbridge.channels import Channel, Strategy, VtexSource
from stockbridge.control import CHANNELS_KEPT_S, DynamoControl, StoredChannel
from stockbridge.errors import Conflict
from stockbridge.gates import Gate, failed, refused
from stockbridge.policy import QuantityPolicy
from stockbridge.store import Activity
from tests import stack
from tests.memory import START, Clock

DEED = Activity("loja", START, "ana", "channel.save", "SPT")
CHANNEL = Channel(
    "loja",
    "SPT",
    "Mercado",
    "generic",
    VtexSource("https://loja.example.com", "stockbridge/dev/loja/vtex", Strategy.LOGISTICS, warehouses=("1_1",)),
    {"url": "https://api.example.com/{sku}", "body": {"quantity": "{quantity}"}},
    enabled=False,
    late_after_s=60,
    policy=QuantityPolicy(safety=1, cap=9),
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def control(aws_stack: None, clock: Clock) -> DynamoControl:
    return DynamoControl(stack.environment()["CONTROL_TABLE"], clock=clock)


def other_process(clock: Clock) -> DynamoControl:
    return DynamoControl(stack.environment()["CONTROL_TABLE"], clock=clock)


def test_a_channel_comes_back_as_it_was_saved(control: DynamoControl) -> None:
    assert control.save_channel(CHANNEL, was_rev=0, activity=DEED) == 1
    assert control.channel("loja", "SPT") == CHANNEL
    assert control.stored_channel("loja", "SPT") == StoredChannel(CHANNEL, 1)


def test_only_one_of_two_saves_over_the_same_rev_counts(control: DynamoControl) -> None:
    control.save_channel(CHANNEL, was_rev=0, activity=DEED)
    with pytest.raises(Conflict):
        control.save_channel(replace(CHANNEL, name="Outro"), was_rev=0, activity=DEED)
    control.save_channel(replace(CHANNEL, name="Novo"), was_rev=1, activity=DEED)
    with pytest.raises(Conflict):
        control.save_channel(replace(CHANNEL, name="Velho"), was_rev=1, activity=DEED)
    found = control.channel("loja", "SPT")
    assert found is not None
    assert found.name == "Novo"


def test_a_channel_that_was_saved_meanwhile_is_not_deleted(control: DynamoControl) -> None:
    control.save_channel(CHANNEL, was_rev=0, activity=DEED)
    control.save_channel(replace(CHANNEL, threshold=9), was_rev=1, activity=DEED)
    with pytest.raises(Conflict):
        control.delete_channel(StoredChannel(CHANNEL, 1), activity=DEED)
    assert control.channel("loja", "SPT") is not None


def test_a_saved_channel_reaches_other_processes_within_half_a_minute(control: DynamoControl, clock: Clock) -> None:
    elsewhere = other_process(clock)
    control.save_channel(CHANNEL, was_rev=0, activity=DEED)
    assert elsewhere.channel("loja", "SPT") == CHANNEL
    changed = replace(CHANNEL, threshold=9)
    control.save_channel(changed, was_rev=1, activity=DEED)
    assert control.channel("loja", "SPT") == changed
    assert elsewhere.channel("loja", "SPT") == CHANNEL
    clock.forward(CHANNELS_KEPT_S)
    assert elsewhere.channel("loja", "SPT") == changed


def test_a_new_channel_works_at_once_where_it_was_missed_before(control: DynamoControl, clock: Clock) -> None:
    elsewhere = other_process(clock)
    assert elsewhere.channel("loja", "SPT") is None
    control.save_channel(CHANNEL, was_rev=0, activity=DEED)
    assert elsewhere.channel("loja", "SPT") == CHANNEL


def test_accounts_whose_names_begin_alike_are_told_apart(control: DynamoControl) -> None:
    for account in ("loja", "loja2"):
        control.save_channel(replace(CHANNEL, account=account), was_rev=0, activity=DEED)
    assert [channel.account for channel in control.channels("loja")] == ["loja"]
    assert [channel.account for channel in control.channels()] == ["loja", "loja2"]


def test_a_gate_that_was_never_saved_is_open(control: DynamoControl) -> None:
    assert control.gate("loja#SPT") == Gate("loja#SPT")
    assert control.gates("loja") == {}


def test_a_gate_comes_back_as_it_was_saved(control: DynamoControl) -> None:
    closed = refused(control.gate("loja#SPT"), START, "token expired")
    saved = control.save_gate(closed, Gate("loja#SPT"))
    assert saved == replace(closed, rev=1) == control.gate("loja#SPT")
    assert control.gates("loja") == {"SPT": saved}
    assert control.gates("loj") == {}


def test_only_one_of_two_functions_closes_a_gate(control: DynamoControl, clock: Clock) -> None:
    elsewhere = other_process(clock)
    gate = control.gate("loja#SPT")
    control.save_gate(failed(gate, START), gate)
    with pytest.raises(Conflict):
        elsewhere.save_gate(failed(gate, START), gate)
    seen = elsewhere.gate("loja#SPT")
    assert elsewhere.save_gate(failed(seen, START), seen).failures == 2
