"""When a channel's marketplace may be called."""

from stockbridge.gates import BREAKER_FAILURES, Gate, answered, failed, probing, refused, throttled

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
