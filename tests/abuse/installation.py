"""The template's API as a stranger reaches it: its routes, its authorizer and its functions in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from local import template, wiring
from local.authorizer import JwtAuthorizer
from local.environment import Outcome
from local.front import Front
from stockbridge import aws
from stockbridge.bulk.dynamo_parts import DynamoParts
from stockbridge.bulk.parts import End, Part, Row
from stockbridge.catalogue import OwnCause, Pattern
from stockbridge.cause_statistics import Tally
from stockbridge.causes import Cure
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseCounts
from stockbridge.dynamo_differences import DynamoDifferences, Slot
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.file_requests import ZONE, FileRequest, Filter
from stockbridge.jobs import Family, Job, JobKey, State
from stockbridge.listing_entries import Entry
from stockbridge.listing_map import DynamoListingMap
from stockbridge.notifications import Key
from stockbridge.outcomes import Evidence
from stockbridge.reconciling import Difference
from stockbridge.reconciling import Kind as DifferenceKind
from stockbridge.records import Attempt, Record, Removal, Status
from stockbridge.store import Activity, KeptEvidence
from stockbridge.tokens import TokenKind
from tests import stack
from tests.local.issuer import AUDIENCE, URL, Issuer
from tests.memory import START, channel

SCOPE = "stockbridge/api"
AFFILIATES = ("MRC", "SPT")
CONNECTORS = {"MRC": "generic", "SPT": "magalu"}
SKUS = ("42", "43", "44")
FILE = "0f" * 16
RUN = "1e" * 16
OPERATION = "0123456789ab"
PATTERN = "abused0"  # no text but the account's name has it
_MOST_PUTS = 25  # in a batch

_ROOT = Path(__file__).parents[2]


class InProcess:
    """A function as its environment runs it: what its handler raises is an error of the function."""

    def __init__(self, handler: Callable[[Any, Any], Any], name: str) -> None:
        self.raised: list[Exception] = []
        self._handler = handler
        self._context = SimpleNamespace(
            function_name=name,
            function_version="$LATEST",
            memory_limit_in_mb=512,
            invoked_function_arn=f"arn:aws:lambda:{stack.REGION}:{stack.ACCOUNT}:function:{name}",
            aws_request_id="00000000-0000-0000-0000-000000000000",
            get_remaining_time_in_millis=lambda: 29_000,
        )

    async def invoke(self, event: bytes) -> Outcome:
        try:
            return Outcome(json.dumps(self._handler(json.loads(event), self._context)).encode())
        except Exception as error:  # noqa: BLE001 -- as Lambda's runtime does
            self.raised.append(error)
            return Outcome(b"{}", type(error).__name__)


@dataclass
class Installation:
    """`account` has records at each of AFFILIATES, a webhook token with its id, a key to its logs, and an operation
    that is over."""

    wires: wiring.Wiring
    issuer: Issuer
    front: Front
    functions: dict[str, InProcess]
    runner: asyncio.Runner
    client: httpx.AsyncClient
    account: str = ""
    webhook_token: str = ""
    token_id: str = ""
    logs_key: str = ""
    operation_id: str = OPERATION

    def token(self, groups: list[str], **claims: Any) -> str:
        return self.issuer.token(**{"scope": SCOPE, "cognito:groups": groups, **claims})

    @property
    def admin(self) -> dict[str, str]:
        """The headers of an administrator."""
        return {"authorization": f"Bearer {self.token([f'{self.account}:admin'])}"}

    @property
    def reader(self) -> dict[str, str]:
        """The headers of whoever may read the logs."""
        return {"x-api-key": self.logs_key}

    def raised(self) -> list[Exception]:
        return [error for function in self.functions.values() for error in function.raised]

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.runner.run(self.client.request(method, path, **more))


@contextmanager
def installed() -> Iterator[Installation]:
    """What it asks of AWS, it asks inside moto's mock."""
    from actions.handler import handler as actions  # they read their settings: not before the environment is there
    from ingest.webhook import handler as webhook
    from logs.authorizer import handler as logs_authorizer
    from logs.handler import handler as logs

    given = {"JwtIssuer": URL, "JwtAudience": AUDIENCE}
    loaded = template.load(_ROOT / "template.yaml", given, {}, endpoint_url="http://aws.invalid", api_url=URL)
    wires = wiring.read(loaded)
    functions = {
        "ActionsFunction": InProcess(actions, "ActionsFunction"),
        "ChannelTestFunction": InProcess(actions, "ChannelTestFunction"),
        "WebhookFunction": InProcess(webhook, "WebhookFunction"),
        "LogsFunction": InProcess(logs, "LogsFunction"),
        "LogsAuthorizerFunction": InProcess(logs_authorizer, "LogsAuthorizerFunction"),
    }
    issuer = Issuer()
    keys = issuer.client()
    front = Front(wires.api, functions, JwtAuthorizer(keys))
    transport = httpx.ASGITransport(front)  # type: ignore[arg-type]  # ASGI, with narrower types
    client = httpx.AsyncClient(transport=transport, base_url="http://api.test")
    with asyncio.Runner() as runner:
        yield Installation(wires, issuer, front, functions, runner, client)
        runner.run(client.aclose())
        runner.run(keys.aclose())


def furnish(there: Installation, account: str, pattern: Mapping[str, str]) -> None:
    """Give it another account: what `pattern` holds of one, by table, and secrets and tokens."""
    there.account = account
    for function in there.functions.values():
        function.raised.clear()
    for name in ("vtex", *AFFILIATES):
        aws.secrets_manager().create_secret(Name=f"stockbridge/dev/{account}/{name}", SecretString="{}")
    for table, text in pattern.items():
        items = json.loads(text.replace(PATTERN, account))
        for start in range(0, len(items), _MOST_PUTS):
            puts: Any = [{"PutRequest": {"Item": item}} for item in items[start : start + _MOST_PUTS]]
            aws.dynamodb().batch_write_item(RequestItems={table: puts})
    tokens = DynamoControl(stack.environment()["CONTROL_TABLE"], clock=lambda: START).tokens
    made, there.webhook_token = tokens.create(account, user="ana")
    there.token_id = made.id
    _, there.logs_key = tokens.create(account, user="ana", kind=TokenKind.LOGS)


def pattern() -> Mapping[str, str]:
    """The items of an account PATTERN, by table: channels, of which one has a listing map, an own cause, records of
    each kind, a difference, a run that looks for more, an operation that is over, and a file that is not made yet.
    Their adapters write them one by one; whoever needs many such accounts copies them."""
    account, names = PATTERN, stack.environment()
    control = DynamoControl(names["CONTROL_TABLE"], clock=lambda: START)
    records = DynamoRecords(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    listings = DynamoListingMap(names["RECORDS_TABLE"], names["CONTROL_TABLE"])
    for affiliate in AFFILIATES:
        one = channel(affiliate, account=account, connector=CONNECTORS[affiliate], enabled=affiliate == "SPT")
        control.save_channel(one, was_rev=0, activity=Activity(account, START, "ana", "channel.save", affiliate))
        for sku, status in zip(SKUS, Status, strict=True):
            blank = Record(Key(account, affiliate, sku))
            records.save(_record(blank, status, removed=affiliate == "MRC"), blank)
            exchange = Evidence("PUT /stock", "404", 404, 31)
            records.keep(KeptEvidence(blank.key, START + 1, 1, exchange))
            listings.save(one, Entry(sku, {"sku": f"00{sku}"}))
    own = OwnCause("own.abused", Cure.FIX_FIRST, {"pt": "Sem foto"}, {"pt": "Envie uma foto"}, (Pattern("foto"),))
    described = Activity(account, START, "ana", "cause.save", own.code)
    DynamoOwnCauses(names["CONTROL_TABLE"], lambda: START).save(account, own, activity=described)
    DynamoCauseCounts(names["RECORDS_TABLE"]).add(Tally(f"{account}#SPT", own.code, START, START))
    over = {"until": START, "affiliates": ["SPT"], "counted": {"can_go": 1}, "estimate_s": 0}
    job = Job(JobKey(account, Family.OPERATION, OPERATION), "remove", over, START, "ana", state=State.DONE)
    DynamoJobs(names["RECORDS_TABLE"], names["CONTROL_TABLE"]).save(job, None)
    failed = Row("SPT", SKUS[0], 1, end=End.FAILED, cause="not_catalogued", message="404")
    DynamoParts(names["RECORDS_TABLE"]).save(job.key, Part(1, START, [failed]))
    asked = FileRequest(Filter(AFFILIATES), "pt", ZONE).document()
    file = Job(JobKey(account, Family.FILE, FILE), "csv", asked, created_at=START, created_by="ana", next_at=START)
    DynamoJobs(names["RECORDS_TABLE"], names["CONTROL_TABLE"]).save(file, None)
    run = Job(JobKey(account, Family.RECONCILIATION, RUN), "full", {"affiliate": "SPT", "since": START}, START, "ana")
    DynamoJobs(names["RECORDS_TABLE"], names["CONTROL_TABLE"]).save(run, None)
    drifted = Difference(Key(account, AFFILIATES[1], SKUS[1]), DifferenceKind.DRIFTED, 4, 4, START, 1, shown=9)
    DynamoDifferences(names["RECORDS_TABLE"]).save(Slot(drifted.key), drifted)
    tables = names["RECORDS_TABLE"], names["CONTROL_TABLE"]
    return {table: json.dumps(aws.dynamodb().scan(TableName=table)["Items"]) for table in tables}


def _record(blank: Record, status: Status, *, removed: bool) -> Record:
    failed = status is Status.ERROR
    return Record(
        blank.key,
        balance=7,
        wanted=7,
        version=1,
        done_version=0 if status is Status.PENDING else 1,
        confirmed=None if failed else 7,
        status=status,
        cause="not_catalogued" if failed else None,
        listed_at=START,
        processed_at=START,
        attempts=(Attempt(START, "refused" if failed else "applied", 7, 1),),
        removal=Removal(START, 1, status) if removed else None,
    )
