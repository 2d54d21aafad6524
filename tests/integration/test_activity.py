"""Who did what: one activity for each deed, in the deed's own transaction, and never changed afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any

import pytest

from stockbridge import activity_log, aws, dynamo
from stockbridge.catalogue import OwnCause, Pattern
from stockbridge.causes import Cure
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_differences import DynamoDifferences, Slot
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.file_requests import ZONE, FileRequest, Filter
from stockbridge.jobs import Family, Job, JobKey
from stockbridge.listing_entries import Entry
from stockbridge.listing_map import DynamoListingMap
from stockbridge.notifications import Key
from stockbridge.reconciling import Difference, Kind
from stockbridge.records import Status
from stockbridge.store import Activity
from tests import stack
from tests.integration.api import Answer, Api
from tests.memory import START, channel


@dataclass(frozen=True)
class Deed:
    """What a route does, after `first` was done by somebody else."""

    action: str
    subject: str = "SPT"
    first: tuple[tuple[str, str], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] | None = None  # None: not compared here
    after: dict[str, Any] | None = None


RECORD = "/v1/records/{affiliate}/{sku}"
CHANNEL = "/v1/channels/{affiliate}"
LISTING = f"{CHANNEL}/listings/{{sku}}"
CSV = {"body": "sku,item_id\n42,MLB0042\n43,MLB0043\n", "content_type": "text/csv"}

OPERATION = "/v1/operations/{operation_id}"
FOTO = {"title": {"pt": "Sem foto"}, "hint": {"pt": "Envie"}, "cure": "fix_first", "patterns": [{"text": "foto"}]}

DEEDS = {
    ("post", f"{RECORD}/reprocess"): Deed("reprocess", "SPT#42"),
    ("delete", RECORD): Deed("remove", "SPT#42", before={"removed": False}, after={"removed": True}),
    ("post", f"{RECORD}/restore"): Deed(
        "restore", "SPT#42", (("DELETE", RECORD),), before={"removed": True}, after={"removed": False}
    ),
    ("put", CHANNEL): Deed("channel.save", before={"policy.safety": 0, "threshold": 5}),
    ("post", f"{CHANNEL}/pause"): Deed("channel.pause", before={"enabled": True}, after={"enabled": False}),
    ("post", f"{CHANNEL}/resume"): Deed(
        "channel.resume", first=(("POST", f"{CHANNEL}/pause"),), before={"enabled": False}, after={"enabled": True}
    ),
    ("delete", CHANNEL): Deed("channel.delete", first=(("POST", f"{CHANNEL}/pause"),), after={}),
    ("put", LISTING): Deed(
        "listing.save",
        "SPT#42",
        more={"document": {"ids": {"item_id": "MLB0042"}}},
        before={"item_id": "MLB7"},
        after={"item_id": "MLB0042"},
    ),
    ("delete", LISTING): Deed("listing.forget", "SPT#42", before={"item_id": "MLB7"}, after={}),
    ("post", f"{CHANNEL}/listings"): Deed(
        "listings.import",
        more=CSV,
        before={"42.item_id": "MLB7"},
        after={"42.item_id": "MLB0042", "43.item_id": "MLB0043"},
    ),
    ("put", "/v1/causes/own/{code}"): Deed(
        "cause.save", "own.foto", more={"document": {**FOTO, "order": 5}}, before={"order": 100}, after={"order": 5}
    ),
    ("delete", "/v1/causes/own/{code}"): Deed("cause.forget", "own.foto", after={}),
    ("post", "/v1/operations"): Deed("operation.start", "1", more={"document": {"action": "remove"}}, before={}),
    ("post", f"{OPERATION}/pause"): Deed(
        "operation.pause", "{operation_id}", before={"state": "running"}, after={"state": "paused"}
    ),
    ("post", f"{OPERATION}/resume"): Deed(
        "operation.resume",
        "{operation_id}",
        (("POST", f"{OPERATION}/pause"),),
        before={"state": "paused"},
        after={"state": "running"},
    ),
    ("post", f"{OPERATION}/cancel"): Deed(
        "operation.cancel", "{operation_id}", before={"state": "running"}, after={"state": "cancelled"}
    ),
    ("post", f"{OPERATION}/undo"): Deed(
        "operation.undo", "{operation_id}", (("POST", f"{OPERATION}/cancel"),), before={}
    ),
    ("post", "/v1/reconciliations"): Deed("reconciliation.full", more={"document": {"kind": "full"}}, before={}),
    ("post", "/v1/reconciliations/{run_id}/cancel"): Deed(
        "reconciliation.cancel", before={"state": "running"}, after={"state": "cancelled"}
    ),
    ("post", "/v1/differences/{affiliate}/repair"): Deed("reconciliation.repair", before={}),
    ("post", "/v1/differences/{affiliate}/{sku}/repair"): Deed("reconciliation.repair", "SPT#42", before={}),
    ("post", "/v1/files"): Deed("file.create", "", more={"document": {"format": "csv"}}, before={}),
    ("post", "/v1/files/{file_id}/cancel"): Deed(
        "file.cancel", "{file_id}", before={"state": "running"}, after={"state": "cancelled"}
    ),
    ("post", "/v1/tokens"): Deed("token.create", "", more={"document": {"name": "VTEX"}}, before={}),
    ("post", "/v1/tokens/{token_id}/rotate"): Deed("token.rotate", "{token_id}", before={"ends_at": None}),
    ("delete", "/v1/tokens/{token_id}"): Deed("token.revoke", "{token_id}", after={}),
}
NO_DEEDS = {
    ("post", "/v1/notifications/{token}"): "VTEX does it, and no person",
    ("post", f"{CHANNEL}/test"): "it asks, and nothing is changed by it",
    ("post", "/v1/causes/own/test"): "it tries, and nothing is changed by it",
    ("post", "/v1/causes/regroup"): "it goes on with what saving or forgetting a cause began",
    ("post", "/v1/rule-simulations"): "it tries, and nothing is changed by it",
}
SAVED_BEFORE_AND_NOT_WITH_IT = {
    ("post", f"{CHANNEL}/listings"): "2000 saves are no transaction: that somebody began them is told first",
}


@dataclass
class Account:
    """A channel, a row that failed, a listing and a token, all by somebody else."""

    api: Api
    names: dict[str, str]

    def __call__(self, method: str, route: str, **more: Any) -> Answer:
        return self.api(method.upper(), route.format(**self.names), **more)

    def prepare(self, method: str, route: str) -> None:
        for call in DEEDS[method, route].first:
            assert self(*call, user="setup").status < 300

    def do(self, method: str, route: str) -> Answer:
        more = dict(DEEDS[method, route].more)
        if (method, route) == ("put", CHANNEL):
            document = self("GET", CHANNEL).json
            more["document"] = document | {"threshold": 7, "policy": document["policy"] | {"safety": 2}}
        return self(method, route, **more)

    def deeds(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.api("GET", "/v1/activity", query={"user": "ana"}).json["items"]
        return items


@pytest.fixture
def account(api: Api, records: DynamoRecords) -> Account:
    names = stack.environment()
    for name in ("vtex", "SPT"):
        aws.secrets_manager().create_secret(Name=f"stockbridge/dev/{api.account}/{name}", SecretString="{}")
    control = DynamoControl(names["CONTROL_TABLE"], clock=now_ms)
    secret = {"secret": f"stockbridge/dev/{api.account}/SPT"}
    one = channel(account=api.account, connector="mercado_livre", marketplace=secret, listing_map=True)
    url = f"https://{api.account}.vtexcommercestable.com.br"
    one = replace(one, vtex=replace(one.vtex, base_url=url, secret=f"stockbridge/dev/{api.account}/vtex"))
    setup = Activity(api.account, START, "setup", "channel.save", "SPT")
    control.save_channel(one, was_rev=0, activity=setup)
    DynamoListingMap(names["RECORDS_TABLE"], names["CONTROL_TABLE"]).save(one, Entry("42", {"item_id": "MLB7"}))
    was = records.get(Key(api.account, "SPT", "42"))
    failed = replace(was, status=Status.ERROR, cause="not_catalogued", wanted=7, version=1, done_version=1)
    records.save(failed, was)
    own = OwnCause("own.foto", Cure.FIX_FIRST, {"pt": "Sem foto"}, {"pt": "Envie"}, (Pattern("foto"),))
    described = Activity(api.account, START, "setup", "cause.save", own.code)
    DynamoOwnCauses(names["CONTROL_TABLE"], now_ms).save(api.account, own, activity=described)
    asked = {"until": START, "affiliates": ["SPT"], "counted": {"can_go": 1}, "estimate_s": 0}
    removal = Job(JobKey(api.account, Family.OPERATION, "0123456789ab"), "remove", asked, START, "setup")
    asked = FileRequest(Filter(["SPT"]), "pt", ZONE).document()
    file = Job(JobKey(api.account, Family.FILE, "0" * 32), "csv", asked, START, "setup")
    asked = {"affiliate": "SPT", "since": START}
    run = Job(JobKey(api.account, Family.RECONCILIATION, "1" * 32), "hot", asked, START, "setup")
    for job in (removal, file, run):
        DynamoJobs(names["RECORDS_TABLE"], names["CONTROL_TABLE"]).save(job, None)
    drifted = Difference(failed.key, Kind.DRIFTED, 7, 7, START, 1, shown=9)
    DynamoDifferences(names["RECORDS_TABLE"]).save(Slot(failed.key), drifted)
    token, _ = control.tokens.create(api.account, user="setup")
    named = {"affiliate": "SPT", "sku": "42", "token_id": token.id, "code": own.code, "operation_id": removal.key.id}
    named |= {"file_id": file.key.id, "run_id": run.key.id}
    return Account(api, named)


def stored() -> list[str]:
    """Everything, in both tables; but a lease says who may begin, and a number that was taken who may have it, and not
    that anything was done."""
    names = stack.environment()
    tables = (names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    items = [item for name in tables for item in aws.dynamodb().scan(TableName=name)["Items"]]
    done = [item for item in items if not item["pk"]["S"].startswith(("lease#", "numbers#"))]
    return sorted(json.dumps(item, sort_keys=True) for item in done)


@contextmanager
def each_transaction(look: Callable[[list[dict[str, Any]]], None]) -> Iterator[None]:
    """Let `look` see, and change, the items of every transaction before it is sent."""

    def called(params: dict[str, Any], **_: Any) -> None:
        look(params["TransactItems"])

    events, name = aws.dynamodb().meta.events, "before-parameter-build.dynamodb.TransactWriteItems"
    events.register(name, called)
    try:
        yield
    finally:
        events.unregister(name, called)


# ---------------------------------------------------------------------- each deed


def test_every_route_that_can_change_something_is_a_deed_or_has_its_reason(api: Api) -> None:
    paths = api("GET", "/openapi.json", groups=None).json["paths"]
    changing = {(method, path) for path, methods in paths.items() for method in methods if method != "get"}
    assert changing == DEEDS.keys() | NO_DEEDS.keys()
    assert not DEEDS.keys() & NO_DEEDS.keys()


@pytest.mark.parametrize(("method", "route"), DEEDS)
def test_a_deed_is_written_down_once_in_its_own_transaction(account: Account, method: str, route: str) -> None:
    together: list[list[str]] = []
    deleted: list[str] = []

    def look(items: list[dict[str, Any]]) -> None:
        keys = [(kind, (one.get("Key") or one["Item"])["pk"]["S"]) for item in items for kind, one in item.items()]
        together.append([pk for _, pk in keys])
        deleted.extend(pk for kind, pk in keys if kind == "Delete")

    account.prepare(method, route)
    with each_transaction(look):
        answer = account.do(method, route)
    assert answer.status < 300, answer.text
    (one,) = account.deeds()
    deed = DEEDS[method, route]
    assert (one["user"], one["action"], one["cut"]) == ("ana", deed.action, False)
    subject = deed.subject.format(**account.names) or answer.json.get("token", answer.json)["id"]
    assert one["subject"] == subject
    assert deed.before in (None, one["before"])
    assert deed.after in (None, one["after"])
    assert one["before"] != one["after"]
    ours = f"activity#{account.api.account}"
    (pks,) = together
    assert pks.count(ours) == 1
    assert (pks == [ours]) == ((method, route) in SAVED_BEFORE_AND_NOT_WITH_IT)
    assert all(any(fnmatchcase(pk, allowed) for allowed in deletable()) for pk in deleted)


def deletable() -> list[str]:
    """The partitions of the control table that template.yaml lets the API delete from."""
    policies = stack.read_template()["Resources"]["ActionsFunction"]["Properties"]["Policies"]
    (statement,) = [one for one in policies[0]["Statement"] if one["Action"] == "dynamodb:DeleteItem"]
    patterns: list[str] = statement["Condition"]["ForAllValues:StringLike"]["dynamodb:LeadingKeys"]
    return patterns


@pytest.mark.parametrize(("method", "route"), DEEDS)
def test_a_deed_that_cannot_be_written_down_is_not_done(
    account: Account, monkeypatch: pytest.MonkeyPatch, method: str, route: str
) -> None:
    """An activity is there already where it would go: it is not written over."""
    account.prepare(method, route)
    place = activities(account)[0]["sk"]["S"]
    monkeypatch.setattr(dynamo, "_place", lambda _: place)
    before = stored()
    answer = account.do(method, route)
    assert (answer.status, answer.json["type"]) == (409, "urn:stockbridge:problem:conflict")
    assert stored() == before


@pytest.mark.parametrize(("method", "route"), DEEDS)
def test_a_deed_that_fails_is_not_written_down(account: Account, method: str, route: str) -> None:
    """Something of the transaction does not hold."""
    account.prepare(method, route)
    table = stack.environment()["CONTROL_TABLE"]
    absent = {"TableName": table, "Key": {"pk": {"S": "no"}, "sk": {"S": "no"}}}
    check = {"ConditionCheck": absent | {"ConditionExpression": "attribute_exists(pk)"}}
    before = stored()
    with each_transaction(lambda items: items.append(check)):
        answer = account.do(method, route)
    assert answer.status == 409
    assert stored() == before


def activities(account: Account) -> list[dict[str, Any]]:
    return [
        dict(item)
        for item in aws.dynamodb().scan(TableName=stack.environment()["CONTROL_TABLE"])["Items"]
        if item["pk"].get("S") == f"activity#{account.api.account}"
    ]


def test_a_reprocess_tells_what_it_was_about(account: Account) -> None:
    request = account("POST", f"{RECORD}/reprocess").json["request"]
    (deed,) = account.deeds()
    assert deed["before"] == {"status": "error", "cause": "not_catalogued", "quantity": 7, "request": None}
    assert deed["after"] == {"status": "pending", "cause": None, "quantity": None, "request": request}


def test_no_activity_holds_the_secret_or_the_digest_of_a_token(account: Account) -> None:
    secret = account("POST", "/v1/tokens", document={"name": "VTEX"}).json["secret"]
    account("DELETE", "/v1/tokens/{token_id}")
    kept = json.dumps(activities(account))
    digests = [item for item in stored() if '"pk": {"S": "token"}' in item]
    assert digests
    assert secret not in kept
    assert not any(json.loads(item)["sk"]["S"] in kept for item in digests)


# ---------------------------------------------------------------------- reading


@pytest.fixture
def noted(api: Api) -> Callable[..., None]:
    names = stack.environment()
    entries = DynamoListingMap(names["RECORDS_TABLE"], names["CONTROL_TABLE"])

    def note(second: int, user: str = "ana", action: str = "remove", subject: str = "SPT#1") -> None:
        entries.note(Activity(api.account, START + second * 1000, user, action, subject))

    return note


def seconds(api: Api, **query: Any) -> list[int]:
    """Of all pages, in their order."""
    found: list[int] = []
    cursor: str | None = None
    while True:
        page = api("GET", "/v1/activity", query=query | ({"cursor": cursor} if cursor else {})).json
        found += [int(one["at"].removeprefix("2026-01-01T00:00:").rstrip("Z")) for one in page["items"]]
        if (cursor := page["next"]) is None:
            return found


def test_the_list_is_filtered_by_who_what_to_what_and_when(api: Api, noted: Callable[..., None]) -> None:
    noted(1)
    noted(2, user="bia")
    noted(3, action="restore")
    noted(4, subject="SPT#2")
    noted(5)
    assert seconds(api) == [5, 4, 3, 2, 1]
    assert seconds(api, user="bia") == [2]
    assert seconds(api, action="restore") == [3]
    assert seconds(api, subject="SPT#2") == [4]
    assert seconds(api, subject="SPT") == []
    moments = {"from": "2026-01-01T00:00:02Z", "to": "2026-01-01T01:00:05+01:00"}
    assert seconds(api, **moments) == seconds(api, **moments, limit=1) == [4, 3, 2]
    assert seconds(api, **moments, user="ana") == [4, 3]
    assert seconds(api, **{"from": "2026-01-01T00:00:05Z", "to": "2026-01-01T00:00:02Z"}) == []
    assert api("GET", "/v1/activity", query={"from": "yesterday"}).json["problems"][0]["field"] == "from"


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_one_page_reads_only_so_much_and_the_cursor_goes_on(
    api: Api, noted: Callable[..., None], monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    for second in range(1, 11):
        noted(second, user="bia" if second in (1, 2, 9) else "ana")
    monkeypatch.setattr(activity_log, "READ_AT_MOST", 3)
    first = api("GET", "/v1/activity", query={"user": "caio", "limit": limit}).json
    assert first["items"] == []
    assert first["next"] is not None
    assert seconds(api, user="caio", limit=limit) == []
    assert seconds(api, user="bia", limit=limit) == [9, 2, 1]
    assert seconds(api, limit=limit) == list(range(10, 0, -1))
