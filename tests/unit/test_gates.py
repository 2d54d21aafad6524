"""When a channel's marketplace may be called."""

from dataclasses import replace

from stockbridge.gates import BREAKER_FAILURES, Gate, answered, failed, let_probe, probing, refused, throttled

T = 1_767_225_600_000


def tripped() -> Gate:
    gate = Gate("loja#SPT")
    for _ in range(BREAKER_FAILURES):
        gate = failed(gate, T)
    return gate


def test_a_throttle_closes_the_gate_for_as_long_as_the_marketplace_asked() -> None:
    gate = throttled(Gate("loja#SPT"), T, 60)
    assert gate.closed(T + 59_999)
    assert not gate.closed(T + 60_000)
    assert not gate.needs_probe


def test_a_shorter_wish_does_not_shorten_a_longer_pause() -> None:
    assert throttled(throttled(Gate("loja#SPT"), T, 60), T, 1).closed(T + 30_000)


def test_a_success_beside_a_throttle_does_not_end_the_pause() -> None:
    assert answered(throttled(Gate("loja#SPT"), T, 60)).closed(T + 30_000)


def test_neither_refused_credentials_nor_a_probe_shorten_a_pause_that_was_asked_for() -> None:
    gate = refused(throttled(Gate("loja#SPT"), T, 600), T, "invalid token")
    assert gate.closed(T + 599_999)
    assert answered(gate).closed(T + 599_999)


def test_failures_in_a_row_open_the_breaker_and_one_probe_decides() -> None:
    gate = tripped()
    assert gate.closed(T + 29_999)
    assert gate.needs_probe
    assert probing(gate, T + 30_000).closed(T + 31_000)
    assert not probing(gate, T + 30_000).closed(T + 80_000)  # a probe that never came back
    assert answered(gate) == Gate("loja#SPT")


def test_the_breaker_stays_open_longer_each_time_a_probe_fails_up_to_five_minutes() -> None:
    gate, now, waits = tripped(), T, []
    for _ in range(6):
        waits.append((gate.closed_until or 0) - now)
        now = gate.closed_until or 0
        gate = failed(probing(gate, now), now)
    assert waits == [30_000, 60_000, 120_000, 240_000, 300_000, 300_000]


def test_the_other_failures_of_the_burst_that_opened_the_breaker_do_not_keep_it_open_longer() -> None:
    gate = tripped()
    for _ in range(20):
        gate = failed(gate, T + 100)
    assert gate == tripped()


def test_a_success_between_failures_keeps_the_breaker_shut() -> None:
    gate = Gate("loja#SPT")
    for _ in range(BREAKER_FAILURES - 1):
        gate = failed(gate, T)
    assert not answered(gate).failures


def test_refused_credentials_are_one_incident_with_its_beginning() -> None:
    gate = refused(refused(Gate("loja#SPT"), T, "invalid token"), T + 1_000, "invalid token")
    assert (gate.incident, gate.since) == ("auth", T)
    assert gate.closed(T + 60_000)
    assert answered(gate).incident is None


def test_credentials_that_are_known_to_be_good_let_one_call_go_at_once_and_the_incident_goes_on() -> None:
    gate = let_probe(refused(Gate("loja#SPT"), T, "invalid token"), T + 1_000)
    assert not gate.closed(T + 1_000)
    assert (gate.incident, gate.since, gate.needs_probe) == ("auth", T, True)
    assert probing(gate, T + 1_000).closed(T + 2_000)  # for the others
    assert let_probe(gate, T + 5_000) == gate


def test_good_credentials_shorten_no_pause_that_was_asked_for_and_no_wait_for_a_marketplace_that_is_down() -> None:
    asked = throttled(refused(Gate("loja#SPT"), T, "invalid token"), T, 600)
    assert let_probe(asked, T + 1_000).opens_at == T + 600_000
    for gate in (Gate("loja#SPT"), throttled(Gate("loja#SPT"), T, 60), tripped()):
        assert let_probe(gate, T + 1_000) == gate


def test_good_credentials_shorten_no_wait_for_a_marketplace_that_refused_them_before_it_went_down() -> None:
    gate = refused(Gate("loja#SPT"), T, "invalid token")
    for _ in range(BREAKER_FAILURES):
        gate = failed(gate, T + 300_000)
    assert (gate.incident, gate.closed(T + 301_000)) == ("auth", True)
    assert let_probe(gate, T + 301_000) == gate


def test_whoever_refuses_credentials_is_up() -> None:
    failing = replace(Gate("loja#SPT"), failures=BREAKER_FAILURES - 1)
    gate = failed(probing(refused(failing, T, "invalid token"), T + 300_000), T + 300_500)
    assert (gate.failures, gate.trips, gate.closed_until) == (1, 0, T + 300_000)


def test_a_probe_that_is_on_its_way_is_waited_for() -> None:
    gate = probing(refused(Gate("loja#SPT"), T, "invalid token"), T + 300_000)
    assert let_probe(gate, T + 301_000).opens_at == gate.opens_at
