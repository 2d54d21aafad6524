"""What is counted of a saved step, and what the counts say."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from stockbridge.channels import Channel, VtexSource
from stockbridge.measures import (
    DAY_MS,
    HOUR_MS,
    SLOT_MS,
    Part,
    Period,
    Service,
    errors_by_cause,
    events,
    histogram,
    merged,
    of_period,
    of_slots,
    percentile,
)
from stockbridge.notifications import Key
from stockbridge.observing import Notice, Sight, look_begun, observe, park_look
from stockbridge.operating import remove, reprocess
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Unknown
from stockbridge.records import Record
from stockbridge.sending import MAX_ATTEMPTS, Claim, check, claim, commit, nothing_to_send

T = 1_767_225_600_000
SECOND, MINUTE = 1_000, 60_000
LIMIT_MS = 3_600_000
KEY = Key("loja", "SPT", "42")
CHANNEL = Channel("loja", "SPT", "Loja", "generic", VtexSource("https://loja.example", "secret"), {})
CLOSED = Refused("listing_closed", "item is closed")
LATE_S = 120


def see(record: Record, quantity: int, at: int = T, **fields: object) -> Record:
    notice = Notice(**{"key": KEY, "received_at": at, "changed": True, "stock": True, **fields})  # type: ignore[arg-type]
    return observe(record, notice, Sight(quantity, False), CHANNEL, at)[0]


def answered(claimed: tuple[Record, Claim], outcome: Outcome, at: int, *, checks: bool = False) -> Record:
    return commit(*claimed, outcome, at, late_effect_s=LATE_S, jitter=0, checks=checks)


def claimed(record: Record, at: int) -> tuple[Record, Claim]:
    return claim(record, at, late_effect_s=LATE_S)


def counted(before: Record, after: Record) -> dict[str, int]:
    """Without the durations."""
    return {name: n for name, n in events(before, after, LIMIT_MS).items() if not name[1:].isdecimal()}


def durations(before: Record, after: Record) -> dict[Part, int | None]:
    counts = events(before, after, LIMIT_MS)
    return {part: percentile(histogram(counts, part), 1) for part in Part if histogram(counts, part)}


def about(ms: int) -> object:
    return pytest.approx(ms, rel=0.1)


def shown(quantity: int) -> Record:
    return answered(claimed(see(Record(KEY), quantity), T), Applied(), T + SECOND)


# ---------------------------------------------------------------------- counts


def test_an_accepted_change_is_counted_when_it_is_decided_upon() -> None:
    before = shown(9)
    assert counted(before, see(before, 3)) == {"accepted": 1}


def test_a_change_that_the_rule_holds_back_is_no_accepted_one() -> None:
    before = shown(50)
    held = see(before, 20)
    assert counted(before, held) == {"held_back": 1}
    assert counted(held, see(held, 20)) == {}


def test_a_step_that_decides_and_ends_nothing_counts_nothing() -> None:
    record = shown(9)
    assert counted(record, look_begun(record, T)) == {}
    assert counted(record, remove(record, T)) == {}
    waiting = see(record, 3)
    assert counted(waiting, claimed(waiting, T)[0]) == {}


def test_a_change_that_arrives_in_time_is_a_success_within_the_limit() -> None:
    taken = claimed(see(Record(KEY), 9), T)
    assert counted(taken[0], answered(taken, Applied(), T + LIMIT_MS)) == {"success": 1, "within": 1}


def test_a_change_that_arrives_after_the_limit_is_late_once() -> None:
    taken = claimed(see(Record(KEY), 9), T)
    after = answered(taken, Applied(), T + LIMIT_MS + 1)
    assert counted(taken[0], after) == {"success": 1, "late": 1}
    again = see(after, 2, T + LIMIT_MS + 2)
    taken = claimed(again, T + LIMIT_MS + 2)
    assert counted(taken[0], answered(taken, Applied(), T + LIMIT_MS + 3)) == {"success": 1, "within": 1}


def test_what_the_marketplace_shows_already_arrives_without_a_write() -> None:
    waiting = see(Record(KEY), 9)
    after = nothing_to_send(waiting, T + SECOND)
    assert counted(waiting, after) == {"success": 1, "within": 1}
    assert durations(waiting, after) == {Part.TOTAL: about(SECOND)}


def test_a_refusal_is_an_error_with_its_cause() -> None:
    taken = claimed(see(Record(KEY), 9), T)
    counts = events(taken[0], answered(taken, CLOSED, T + SECOND), LIMIT_MS)
    assert (counts["error"], errors_by_cause(counts)) == (1, {"listing_closed": 1})


def test_a_refusal_counts_though_a_newer_change_waits_already() -> None:
    held, right = claimed(see(Record(KEY), 9), T)
    newer = see(held, 2, T + SECOND)
    after = answered((newer, right), CLOSED, T + 2 * SECOND)
    assert counted(newer, after) == {"error": 1, "error:listing_closed": 1}


def test_one_that_goes_on_failing_is_one_error() -> None:
    record, errors = see(Record(KEY), 9), 0
    at = T
    for _ in range(MAX_ATTEMPTS + 3):
        at = max(at, record.not_before or 0) + SECOND
        taken = claimed(record, at)
        record = answered(taken, Unknown("timeout", "no answer"), at)
        errors += events(taken[0], record, LIMIT_MS)["error"]
    assert errors == 1


def test_an_attempt_that_is_repeated_later_counts_nothing() -> None:
    taken = claimed(see(Record(KEY), 9), T)
    assert counted(taken[0], answered(taken, Unknown("timeout", "no answer"), T)) == {}


def test_what_was_only_accepted_is_counted_when_it_is_confirmed() -> None:
    taken = claimed(see(Record(KEY), 9), T)
    accepted = answered(taken, Accepted("w1"), T + SECOND, checks=True)
    assert counted(taken[0], accepted) == {}
    after = check(accepted, "w1", Applied(), T + MINUTE, jitter=0)
    assert counted(accepted, after) == {"success": 1, "within": 1}


def test_where_nothing_can_be_checked_accepted_is_the_end() -> None:
    taken = claimed(see(Record(KEY), 9), T)
    assert counted(taken[0], answered(taken, Accepted("w1"), T + SECOND)) == {"success": 1, "within": 1}


def test_a_write_that_is_repeated_because_an_earlier_one_could_land_on_it_counts_nothing() -> None:
    first = claimed(see(Record(KEY), 9), T)
    unanswered = answered(first, Unknown("timeout", "no answer"), T)
    second = claimed(unanswered, T + MINUTE)
    settling = answered(second, Applied(), T + MINUTE)
    again = claimed(settling, T + 10 * MINUTE)
    assert counted(again[0], answered(again, Applied(), T + 10 * MINUTE)) == {}
    newer = see(again[0], 2, T + 10 * MINUTE)
    assert counted(newer, answered((newer, again[1]), Applied(), T + 11 * MINUTE)) == {}


def test_a_change_that_arrives_at_the_very_time_of_the_refusal_before_it_is_counted() -> None:
    failed = answered(claimed(see(Record(KEY), 9), T), CLOSED, T + MINUTE)
    taken = claimed(see(reprocess(failed, "r1", T + SECOND), 9, T + SECOND, changed=False), T + SECOND)
    arrived = answered(taken, Applied(), T + MINUTE)
    assert counted(taken[0], arrived) == {"success": 1, "within": 1, "reprocess_worked": 1}


def test_a_look_that_is_given_up_is_an_error() -> None:
    before = shown(9)
    assert counted(before, park_look(before, T + MINUTE)) == {"error": 1, "error:poison": 1}


# ---------------------------------------------------------------------- reprocess


def reprocessed() -> tuple[Record, Claim]:
    taken = claimed(see(Record(KEY), 9), T)
    asked = reprocess(answered(taken, CLOSED, T + SECOND), "r1", T + MINUTE)
    return claimed(see(asked, 9, T + MINUTE, changed=False), T + MINUTE)


def test_a_reprocess_worked_when_its_own_change_arrives() -> None:
    taken = reprocessed()
    assert counted(taken[0], answered(taken, Applied(), T + MINUTE))["reprocess_worked"] == 1


def test_a_reprocess_failed_when_its_own_change_ends_in_an_error() -> None:
    taken = reprocessed()
    assert counted(taken[0], answered(taken, CLOSED, T + MINUTE))["reprocess_failed"] == 1


def test_what_was_sent_before_the_click_does_not_answer_it() -> None:
    record, at = see(Record(KEY), 9), T
    while record.status.value != "error":  # and is still tried once an hour
        at = max(at, record.not_before or 0) + SECOND
        record = answered(claimed(record, at), Unknown("timeout", "no answer"), at)
    held, right = claimed(record, record.not_before or 0)
    clicked = reprocess(held, "r1", (record.not_before or 0) + 1)
    after = answered((clicked, right), Applied(), (record.not_before or 0) + 2)
    assert counted(clicked, after).keys() & {"reprocess_worked", "reprocess_failed"} == set()


# ---------------------------------------------------------------------- durations


def test_the_hour_is_split_into_its_parts() -> None:
    notice = Notice(KEY, T + 2 * SECOND, changed=True, stock=True, modified_at=T)
    decided = observe(Record(KEY), notice, Sight(9, False), CHANNEL, T + 5 * SECOND)[0]
    assert durations(Record(KEY), decided) == {Part.NOTIFY: about(2 * SECOND), Part.INTAKE: about(3 * SECOND)}
    taken = claimed(decided, T + 25 * SECOND)
    after = answered(taken, Applied(), T + 26 * SECOND)
    assert durations(taken[0], after) == {
        Part.TOTAL: about(24 * SECOND),
        Part.QUEUE: about(20 * SECOND),
        Part.MARKETPLACE: about(SECOND),
    }


def test_the_marketplaces_part_goes_on_until_it_confirms() -> None:
    taken = claimed(see(Record(KEY), 9), T + SECOND)
    accepted = answered(taken, Accepted("w1"), T + 2 * SECOND, checks=True)
    after = check(accepted, "w1", Applied(), T + 61 * SECOND, jitter=0)
    assert durations(accepted, after)[Part.MARKETPLACE] == about(MINUTE)


def test_the_queue_ends_with_the_claim_that_arrived_and_not_with_the_first() -> None:
    first = claimed(see(Record(KEY), 9), T)
    second = claimed(answered(first, Unknown("timeout", "no answer"), T), T + MINUTE)
    assert durations(second[0], answered(second, Applied(), T + MINUTE))[Part.QUEUE] == about(MINUTE)


def test_a_notification_that_does_not_say_when_the_change_was_is_not_guessed_from_an_older_one() -> None:
    before = see(shown(9), 3, T, modified_at=T - SECOND)
    after = see(before, 2, T + MINUTE)
    assert Part.NOTIFY not in durations(before, after)


def test_the_parts_of_a_change_that_was_overtaken_are_not_known() -> None:
    held, right = claimed(see(Record(KEY), 9), T)
    newer = see(held, 2, T + SECOND)
    assert durations(newer, answered((newer, right), Applied(), T + 2 * SECOND)) == {Part.TOTAL: about(2 * SECOND)}


def test_a_percentile_is_off_by_less_than_a_tenth_from_ten_milliseconds_to_fifty_days() -> None:
    random = Random(0)
    times = sorted(int(10 ** random.uniform(1, 9.5)) for _ in range(2_000))
    waiting = claimed(see(Record(KEY), 9), T)
    counts = merged(events(waiting[0], answered(waiting, Applied(), T + ms), LIMIT_MS) for ms in times)
    for share in (0.01, 0.5, 0.95, 0.99, 1):
        exact = times[max(0, -(-int(share * 100) * len(times) // 100) - 1)]
        assert percentile(histogram(counts, Part.TOTAL), share) == pytest.approx(exact, rel=0.1)


def test_of_nothing_there_is_no_percentile() -> None:
    assert percentile(histogram({"success": 3, "error:timeout": 1}, Part.TOTAL), 0.5) is None


# ---------------------------------------------------------------------- periods and the service level


def test_a_period_begins_at_a_whole_hour_or_day_of_utc() -> None:
    assert Period.HOUR.start(T + HOUR_MS + 1) == T + HOUR_MS
    assert Period.DAY.start(T + DAY_MS - 1) == T


def test_an_hour_remembers_in_which_five_minutes_changes_were_late() -> None:
    counts = {"late": 2, "within": 5, "success": 7}
    hours = {T: of_period(Period.HOUR, T + 2 * SLOT_MS + 1, counts)}
    assert of_slots(hours, T + 2 * SLOT_MS) == {"late": 2, "within": 5}
    assert of_slots(hours, T + 2 * SLOT_MS + 1).total() == 0
    assert of_period(Period.DAY, T, counts) == counts


def test_open_changes_over_the_limit_count_against_the_service_level_while_they_wait() -> None:
    assert Service(within=98, late=2, overdue=0).share == 0.98
    assert Service(within=0, late=0, overdue=40).share == 0.0
    assert Service(within=0, late=0, overdue=0).share is None


def test_the_burn_rate_is_one_when_as_many_are_late_as_the_objective_allows() -> None:
    assert Service(within=99, late=1, overdue=0).burn_rate(0.99) == pytest.approx(1)
    assert Service(within=90, late=0, overdue=10).burn_rate(0.99) == pytest.approx(10)
    assert Service(within=0, late=0, overdue=0).burn_rate(0.99) is None


def test_a_record_without_the_time_of_its_claim_is_counted_all_the_same() -> None:
    """As the version before wrote it."""
    held, right = claimed(see(Record(KEY), 9), T)
    held = replace(held, claimed_at=None, decision=None)
    after = answered((held, right), Applied(), T + SECOND)
    assert counted(held, after) == {"success": 1, "within": 1}
    assert durations(held, after) == {Part.TOTAL: about(SECOND)}
