"""The steps of a record: observe, defer, claim, commit, park, reprocess, remove, restore."""

from dataclasses import replace

import pytest

from stockbridge import sending
from stockbridge.channels import Channel, Strategy, VtexSource
from stockbridge.errors import NotPossible
from stockbridge.notifications import Key
from stockbridge.observing import Notice, Sight, defer, observe
from stockbridge.operating import RESTORABLE_MS, remap, remove, reprocess, restore
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.policy import QuantityPolicy
from stockbridge.records import Record, Status
from stockbridge.rule import Verdict
from stockbridge.sending import Claim, LostClaim, NotNow, claim, commit, nothing_to_send, park, poisoned, shown_already

T = 1_767_225_600_000
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
LATE_S = 120
KEY = Key("loja", "SPT", "42")
CHANNEL = Channel("loja", "SPT", "Loja", "generic", VtexSource("https://loja.example", "secret"), {})


def notified(at: int = T, **fields: object) -> Notice:
    return Notice(**{"key": KEY, "received_at": at, "changed": True, "stock": True, **fields})


def see(record: Record, quantity: int, at: int = T, channel: Channel = CHANNEL, **fields: object) -> Record:
    return observe(record, notified(at, **fields), Sight(quantity, False), channel, at)[0]


def send(record: Record, outcome: Outcome, at: int, answered_at: int | None = None) -> Record:
    claimed, right = claim(record, at, late_effect_s=LATE_S)
    return settle(claimed, right, outcome, answered_at or at)


def settle(record: Record, right: Claim, outcome: Outcome, at: int, reopens_at: int = 0) -> Record:
    return commit(record, right, outcome, at, late_effect_s=LATE_S, jitter=0, reopens_at=reopens_at)


def shown(quantity: int) -> Record:
    """A record at rest: the marketplace shows what VTEX has."""
    return send(see(Record(KEY), quantity), Applied(), T + SECOND)


TIMEOUT = Unknown("timeout", "no answer in 8 s")
CLOSED = Refused("listing_closed", "item is closed")


# ---------------------------------------------------------------- observing


def test_the_last_change_was_when_vtex_told_of_it_whatever_happens_to_it_afterwards() -> None:
    changed = see(shown(50), 3, T + MINUTE, received_at=T + MINUTE - SECOND)
    assert changed.last_change_at == T + MINUTE - SECOND
    failed = send(changed, CLOSED, T + HOUR)
    asked = see(reprocess(failed, "r1", T + HOUR), 3, T + HOUR, changed=False)
    assert send(asked, Applied(), T + HOUR).last_change_at == T + MINUTE - SECOND


def test_a_change_that_the_rule_holds_back_is_the_last_one_too() -> None:
    record = see(shown(50), 20, T + MINUTE)
    assert (record.status, record.last_change_at) == (Status.SUCCESS, T + MINUTE)


def test_a_change_that_nobody_told_of_was_when_it_was_read() -> None:
    assert see(shown(50), 20, T + HOUR, received_at=T, changed=False).last_change_at == T + HOUR
    assert see(shown(50), 50, T + HOUR).last_change_at == T  # nothing changed


def test_what_vtex_told_of_while_it_could_not_be_read_changed_then() -> None:
    unread = defer(shown(50), notified(T + MINUTE), cause="vtex_unavailable", retry_after_s=None, now=T + MINUTE)
    assert see(unread, 3, T + HOUR, changed=False).last_change_at == T + MINUTE


def test_an_old_message_makes_no_change_older_than_the_one_before() -> None:
    newer = see(shown(50), 3, T + 2 * MINUTE)
    assert see(newer, 2, T + 3 * MINUTE, received_at=T + MINUTE).last_change_at == T + 2 * MINUTE


def test_the_first_sight_of_a_sku_is_exported() -> None:
    record, verdict = observe(Record(KEY), notified(), Sight(50, False), CHANNEL, T)
    assert verdict is Verdict.FIRST
    assert (record.wanted, record.version, record.status, record.changed_at) == (50, 1, Status.PENDING, T)


def test_a_change_that_the_rule_holds_back_is_kept_with_its_de_and_por() -> None:
    record = see(shown(50), 20, T + MINUTE)
    assert record.skipped is not None
    assert (record.skipped.de, record.skipped.por, record.skipped.verdict) == (50, 20, Verdict.ABOVE_THRESHOLD)
    assert (record.balance, record.status, record.changed_at) == (20, Status.SUCCESS, None)


def test_de_is_the_last_balance_observed_and_not_the_last_exported() -> None:
    record = see(see(see(shown(50), 20), 8), 4)
    assert record.decision is not None
    assert (record.decision.de, record.decision.por, record.decision.verdict) == (8, 4, Verdict.AT_THRESHOLD)
    assert (record.wanted, record.balance) == (4, 4)


def test_a_change_that_was_held_back_stays_so_when_it_is_looked_at_again() -> None:
    held = see(shown(50), 20)
    again, verdict = observe(held, notified(), Sight(20, False), CHANNEL, T)
    assert verdict is Verdict.UNCHANGED
    assert (again.version, again.skipped, again.seen) == (held.version, held.skipped, held.seen + 1)


def test_a_changed_policy_is_exported_even_after_a_change_that_was_held_back() -> None:
    halved = replace(CHANNEL, policy=QuantityPolicy(percent=50))
    assert see(see(shown(50), 20), 20, channel=halved).wanted == 10


def test_a_newer_balance_replaces_one_that_is_still_on_its_way() -> None:
    record = see(see(Record(KEY), 50), 20)
    assert (record.wanted, record.version) == (20, 2)


def test_the_same_balance_on_its_way_is_not_accepted_twice() -> None:
    assert see(see(Record(KEY), 50), 50).version == 1


def test_a_reindex_does_not_restart_a_definite_error() -> None:
    failed = send(see(shown(50), 3), CLOSED, T + MINUTE)
    again, verdict = observe(failed, notified(T + HOUR, only_stock=False), Sight(3, False), CHANNEL, T + HOUR)
    assert verdict is Verdict.UNCHANGED
    assert again.status is Status.ERROR
    assert not again.open


def test_a_changed_value_restarts_a_definite_error() -> None:
    failed = send(see(shown(50), 3), CLOSED, T + MINUTE)
    assert see(failed, 30, T + HOUR).status is Status.PENDING


def test_the_inventory_of_an_inactive_sku_counts_as_zero_and_the_simulation_speaks_for_itself() -> None:
    by_warehouse = replace(CHANNEL, vtex=replace(CHANNEL.vtex, strategy=Strategy.LOGISTICS))
    inactive = see(shown(50), 50, channel=by_warehouse, active=False)
    assert inactive.wanted == 0
    removed = see(shown(50), 50, channel=by_warehouse, listed=False)
    assert removed.wanted == 0
    still_out = see(inactive, 50, channel=by_warehouse)
    assert still_out.wanted == 0
    assert see(still_out, 50, channel=by_warehouse, active=True).wanted == 50
    assert see(shown(50), 50, active=False).wanted == 50


def test_negative_and_unlimited_balances_become_what_can_be_shown() -> None:
    assert see(Record(KEY), -4).wanted == 0
    unlimited, _ = observe(Record(KEY), notified(), Sight(1_000_000, True), CHANNEL, T)
    assert unlimited.wanted == 9999


def test_an_unreadable_vtex_decides_nothing_and_keeps_the_clock_running() -> None:
    waiting = defer(
        shown(50), notified(T + MINUTE, only_stock=False), cause="vtex_unavailable", retry_after_s=90, now=T + MINUTE
    )
    assert (waiting.balance, waiting.waiting_since, waiting.look_at) == (50, T + MINUTE, T + MINUTE + 90 * SECOND)
    later, verdict = observe(waiting, Notice(KEY, T + HOUR), Sight(20, False), CHANNEL, T + HOUR)
    assert verdict is Verdict.NOT_ONLY_STOCK  # the flags that were not acted upon still count
    assert (later.look_at, later.changed_at) == (None, T + MINUTE)


def test_looking_again_in_vain_waits_longer_each_time() -> None:
    record, waits = shown(50), []
    for _ in range(7):
        record = defer(record, notified(), cause="vtex_unavailable", retry_after_s=None, now=T)
        waits.append((record.look_at or 0) - T)
    assert waits == [30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000]


# ---------------------------------------------------------------- sending


def test_an_applied_send_ends_the_change_and_measures_it() -> None:
    record = send(see(Record(KEY), 7), Applied(), T + SECOND, T + 3 * SECOND)
    assert (record.status, record.confirmed, record.done_version) == (Status.SUCCESS, 7, 1)
    assert (record.reflected_ms, record.changed_at, record.due_at) == (3 * SECOND, None, None)


def test_only_one_claim_is_out_at_a_time_and_a_late_commit_is_refused() -> None:
    record = see(Record(KEY), 7)
    first, old = claim(record, T, late_effect_s=LATE_S)
    with pytest.raises(NotNow):
        claim(first, T + SECOND, late_effect_s=LATE_S)
    second, new = claim(first, T + MINUTE, late_effect_s=LATE_S)
    with pytest.raises(LostClaim):
        settle(second, old, Applied(), T + MINUTE)
    assert settle(second, new, Applied(), T + MINUTE).confirmed == 7


def test_a_commit_whose_reply_was_lost_is_not_taken_twice() -> None:
    claimed, right = claim(see(Record(KEY), 7), T, late_effect_s=LATE_S)
    committed = settle(claimed, right, TIMEOUT, T)
    with pytest.raises(LostClaim):
        settle(committed, right, TIMEOUT, T)


def test_a_change_during_the_send_stays_due_with_its_own_clock() -> None:
    claimed, right = claim(see(shown(50), 3, T + MINUTE), T + MINUTE, late_effect_s=LATE_S)
    changed = see(claimed, 9, T + MINUTE + SECOND)
    assert changed.changed_at == T + MINUTE
    committed = settle(changed, right, Applied(), T + MINUTE + 2 * SECOND)
    assert (committed.confirmed, committed.wanted, committed.open, committed.status) == (3, 9, True, Status.PENDING)
    assert (committed.changed_at, committed.reflected_ms) == (T + MINUTE + SECOND, 2 * SECOND)
    assert send(committed, Applied(), T + 2 * MINUTE).confirmed == 9


def test_after_a_timeout_the_same_value_is_written_and_not_skipped() -> None:
    """3 timed out and may have landed; the balance is 50 again, which is what we last knew to be shown."""
    unsure = send(see(shown(50), 3), TIMEOUT, T + MINUTE)
    back = see(unsure, 50, T + 2 * MINUTE)
    assert back.confirmed == back.wanted == 50
    assert not shown_already(back)


def test_a_write_that_overtakes_an_unanswered_one_is_repeated_when_that_can_no_longer_land() -> None:
    unsure = send(see(shown(50), 3), TIMEOUT, T + MINUTE)
    overtaken = send(see(unsure, 9, T + 2 * MINUTE), Applied(), T + 2 * MINUTE)
    assert overtaken.status is Status.SUCCESS
    assert unsure.may_land_until is not None
    assert (overtaken.send_at or 0) > unsure.may_land_until
    with pytest.raises(NotNow):
        claim(overtaken, T + 2 * MINUTE + SECOND, late_effect_s=LATE_S)
    settled = send(overtaken, Applied(), unsure.may_land_until + SECOND)
    assert (settled.due_at, settled.may_land_until, settled.confirmed) == (None, None, 9)


def test_a_write_after_the_window_needs_no_repetition() -> None:
    unsure = send(see(shown(50), 3), TIMEOUT, T + MINUTE)
    assert send(unsure, Applied(), T + HOUR).due_at is None


def test_a_change_that_comes_while_an_earlier_write_is_only_repeated_waits_since_it_came() -> None:
    settling = send(send(see(Record(KEY), 7), TIMEOUT, T), Applied(), T + 30 * SECOND)
    claimed, right = claim(settling, T + HOUR, late_effect_s=LATE_S)
    newer = see(see(claimed, 2, T + HOUR + 2 * SECOND), 1, T + HOUR + 3 * SECOND, received_at=T + HOUR + SECOND)
    assert newer.waiting_since == T + HOUR + SECOND
    repeated = settle(newer, right, Applied(), T + HOUR + 4 * SECOND)
    assert (repeated.waiting_since, repeated.reflected_ms) == (T + HOUR + SECOND, settling.reflected_ms)
    reflected = send(repeated, Applied(), T + HOUR + MINUTE)
    assert (reflected.waiting_since, reflected.reflected_ms) == (None, 59 * SECOND)


def test_what_came_while_a_claim_that_vanished_was_under_way_is_told_with_the_next_change() -> None:
    claimed, _ = claim(see(shown(50), 3, T + MINUTE), T + MINUTE, late_effect_s=LATE_S)
    newer = see(claimed, 2, T + MINUTE + SECOND, received_at=T + 30 * SECOND)
    assert newer.waiting_since == T + MINUTE
    assert see(newer, 1, T + 2 * MINUTE).waiting_since == T + 30 * SECOND


def test_a_vanished_claim_leaves_the_change_due_and_its_write_ambiguous() -> None:
    claimed, _ = claim(see(shown(50), 3, T + MINUTE), T + MINUTE, late_effect_s=LATE_S)
    newer = see(claimed, 50, T + MINUTE + SECOND)
    later, right = claim(newer, T + 2 * MINUTE, late_effect_s=LATE_S)
    assert not shown_already(newer)
    assert (right.quantity, later.changed_at, later.next_changed_at) == (50, T + MINUTE, None)


def test_a_claim_that_vanishes_again_and_again_is_parked_as_poison() -> None:
    record = see(Record(KEY), 7)
    for turn in range(sending.MAX_VANISHED):
        assert not poisoned(record)
        record, _ = claim(record, T + turn * MINUTE, late_effect_s=LATE_S)
    assert poisoned(record)
    parked = park(record, T + HOUR)
    assert (parked.status, parked.cause, parked.due_at) == (Status.ERROR, "poison", None)
    assert reprocess(parked, "r1", T + HOUR).vanished == 0


def test_a_throttled_send_uses_no_attempt_and_waits_for_the_channel() -> None:
    claimed, right = claim(see(Record(KEY), 7), T, late_effect_s=LATE_S)
    record = settle(claimed, right, Throttled(60, "slow down"), T, reopens_at=T + MINUTE)
    assert (record.attempts_used, record.status) == (0, Status.PENDING)
    assert record.not_before == T + MINUTE + sending.HEAD_START_MS
    assert record.may_land_until is None
    assert send(record, Applied(), record.not_before).confirmed == 7


def test_refused_credentials_are_no_error_of_the_sku() -> None:
    claimed, right = claim(see(Record(KEY), 7), T, late_effect_s=LATE_S)
    record = settle(claimed, right, Unauthorized("invalid token"), T, reopens_at=T + MINUTE)
    assert (record.status, record.cause, record.open) == (Status.PENDING, "auth", True)


def test_an_outage_ends_as_an_error_after_ten_attempts_and_goes_on_hourly_for_a_day() -> None:
    record, at, statuses = see(Record(KEY), 7), T, []
    while record.send_at is not None:
        at = max(at, record.not_before or 0)
        record = send(record, TIMEOUT, at)
        statuses.append(record.status)
    assert statuses == [Status.PENDING] * 9 + [Status.ERROR] * 25
    assert (record.done_version, record.cause) == (1, "timeout")
    assert at - T > 24 * HOUR


def test_an_outage_that_ends_within_the_day_ends_the_error_by_itself() -> None:
    record, at = see(Record(KEY), 7), T
    for _ in range(12):
        at = max(at, record.not_before or 0)
        record = send(record, TIMEOUT, at)
    assert record.status is Status.ERROR
    assert send(record, Applied(), at + HOUR).status is Status.SUCCESS


def test_a_newer_change_starts_the_attempts_again() -> None:
    record, at = see(Record(KEY), 7), T
    for _ in range(11):
        at = max(at, record.not_before or 0)
        record = send(record, TIMEOUT, at)
    changed = see(record, 3, at + SECOND)
    assert (changed.attempts_used, changed.not_before, changed.status) == (0, None, Status.PENDING)


def test_a_refusal_is_an_error_that_waits_for_a_person() -> None:
    record = send(see(shown(50), 3), CLOSED, T + MINUTE)
    assert (record.status, record.cause, record.message) == (Status.ERROR, "listing_closed", "item is closed")
    assert record.due_at is None
    assert record.late(T + 2 * HOUR, HOUR)  # the change never arrived


def test_a_listing_under_review_is_tried_again_by_itself() -> None:
    record = send(see(Record(KEY), 7), Refused("under_review", "wait"), T)
    assert (record.status, record.not_before) == (Status.ERROR, T + HOUR)
    assert send(record, Applied(), T + HOUR).status is Status.SUCCESS


def test_an_accepted_request_is_not_taken_for_an_applied_one() -> None:
    record = send(see(shown(50), 3), Accepted("import-1"), T + MINUTE)
    assert record.accepted is not None
    assert (record.status, record.accepted.ref, record.confirmed) == (Status.SUCCESS, "import-1", 50)
    assert not shown_already(see(record, 50, T + 2 * MINUTE))


def test_what_is_shown_already_ends_without_a_call() -> None:
    record = replace(shown(50), version=2, send_at=T)
    ended = nothing_to_send(record, T + MINUTE)
    assert shown_already(record)
    assert (ended.status, ended.done_version, ended.attempts[-1].outcome) == (Status.SUCCESS, 2, "nothing_to_send")


def test_the_constants_hold_their_order() -> None:
    assert (
        sending.HTTP_DEADLINE_S
        < sending.CLAIM_BUDGET_S
        < sending.FUNCTION_TIMEOUT_S
        < sending.LEASE_S
        < sending.VISIBILITY_S
    )


# ---------------------------------------------------------------- operating


def error() -> Record:
    return send(see(shown(50), 3), CLOSED, T + MINUTE)


def test_a_reprocess_reads_the_balance_again_and_sends_what_it_is_now() -> None:
    asked = reprocess(error(), "r1", T + HOUR)
    assert (asked.status, asked.request, asked.look_at is not None) == (Status.PENDING, "r1", True)
    looked, verdict = observe(asked, Notice(KEY, T + HOUR), Sight(8, False), CHANNEL, T + HOUR)
    assert verdict is Verdict.FORCED
    assert send(looked, Applied(), T + HOUR).confirmed == 8


def test_a_second_click_while_it_waits_changes_nothing() -> None:
    asked = reprocess(error(), "r1", T + HOUR)
    assert reprocess(asked, "r2", T + HOUR + SECOND) == asked


def test_a_success_and_a_waiting_row_are_not_reprocessed() -> None:
    with pytest.raises(NotPossible, match="success_is_not_reprocessed"):
        reprocess(shown(50), "r1", T)
    with pytest.raises(NotPossible, match="already_waiting"):
        reprocess(see(Record(KEY), 7), "r1", T)


def test_a_reprocess_of_what_is_shown_already_ends_without_a_call() -> None:
    asked = reprocess(error(), "r1", T + HOUR)
    looked, _ = observe(asked, Notice(KEY, T + HOUR), Sight(50, False), CHANNEL, T + HOUR)
    assert shown_already(looked)


def test_a_reprocess_while_an_older_value_is_under_way_has_a_clock_of_its_own() -> None:
    open_again = send(see(shown(50), 3, T + MINUTE), Refused("import_failed", "FAILED"), T + MINUTE)
    claimed, right = claim(open_again, T + HOUR, late_effect_s=LATE_S)
    asked = reprocess(claimed, "r1", T + HOUR + SECOND)
    again = see(asked, 3, T + HOUR + 2 * SECOND, changed=False)
    reflected = settle(again, right, Applied(), T + HOUR + 3 * SECOND)
    assert (reflected.open, reflected.changed_at) == (True, T + HOUR + 2 * SECOND)


def test_a_reprocess_makes_reads_that_started_before_it_invalid() -> None:
    assert reprocess(error(), "r1", T).seen > error().seen


def test_a_removed_row_stays_removed_until_something_newer_happens() -> None:
    gone = remove(error(), T + HOUR)
    assert remove(gone, T + 2 * HOUR) == gone
    assert see(gone, 3, T + 2 * HOUR).removal is not None  # nothing new
    assert see(gone, 2, T + 2 * HOUR).removal is None
    assert reprocess(gone, "r1", T + 2 * HOUR).removal is None


def test_removing_a_row_cancels_no_send_and_its_outcome_brings_it_back() -> None:
    claimed, right = claim(see(shown(50), 3), T + MINUTE, late_effect_s=LATE_S)
    gone = remove(claimed, T + MINUTE)
    back = settle(gone, right, CLOSED, T + MINUTE)
    assert (back.status, back.removal, back.came_back_after) == (Status.ERROR, None, T + MINUTE)


def test_the_same_outcome_again_does_not_bring_a_removed_row_back() -> None:
    record, at = see(Record(KEY), 7), T
    for _ in range(11):
        at = max(at, record.not_before or 0)
        record = send(record, TIMEOUT, at)
    gone = remove(record, at)
    assert send(gone, TIMEOUT, at + HOUR).removal is not None
    assert send(gone, Applied(), at + HOUR).removal is None


def test_an_error_that_came_back_after_its_removal_is_known_as_such_until_it_succeeds() -> None:
    back = send(see(remove(error(), T + HOUR), 2, T + 2 * HOUR), CLOSED, T + 2 * HOUR)
    again = send(see(reprocess(back, "r1", T + 3 * HOUR), 2, T + 3 * HOUR), CLOSED, T + 3 * HOUR)
    assert (back.came_back_after, again.came_back_after) == (T + HOUR, T + HOUR)
    well = send(see(reprocess(again, "r2", T + 4 * HOUR), 2, T + 4 * HOUR), Applied(), T + 4 * HOUR)
    assert (well.status, well.came_back_after) == (Status.SUCCESS, None)


def test_a_repeated_write_of_what_ended_before_is_no_success_of_what_came_back() -> None:
    late = T + 30 * SECOND
    settling = send(send(see(Record(KEY), 7), TIMEOUT, T), Applied(), late)
    claimed, right = claim(settling, T + HOUR, late_effect_s=LATE_S)
    back = see(remove(claimed, T + HOUR), 2, T + HOUR + SECOND)
    repeated = settle(back, right, Applied(), T + HOUR + 2 * SECOND)
    assert (repeated.status, repeated.came_back_after) == (Status.PENDING, T + HOUR)
    assert send(repeated, CLOSED, T + 2 * HOUR).came_back_after == T + HOUR


def test_what_was_under_way_when_its_row_came_back_is_a_success_though_a_newer_change_waits() -> None:
    back = see(remove(error(), T + HOUR), 2, T + 2 * HOUR)
    claimed, right = claim(back, T + 2 * HOUR, late_effect_s=LATE_S)
    newer = see(claimed, 1, T + 2 * HOUR + SECOND)
    done = settle(newer, right, Applied(), T + 2 * HOUR + 2 * SECOND)
    assert (done.status, done.came_back_after) == (Status.PENDING, None)


def test_a_row_that_a_person_shows_again_did_not_come_back_by_itself() -> None:
    gone = remove(error(), T + HOUR)
    assert restore(gone, T + 2 * HOUR).came_back_after is None
    asked = reprocess(gone, "r1", T + 2 * HOUR)
    assert send(see(asked, 3, T + 2 * HOUR), CLOSED, T + 2 * HOUR).came_back_after is None


def test_a_row_that_came_back_is_restored_as_it_was_and_comes_back_after_its_last_removal() -> None:
    back = send(see(remove(error(), T + HOUR), 2, T + 2 * HOUR), CLOSED, T + 2 * HOUR)
    gone = remove(back, T + 3 * HOUR)
    assert restore(gone, T + 4 * HOUR) == back
    assert see(gone, 1, T + 4 * HOUR).came_back_after == T + 3 * HOUR


def test_a_removal_is_taken_back_within_thirty_days() -> None:
    gone = remove(error(), T + HOUR)
    assert restore(gone, T + 2 * HOUR) == replace(error(), listed_at=error().processed_at)
    with pytest.raises(NotPossible, match="removed_too_long_ago"):
        restore(gone, T + HOUR + RESTORABLE_MS + 1)
    with pytest.raises(NotPossible, match="not_removed"):
        restore(error(), T)


# ---------------------------------------------------------------- another listing


def test_another_listing_is_written_though_the_one_before_shows_the_same() -> None:
    seen = see(remap(shown(9), T + MINUTE), 9, T + MINUTE, changed=False)
    assert (seen.decision.verdict, seen.version, seen.diverged) == (Verdict.DIVERGED, 2, False)
    written = send(seen, Applied(), T + MINUTE)
    assert (written.status, written.confirmed, written.due_at) == (Status.SUCCESS, 9, None)


def test_what_is_on_its_way_to_the_listing_before_says_nothing_of_the_new_one() -> None:
    claimed, right = claim(see(Record(KEY), 9), T, late_effect_s=LATE_S)
    mapped = remap(claimed, T + SECOND)
    with pytest.raises(LostClaim):
        settle(mapped, right, Applied(), T + 2 * SECOND)
    seen = see(mapped, 9, T + 2 * SECOND, changed=False)
    assert (seen.version, seen.to_export) == (1, True)
    assert not shown_already(seen)


def test_a_sku_that_was_not_mapped_is_tried_again_when_it_is() -> None:
    failed = send(see(Record(KEY), 9), Refused("unmapped", "no listing"), T)
    assert failed.status is Status.ERROR
    seen = see(remap(failed, T + MINUTE), 9, T + MINUTE, changed=False)
    assert (seen.status, seen.to_export) == (Status.PENDING, True)
