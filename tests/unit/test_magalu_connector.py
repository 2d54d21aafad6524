"""What the connector sends to Magalu, with which credentials, and what it does before it sends anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from stockbridge.connectors import Checks, Connector, Feeds, Listing, Reads, Renews, Response, Session, StockUpdate
from stockbridge.errors import TimedOut
from stockbridge.marketplaces.magalu import Magalu, request_id_of
from stockbridge.outcomes import Accepted, Applied, Outcome, Refused, Throttled, Unauthorized, Unknown

NOW = 1_750_000_000_000
SECRET = {
    "client_id": "client-1",
    "client_secret": "hush-client",
    "refresh_token": "hush-refresh",
    "access_token": "hush-access",
    "expires_at": str(NOW + 60_000),
}
CONFIGURATION: dict[str, Any] = {"secret": "stockbridge/prod/loja/MGL"}
UPDATE = StockUpdate("loja", "MGL", Listing("42"), 7, 3)
STOCKS = "https://api.magalu.com/seller/v1/portfolios/stocks/42"
MAGALU = Magalu()


@dataclass
class Wire:
    """Gives its answers in order and remembers the requests."""

    answers: list[Response | Exception]
    requests: list[tuple[str, str, Mapping[str, str], bytes | None]] = field(default_factory=list)

    def request(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, deadline_s: float
    ) -> Response:
        self.requests.append((method, url, headers, body))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def lines(self) -> list[str]:
        return [f"{method} {urlsplit(url).path}" for method, url, _, _ in self.requests]


def answer(status: int, body: object = None, **headers: str) -> Response:
    return Response(status, headers, b"" if body is None else json.dumps(body).encode())


def session(wire: Wire, secret: Mapping[str, str] = SECRET, **configuration: str) -> Session:
    return Session(CONFIGURATION | configuration, secret, wire, lambda: NOW, NOW + 8_000)


def pushed(wire: Wire, update: StockUpdate = UPDATE, **configuration: str) -> Outcome:
    [outcome] = MAGALU.push(session(wire, **configuration), [update])
    return outcome


def sent(wire: Wire, index: int = 0) -> Any:
    body = wire.requests[index][3]
    assert body is not None
    return json.loads(body)


def stock(quantity: int, updated_at: str = "2025-06-15T15:06:41Z") -> Response:
    return answer(200, {"meta": {}, "results": [{"type": "AVAILABLE", "quantity": quantity, "updated_at": updated_at}]})


def traces(*messages: str) -> Response:
    at = {"created_at": "2025-06-15T15:06:42Z", "severity": "error", "code": "42"}
    return answer(200, {"meta": {}, "results": [at | {"message": message} for message in messages]})


def test_it_is_a_connector_that_checks_reads_and_renews() -> None:
    connector: Connector = MAGALU
    offers = (isinstance(connector, kind) for kind in (Checks, Reads, Renews, Feeds))
    assert list(offers) == [True, True, True, False]


def test_one_quantity_is_one_patch_with_the_sellers_token() -> None:
    wire = Wire([answer(202, {"trace_id": "t-1"})])
    outcome = pushed(wire)
    assert isinstance(outcome, Accepted)
    assert outcome.ref == f"t-1@{NOW}"
    [(method, url, headers, _)] = wire.requests
    assert (method, url) == ("PATCH", STOCKS)
    assert sent(wire) == {"quantity": 7, "type": "AVAILABLE"}
    assert headers == {
        "accept": "application/json",
        "authorization": "Bearer hush-access",
        "content-type": "application/json",
        "x-request-id": request_id_of(UPDATE),
    }


def test_the_tenant_is_named_where_the_channel_names_it() -> None:
    wire = Wire([answer(202)])
    pushed(wire, tenant_id="21fea73c-e244", base_url="https://api-sandbox.magalu.com/")
    assert wire.requests[0][2]["x-tenant-id"] == "21fea73c-e244"
    assert wire.requests[0][1].startswith("https://api-sandbox.magalu.com/seller/")


def test_the_request_has_the_id_of_its_update_and_of_no_other() -> None:
    others = [
        replace(UPDATE, version=4),
        replace(UPDATE, affiliate="MGS"),
        replace(UPDATE, account="outra"),
        replace(UPDATE, listing=Listing("43")),
    ]
    ids = {request_id_of(each) for each in others}
    assert request_id_of(UPDATE) == request_id_of(replace(UPDATE, quantity=9))
    assert len(ids | {request_id_of(UPDATE)}) == 5
    assert UUID(request_id_of(UPDATE)).version == 5


def test_stock_that_was_never_created_is_created_in_the_same_push() -> None:
    wire = Wire([answer(404, {"slug": "NOT_FOUND"}), answer(202)])
    outcome = pushed(wire, channel_id="5f62650a-0039-4d65-9b96-266d498c03bd")
    assert isinstance(outcome, Accepted)
    assert [line.split()[0] for line in wire.lines] == ["PATCH", "POST"]
    assert sent(wire, 1) == {
        "channel": {"id": "5f62650a-0039-4d65-9b96-266d498c03bd"},
        "quantity": 7,
        "type": "AVAILABLE",
    }


def test_a_sku_that_cannot_be_created_either_is_not_there_and_is_asked_no_third_time() -> None:
    wire = Wire([answer(404), answer(404, {"slug": "NOT_FOUND", "message": "Not found"})])
    outcome = pushed(wire)
    assert isinstance(outcome, Refused)
    assert outcome.cause == "not_found"
    assert outcome.evidence is not None
    assert outcome.evidence.request.startswith("POST ")


def test_a_creation_that_is_not_answered_may_have_happened() -> None:
    outcome = pushed(Wire([answer(404), TimedOut("late")]))
    assert isinstance(outcome, Unknown)
    assert outcome.cause == "timeout"


@pytest.mark.parametrize(
    ("sku", "message"),
    [("a.b", "Magalu takes no SKU code with a dot"), ("9" * 51, "Magalu takes SKU codes of at most 50 characters")],
)
def test_a_code_that_magalu_takes_not_is_refused_before_it_is_sent(sku: str, message: str) -> None:
    wire = Wire([])
    assert pushed(wire, replace(UPDATE, listing=Listing("42", {"sku": sku}))) == Refused("validation", message)
    assert wire.requests == []


def test_the_listing_map_says_what_magalu_calls_a_sku() -> None:
    listing = Listing("42", {"sku": "CAM/AZ 01"})
    wire = Wire([answer(202)])
    pushed(wire, replace(UPDATE, listing=listing))
    assert wire.requests[0][1].endswith("/stocks/CAM%2FAZ%2001")
    assert (MAGALU.group_of({}, listing), MAGALU.group_of({}, Listing("42"))) == ("CAM/AZ 01", "42")


@pytest.mark.parametrize(
    "secret",
    [{**SECRET, "expires_at": str(NOW)}, {**SECRET, "access_token": ""}, {"client_id": "x"}],
)
def test_without_a_token_that_is_good_nothing_is_sent(secret: dict[str, str]) -> None:
    wire = Wire([])
    opened = session(wire, secret)
    outcomes = [*MAGALU.push(opened, [UPDATE]), *MAGALU.check(opened, "x@1", [UPDATE])]
    outcomes += [each for each in MAGALU.read(opened, [UPDATE.listing]) if not isinstance(each, int)]
    assert [(type(each), getattr(each, "revoked", None)) for each in outcomes] == [(Unauthorized, False)] * 3
    assert wire.requests == []


def test_a_token_whose_end_nobody_knows_is_used_until_it_is_refused() -> None:
    wire = Wire([answer(401, {"slug": "UNAUTHORIZED", "message": "Unauthorized"})])
    [outcome] = MAGALU.push(session(wire, SECRET | {"expires_at": ""}), [UPDATE])
    assert isinstance(outcome, Unauthorized)
    assert len(wire.requests) == 1


def test_a_token_that_no_header_may_hold_is_a_fault_of_the_secret() -> None:
    [outcome] = MAGALU.push(session(Wire([]), SECRET | {"access_token": "a\nb"}), [UPDATE])
    assert isinstance(outcome, Refused)
    assert outcome.cause == "configuration"


# ------------------------------------------------------------------------------------------ looking again


def checked(wire: Wire, ref: str = f"t-1@{NOW}") -> Outcome:
    [outcome] = MAGALU.check(session(wire), ref, [UPDATE])
    return outcome


def test_what_is_shown_since_the_write_is_applied() -> None:
    wire = Wire([stock(7)])
    assert isinstance(checked(wire), Applied)
    assert wire.lines == ["GET /seller/v1/portfolios/stocks/42"]


def test_what_is_not_shown_is_looked_for_in_the_traces_of_its_errors() -> None:
    wire = Wire([stock(9), traces("O produto pai não foi integrado")])
    outcome = checked(wire)
    assert isinstance(outcome, Refused)
    assert (outcome.cause, outcome.message) == ("not_catalogued", "O produto pai não foi integrado")
    query = parse_qs(urlsplit(wire.requests[1][1]).query)
    assert query == {
        "code": ["42"],
        "origin.resource": ["inventories"],
        "severity": ["error"],
        "_sort": ["created_at:desc"],
    }


@pytest.mark.parametrize(
    "before", [stock(9), stock(7, "2025-06-15T10:00:00Z"), answer(404), answer(200, {"results": []})]
)
@pytest.mark.parametrize("second", [traces(), answer(403), answer(500), TimedOut("late")])
def test_what_is_neither_shown_nor_complained_of_is_still_waiting(before: Response, second: Any) -> None:
    outcome = checked(Wire([before, second]))
    assert isinstance(outcome, Accepted)
    assert outcome.ref == f"t-1@{NOW}"


def test_a_look_that_fails_says_why() -> None:
    outcomes = [
        checked(Wire([answer(401)])),
        checked(Wire([answer(429, None, **{"retry-after": "9"})])),
        checked(Wire([stock(9), answer(401)])),
        checked(Wire([stock(9), answer(429)])),
        checked(Wire([answer(503)])),
        checked(Wire([answer(422)])),  # of the look: the write may have arrived all the same
        checked(Wire([answer(303)])),
    ]
    assert [type(each) for each in outcomes] == [
        Unauthorized, Throttled, Unauthorized, Throttled, Unknown, Unknown, Unknown,
    ]  # fmt: skip


def test_a_read_is_the_quantity_or_why_there_is_none() -> None:
    wire = Wire([stock(4), answer(404), answer(429)])
    four, missing, throttled = MAGALU.read(session(wire), [Listing("1"), Listing("2"), Listing("3")])
    assert four == 4
    assert isinstance(missing, Refused)
    assert missing.cause == "not_found"
    assert isinstance(throttled, Throttled)


# ------------------------------------------------------------------------------------------ the consent


def test_a_renewal_is_a_form_to_the_identity_and_brings_the_whole_secret() -> None:
    wire = Wire([answer(200, {"access_token": "a2", "expires_in": 7200, "refresh_token": "r2"})])
    new = MAGALU.renew(session(wire, SECRET | {"note": "kept"}))
    assert new == SECRET | {
        "note": "kept",
        "access_token": "a2",
        "refresh_token": "r2",
        "expires_at": str(NOW + 7_200_000),
    }
    [(method, url, headers, body)] = wire.requests
    assert (method, url) == ("POST", "https://id.magalu.com/oauth/token")
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert "authorization" not in headers
    assert parse_qs((body or b"").decode()) == {
        "grant_type": ["refresh_token"],
        "client_id": ["client-1"],
        "client_secret": ["hush-client"],
        "refresh_token": ["hush-refresh"],
    }


def test_a_renewal_needs_all_that_the_consent_gave() -> None:
    wire = Wire([])
    outcome = MAGALU.renew(session(wire, {"client_id": "x", "refresh_token": ""}))
    assert outcome == Refused("configuration", "client_secret, refresh_token: the channel's secret has no such value")
    assert wire.requests == []


def test_no_secret_is_in_what_is_kept_of_any_exchange() -> None:
    echo = {"message": "hush-access hush-client hush-refresh", "access_token": "newly-issued"}
    outcomes: list[object] = [pushed(Wire([answer(status, echo)])) for status in (202, 401, 422, 500)]
    outcomes += [MAGALU.renew(session(Wire([answer(status, echo)]))) for status in (400, 401, 500)]
    kept = str(outcomes)
    assert not [word for word in ("hush-", "newly-issued") if word in kept]


# ------------------------------------------------------------------------------------------ the configuration


def test_a_secret_is_all_that_a_channel_must_name() -> None:
    assert MAGALU.problems(CONFIGURATION, allow_private=False) == []
    [problem] = MAGALU.problems({}, allow_private=False)
    assert (problem.field, problem.reason) == ("secret", "required")


def test_each_fault_of_a_configuration_is_named_by_its_field() -> None:
    wrong = {
        "secret": "s",
        "base_url": "https://api.magalu.com.evil.example",
        "identity_url": "http://id.magalu.com",
        "channel_id": "a b",
        "tenant_id": "x\ny",
        "warehouse": "1",
    }
    problems = MAGALU.problems(wrong, allow_private=False)
    assert {problem.field: problem.reason for problem in problems} == {
        "warehouse": "unknown_field",
        "base_url": "host_not_allowed",
        "identity_url": "not_https",
        "channel_id": "wrong_format",
        "tenant_id": "wrong_format",
    }


def test_a_channel_that_is_misconfigured_after_all_sends_nothing() -> None:
    wire = Wire([])
    broken = Session({}, SECRET, wire, lambda: NOW, NOW + 8_000)
    outcomes = [*MAGALU.push(broken, [UPDATE]), *MAGALU.check(broken, "x@1", [UPDATE]), MAGALU.renew(broken)]
    assert outcomes == [Refused("configuration", "secret: required")] * 3
    assert wire.requests == []
