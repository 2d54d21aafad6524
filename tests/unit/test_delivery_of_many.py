"""Delivery to marketplaces that take several SKUs in a call, take them later, or take only so many calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stockbridge.connectors import Capabilities, Feed, Mode, Rate, Session
from stockbridge.notifications import Key
from stockbridge.outcomes import Accepted, Applied, Busy, Evidence, Outcome, Refused, Throttled, Unauthorized, Unknown
from stockbridge.records import Status
from tests.memory import CheckedMarketplace, MemoryMarketplace, MemorySecrets, channel
from tests.unit.test_delivery import KEY, World

LISTING = Capabilities(Mode.GROUP, max_batch=10)
FILES = Capabilities(Mode.FEED, max_batch=100, rate=Rate(1 / 60))
FEW = Capabilities(rate=Rate(1.0, burst=2), feed=Feed(at_least=4, max_batch=100, rate=Rate(1 / 60)))


def wanting(world: World, *skus: str, quantity: int = 7) -> list[Key]:
    return [world.want(quantity, sku) for sku in skus]


# ---------------------------------------------------------------- listings of several SKUs


def test_the_skus_of_one_listing_travel_in_one_call() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=LISTING))
    world.deliver(*wanting(world, "10", "11", "20"))
    assert world.marketplace.calls == [("10", "11"), ("20",)]
    assert world.leases.held == {}


def test_a_listing_that_somebody_else_is_writing_is_left_alone_for_some_seconds() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=LISTING))
    world.leases.take("loja#SPT#1", world.clock(), world.clock() + 10_000)
    world.deliver(*wanting(world, "10", "20"))
    assert world.marketplace.calls == [("20",)]
    (hint,) = world.queue.messages
    assert (world.queue.hinted, 2 <= hint.delay_s <= 5) == (["10"], True)
    world.clock.forward(10)
    assert world.deliver(Key("loja", "SPT", "10")).confirmed == 7


def test_a_listing_whose_call_may_still_go_on_is_not_given_back() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=LISTING, answers=[Unknown("timeout", "")]))
    world.deliver(*wanting(world, "10"))
    assert "loja#SPT#1" in world.leases.held


def test_each_sku_of_a_call_has_its_own_outcome() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=LISTING, answers=[Refused("validation", "no"), Applied()]))
    keys = wanting(world, "10", "11")
    world.deliver(*keys)
    assert [world.records.get(key).status for key in keys] == [Status.ERROR, Status.SUCCESS]


def test_a_bug_in_a_call_of_several_skus_blames_none_of_them_and_separates_them() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=LISTING, answers=[ZeroDivisionError("bug")]))
    keys = wanting(world, "10", "11")
    world.deliver(*keys)
    assert {world.records.get(key).status for key in keys} == {Status.PENDING}
    world.clock.forward(60)
    world.deliver(*keys)
    assert world.marketplace.calls[1:] == [("10",), ("11",)]


# ---------------------------------------------------------------- accepted, and asked about later


def test_what_is_only_accepted_stays_open_until_it_is_confirmed() -> None:
    world = World(marketplace=CheckedMarketplace())
    world.want(7)
    record = world.deliver()
    assert (record.status, record.open, record.confirmed) == (Status.PENDING, True, None)
    (hint,) = world.queue.drain()
    assert hint.delay_s == 5
    world.deliver()
    assert len(world.marketplace.pushes) == 1  # too early, and nothing is sent twice
    world.clock.forward(5)
    record = world.deliver()
    assert (record.status, record.confirmed, record.due_at) == (Status.SUCCESS, 7, None)
    assert [attempt.outcome for attempt in record.attempts] == ["accepted", "confirmed"]


def test_nothing_newer_is_sent_before_the_accepted_is_confirmed() -> None:
    world = World(marketplace=CheckedMarketplace())
    world.want(7)
    world.deliver()
    world.want(3)
    world.deliver()
    assert world.marketplace.pushes == [("42", 7)]
    world.clock.forward(5)
    world.deliver()
    world.deliver()
    assert world.marketplace.pushes == [("42", 7), ("42", 3)]


def test_something_newer_does_not_wait_longer_than_the_accepted_may_take() -> None:
    market = CheckedMarketplace(news=[Accepted("write-42", 60)] * 9)
    world = World(marketplace=market)
    world.want(7)
    world.deliver()
    world.want(3)
    world.clock.forward(market.capabilities.late_effect_s + 1)
    world.deliver()
    world.deliver()
    assert market.pushes[-1] == ("42", 3)


def test_what_was_accepted_and_then_refused_is_an_error() -> None:
    world = World(marketplace=CheckedMarketplace(news=[Refused("not_catalogued", "line 2")]))
    world.want(7)
    world.deliver()
    world.clock.forward(5)
    record = world.deliver()
    assert (record.status, record.cause, record.message) == (Status.ERROR, "not_catalogued", "line 2")


def test_what_is_never_confirmed_is_an_error_after_a_day() -> None:
    market = CheckedMarketplace()
    world = World(marketplace=market)
    world.want(7)
    record = world.deliver()
    for _ in range(200):
        if record.check_at is None:
            break
        market.news = [Accepted("write-42", 5)]
        world.clock.now = record.check_at
        record = world.deliver()
    assert (record.status, record.cause) == (Status.ERROR, "unconfirmed")
    assert len(market.checked) < 150  # more and more slowly
    assert len(market.pushes) == 1


def test_a_question_without_an_answer_changes_nothing_but_time() -> None:
    world = World(marketplace=CheckedMarketplace(news=[Unknown("timeout", "")]))
    world.want(7)
    before = world.deliver()
    world.clock.forward(5)
    record = world.deliver()
    assert (record.open, record.attempts_used, record.accepted) == (True, 0, before.accepted)
    assert record.check_at is not None
    assert record.check_at > world.clock()


def overtaken(*news: Outcome) -> World:
    """A write without an answer, and one after it that was accepted and is asked about until neither can land."""
    market = CheckedMarketplace(answers=[Unknown("timeout", "")])
    world = World(marketplace=market)
    world.want(7)
    world.deliver()
    world.clock.forward(60)
    record = world.deliver()
    until = world.clock() + (market.capabilities.late_effect_s + 1) * 1000
    market.news = [Accepted("write-42", 5)] * 99
    while record.check_at is not None and record.check_at < until:
        world.clock.now = record.check_at
        record = world.deliver()
    assert len(market.pushes) == 2
    market.news = list(news)
    world.clock.now = max(until, record.check_at or 0)
    world.deliver()
    return world


def test_what_an_earlier_write_may_have_landed_on_top_of_is_written_again() -> None:
    world = overtaken(Accepted("write-42", 5))
    record = world.records.get(KEY)
    assert (record.status, record.cause, record.attempts_used) == (Status.PENDING, "unconfirmed", 2)
    world.clock.forward(60)
    world.deliver()
    assert world.marketplace.pushes == [("42", 7)] * 3
    world.clock.forward(5)
    record = world.deliver()
    assert (record.status, record.confirmed, record.attempts_used, record.due_at) == (Status.SUCCESS, 7, 0, None)


def test_what_is_seen_to_be_shown_may_still_be_followed_by_its_own_write() -> None:
    market = CheckedMarketplace(news=[Applied(by_sight=True), Applied(by_sight=True), Applied(by_sight=True)])
    world = World(marketplace=market)
    world.want(7)
    accepted = world.deliver()
    world.clock.forward(5)
    record = world.deliver()
    assert (record.status, record.confirmed, record.due_at) == (Status.SUCCESS, 7, None)
    assert record.may_land_until == accepted.may_land_until
    world.want(3)
    world.deliver()
    world.clock.forward(5)
    record = world.deliver()
    assert (record.status, record.confirmed) == (Status.SUCCESS, 3)
    assert record.send_at is not None
    assert record.send_at > (record.may_land_until or 0) > (accepted.may_land_until or 0)
    world.clock.now = record.send_at
    world.deliver()
    world.clock.forward(5)
    assert world.deliver().due_at is None
    assert market.pushes == [("42", 7), ("42", 3), ("42", 3)]


def test_what_nobody_can_say_any_more_is_written_again_and_its_effect_may_still_come() -> None:
    world = World(marketplace=CheckedMarketplace(news=[Unknown("unconfirmed", "the report does not say")]))
    world.want(7)
    accepted = world.deliver()
    world.clock.forward(5)
    record = world.deliver()
    assert (record.open, record.cause, record.attempts_used) == (True, "unconfirmed", 1)
    assert (record.accepted, record.confirmed, record.may_land_until) == (None, None, accepted.may_land_until)
    world.clock.forward(60)
    world.deliver()
    assert len(world.marketplace.pushes) == 2


def test_what_nobody_can_ever_say_is_an_error_after_ten_writes() -> None:
    market = CheckedMarketplace()
    world = World(marketplace=market)
    world.want(7)
    record = world.deliver()
    while record.status is Status.PENDING:
        market.news = [Unknown("unconfirmed", "the report does not say")]
        world.clock.now = max(record.check_at or 0, record.not_before or 0)
        record = world.deliver()
    assert (record.status, record.cause, record.attempts_used) == (Status.ERROR, "unconfirmed", 10)
    assert len(market.pushes) == 10


# ---------------------------------------------------------------- files, and rates


def test_a_file_takes_along_whatever_else_is_due() -> None:
    world = World(marketplace=CheckedMarketplace(capabilities=FILES))
    hinted, *_ = wanting(world, "10", "21", "32")
    world.deliver(hinted)
    assert world.marketplace.calls == [("10", "21", "32")]


def test_one_question_is_asked_about_all_lines_of_a_file() -> None:
    market = CheckedMarketplace(capabilities=FILES, answers=[Accepted("file", 15)] * 3)
    world = World(marketplace=market)
    keys = wanting(world, "10", "21", "32")
    world.deliver(keys[0])
    world.clock.forward(15)
    market.news = [Applied(), Refused("validation", "line 3"), Applied()]
    world.deliver(keys[2])
    assert [ref for ref, _ in market.checked] == ["file"]
    assert sorted(world.records.get(key).status for key in keys) == [Status.ERROR, Status.SUCCESS, Status.SUCCESS]


def test_lines_of_a_file_that_were_accepted_a_little_later_are_asked_about_with_the_others() -> None:
    market = CheckedMarketplace(
        capabilities=FILES, answers=[Accepted("file", 15), Accepted("file", 18), Accepted("another", 18)]
    )
    world = World(marketplace=market)
    world.deliver(*wanting(world, "10", "21", "32"))
    world.clock.forward(15)
    world.deliver(Key("loja", "SPT", "10"))
    assert market.checked == [("file", ("10", "21"))]


def test_a_second_file_waits_its_minute_and_one_hint_brings_it() -> None:
    world = World(marketplace=CheckedMarketplace(capabilities=FILES))
    world.deliver(*wanting(world, "10"))
    world.queue.drain()
    world.deliver(*wanting(world, "21", "32"))
    assert world.marketplace.calls == [("10",)]
    (hint,) = world.queue.drain()
    assert 55 <= hint.delay_s <= 65
    world.clock.forward(60)
    world.deliver(Key("loja", "SPT", "21"))
    assert world.marketplace.calls[-1] == ("21", "32")


def test_calls_beyond_the_rate_are_hinted_for_when_there_is_room() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=Capabilities(rate=Rate(1.0, burst=2))))
    keys = wanting(world, "10", "21", "32")
    world.deliver(*keys)
    assert len(world.marketplace.pushes) == 2
    (hint,) = world.queue.drain()
    assert hint.delay_s == 1
    world.clock.forward(1)
    world.deliver(*keys)
    assert len(world.marketplace.pushes) == 3


def test_zero_goes_before_everything_else_when_there_is_little_room() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=Capabilities(rate=Rate(1.0, burst=1))))
    keys = [world.want(7, "10"), world.want(0, "21")]
    world.deliver(*keys)
    assert world.marketplace.pushes == [("21", 0)]


def test_a_file_replaces_the_calls_that_the_rate_has_no_room_for() -> None:
    world = World(marketplace=CheckedMarketplace(capabilities=FEW))
    hinted = wanting(world, "10", "21", "32", "43", "54")[:3]
    world.deliver(*hinted)
    assert world.marketplace.submitted == [("10", "21", "32", "43", "54")]
    assert world.marketplace.calls == []


def test_a_busy_listing_is_tried_again_within_seconds_and_trips_no_breaker() -> None:
    world = World(marketplace=MemoryMarketplace(answers=[Busy("409")] * 6))
    world.want(7)
    waits = []
    for _ in range(6):
        world.deliver()
        (hint,) = world.queue.drain()
        waits.append(hint.delay_s)
        world.clock.forward(hint.delay_s)
    assert waits == [1, 2, 4, 8, 16, 32]
    assert world.deliver().status is Status.SUCCESS
    assert "loja#SPT" not in world.control.gates


# ---------------------------------------------------------------- logging in


@dataclass
class Doorkeeper(MemoryMarketplace):
    """Lets in whoever has the newest token; a refresh token is good once."""

    logins: int = 1
    used: list[str] = field(default_factory=list)
    before_refusal: Callable[[], None] = lambda: None

    def push(self, session: Session, updates: Sequence[object]) -> Sequence[Outcome]:
        if session.credentials["access"] != f"access {self.logins}":
            self.before_refusal()
            return [Unauthorized("401")] * len(updates)
        return super().push(session, updates)  # type: ignore[arg-type] -- updates are updates

    def renew(self, session: Session) -> Mapping[str, str] | Outcome:
        refresh = session.credentials["refresh"]
        self.used.append(refresh)
        if refresh != f"refresh {self.logins}":
            return Unauthorized("invalid_grant", revoked=True)
        self.logins += 1
        return pair(self.logins)


def pair(number: int) -> Mapping[str, str]:
    return {"access": f"access {number}", "refresh": f"refresh {number}"}


def expired(**changes: object) -> World:
    world = World(
        marketplace=Doorkeeper(logins=2),
        secrets=MemorySecrets({"shop": {"access": "access 1", "refresh": "refresh 2"}}),
    )
    world.control.add(channel(marketplace={"secret": "shop"}))
    return world


def test_an_expired_token_is_renewed_stored_and_used_in_the_same_call() -> None:
    world = expired()
    world.want(7)
    assert world.deliver().status is Status.SUCCESS
    assert world.secrets.stored["shop"] == pair(3)
    assert world.leases.held == {}
    assert "loja#SPT" not in world.control.gates


def test_whoever_finds_a_log_in_going_on_waits_for_its_end() -> None:
    world = expired()
    world.leases.take("login#shop", world.clock(), world.clock() + 40_000)
    world.want(7)
    record = world.deliver()
    assert world.marketplace.used == []  # type: ignore[attr-defined] -- a Doorkeeper
    assert (record.status, record.attempts[-1].outcome) == (Status.PENDING, "busy")
    world.clock.forward(60)
    assert world.deliver().confirmed == 7


def test_credentials_that_somebody_else_renewed_are_used_and_not_renewed_again() -> None:
    world = expired()
    world.secrets.remembered["shop"] = pair(1)
    world.secrets.stored["shop"] = pair(2)
    world.want(7)
    assert world.deliver().confirmed == 7
    assert world.marketplace.used == []  # type: ignore[attr-defined] -- a Doorkeeper


def test_a_refused_log_in_is_one_incident_of_the_channel() -> None:
    world = expired()
    world.secrets.stored["shop"] = {"access": "access 1", "refresh": "refresh 1"}
    world.want(7)
    record = world.deliver()
    assert (record.status, record.cause) == (Status.PENDING, "auth")
    assert world.control.gates["loja#SPT"].incident == "auth"


def test_a_throttled_question_closes_the_gate_like_any_other() -> None:
    world = World(marketplace=CheckedMarketplace(news=[Throttled(60, "slow down")]))
    world.want(7)
    world.deliver()
    world.clock.forward(5)
    record = world.deliver()
    assert world.control.gates["loja#SPT"].closed(world.clock() + 59_000)
    assert record.check_at is not None
    assert record.check_at >= world.clock() + 60_000


# ---------------------------------------------------------------- what goes wrong beside a call


def test_what_was_accepted_and_then_refused_may_have_been_done_in_part() -> None:
    market = CheckedMarketplace(news=[Applied(), Refused("import_failed", "FATAL")])
    world = World(marketplace=market)
    world.want(3)
    world.deliver()
    world.clock.forward(5)
    world.deliver()
    world.want(1)
    world.deliver()
    world.clock.forward(5)
    world.deliver()  # failed, and yet the marketplace shows 1
    world.want(3)
    world.deliver()
    assert market.pushes == [("42", 3), ("42", 1), ("42", 3)]


def test_a_question_that_cannot_be_asked_says_nothing_of_the_write() -> None:
    world = World(marketplace=CheckedMarketplace(news=[Refused("configuration", "bad field")]))
    world.want(7)
    world.deliver()
    world.clock.forward(5)
    record = world.deliver()
    assert (record.status, record.check_at is not None) == (Status.PENDING, True)


def test_an_answer_that_settles_nothing_is_no_failure_of_the_marketplace() -> None:
    market = CheckedMarketplace(capabilities=LISTING)
    world = World(marketplace=market)
    for sku in range(10, 90, 10):
        world.want(7, str(sku))
        world.deliver(Key("loja", "SPT", str(sku)))
    world.clock.forward(5)
    for sku in range(10, 90, 10):
        market.news = [Unknown("uncatalogued", "?")]
        world.deliver(Key("loja", "SPT", str(sku)))
    assert "loja#SPT" not in world.control.gates


def test_one_channel_that_cannot_be_planned_leaves_the_others_alone() -> None:
    world = World()
    world.control.add(channel("BAD", connector="gone"), channel("SPT"))
    find = world.marketplace
    planning = replace(world.delivery.planning, connector=lambda name: {"memory": find}[name])
    world.delivery = replace(world.delivery, planning=planning)
    world.want(7)
    bad = Key("loja", "BAD", "42")
    world.records.stored[bad] = replace(world.records.get(KEY), key=bad)
    world.deliver(bad, KEY)
    assert world.records.get(KEY).confirmed == 7


def test_evidence_that_cannot_be_kept_loses_no_outcome() -> None:
    world = World(marketplace=MemoryMarketplace(answers=[Refused("validation", "no", Evidence("PUT", "", 422))]))
    keys = wanting(world, "10", "21")
    world.records.keeps = False
    world.deliver(*keys)
    assert [world.records.get(key).status for key in keys] == [Status.ERROR, Status.SUCCESS]


def test_a_gate_that_cannot_be_told_loses_no_outcome() -> None:
    world = World(marketplace=MemoryMarketplace(answers=[Throttled(60, "slow down")]))
    keys = wanting(world, "10", "21")
    world.control.refuses = 99
    world.deliver(*keys)
    assert [world.records.get(key).vanished for key in keys] == [0, 0]
    assert world.records.get(keys[1]).confirmed == 7


def test_new_tokens_that_cannot_be_stored_are_stored_the_next_time() -> None:
    world = expired()
    world.secrets.refuses = 3
    world.want(7)
    world.deliver()
    assert world.leases.held == {}
    world.clock.forward(60)
    assert world.deliver().confirmed == 7
    assert world.secrets.stored["shop"] == pair(3)


def test_nobody_logs_in_without_the_time_to_hear_the_answer() -> None:
    world = expired()
    market = world.marketplace
    assert isinstance(market, Doorkeeper)
    market.before_refusal = lambda: world.clock.forward(17)
    world.want(7)
    world.deliver()
    assert market.used == []


def test_no_more_is_sent_than_the_marketplace_can_show_and_the_record_says_what_it_shows() -> None:
    world = World(marketplace=MemoryMarketplace(capabilities=Capabilities(max_quantity=100)))
    world.want(9_999)
    record = world.deliver()
    assert world.marketplace.pushes == [("42", 100)]
    assert (record.status, record.confirmed, record.due_at) == (Status.SUCCESS, 100, None)
