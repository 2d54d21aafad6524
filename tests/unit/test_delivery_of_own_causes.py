"""What a marketplace answers is told apart by the account's own causes when it is written down."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stockbridge.catalogue import Catalogue, OwnCause, Pattern
from stockbridge.causes import Cure
from stockbridge.errors import Unavailable
from stockbridge.outcomes import Accepted, Outcome, Refused, Unauthorized
from stockbridge.records import Record, Status
from stockbridge.sending import HOUR_MS
from tests.memory import CheckedMarketplace
from tests.unit.test_delivery import World

PICTURE = OwnCause("own.picture", Cure.FIX_FIRST, {"pt": "Sem foto"}, {"pt": "Envie"}, (Pattern("foto"),))


def told(outcome: Outcome, *own: OwnCause, world: World | None = None) -> Record:
    world = world or World()
    world.delivery = replace(world.delivery, catalogue=lambda _account: Catalogue(own))
    world.want(7)
    world.marketplace.answers = [outcome]
    return world.deliver()


@pytest.mark.parametrize("cause", ["uncatalogued", "validation"])
def test_a_general_refusal_gets_the_own_cause_that_its_message_tells_of(cause: str) -> None:
    record = told(Refused(cause, "falta foto"), PICTURE)
    assert (record.status, record.cause, record.message) == (Status.ERROR, "own.picture", "falta foto")
    assert record.due_at is None


def test_a_refusal_with_a_cause_of_ours_keeps_it() -> None:
    assert told(Refused("listing_closed", "falta foto"), PICTURE).cause == "listing_closed"


def test_an_own_cause_that_retries_alone_is_sent_again_after_an_hour() -> None:
    world = World()
    record = told(Refused("validation", "falta foto"), replace(PICTURE, cure=Cure.RETRIES_ALONE), world=world)
    assert (record.status, record.send_at, record.open) == (Status.ERROR, world.clock() + HOUR_MS, True)
    world.clock.forward(3_600)
    assert world.deliver().status is Status.SUCCESS


def test_what_is_said_later_of_an_accepted_write_is_told_apart_too() -> None:
    marketplace = CheckedMarketplace()
    world = World(marketplace=marketplace)
    told(Accepted("write-42", check_after_s=5), PICTURE, world=world)
    marketplace.news = [Refused("uncatalogued", "falta foto")]
    world.clock.forward(10)
    assert world.deliver().cause == "own.picture"


def test_a_catalogue_that_cannot_be_read_costs_no_outcome() -> None:
    def unavailable(_account: str) -> Catalogue:
        raise Unavailable("throttled")

    world = World()
    world.delivery = replace(world.delivery, catalogue=unavailable)
    world.want(7)
    world.marketplace.answers = [Refused("validation", "falta foto")]
    assert world.deliver().cause == "validation"


def test_the_catalogue_is_read_only_where_an_outcome_may_be_an_own_cause() -> None:
    def never(_account: str) -> Catalogue:
        raise AssertionError("nothing here can be an own cause")

    for outcome in (None, Refused("listing_closed", "foto"), Unauthorized("foto")):
        world = World()
        world.delivery = replace(world.delivery, catalogue=never)
        world.want(7)
        world.marketplace.answers = [outcome] if outcome is not None else []
        assert world.deliver().cause == (None if outcome is None else getattr(outcome, "cause", "auth"))
