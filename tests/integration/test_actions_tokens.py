"""Tokens of both kinds: told once, stored as a digest, rotated without a gap, revoked at once."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from stockbridge import aws
from stockbridge.control import DynamoControl
from stockbridge.errors import NotPossible
from stockbridge.tokens import GRACE_S, MAX_TOKENS, REMEMBERED_S, TokenKind
from tests import stack
from tests.integration.api import Api
from tests.memory import Clock


def control(clock: Clock | None = None) -> DynamoControl:
    """Another process's: it remembers nothing yet."""
    return DynamoControl(stack.environment()["CONTROL_TABLE"], clock=clock or Clock())


def everything_stored() -> list[dict[str, Any]]:
    return list(aws.dynamodb().scan(TableName=stack.environment()["CONTROL_TABLE"])["Items"])


def create(api: Api) -> dict[str, Any]:
    answer = api("POST", "/v1/tokens", document={"name": "VTEX"})
    assert answer.status == 201
    document: dict[str, Any] = answer.json
    return document


def test_a_new_token_opens_the_webhook_of_its_account(api: Api) -> None:
    created = create(api)
    assert created["path"] == f"/v1/notifications/{created['secret']}"
    assert len(created["secret"]) == 43
    assert control().find_token(created["secret"]) == api.account
    assert control().find_token(created["secret"][:-1]) is None
    assert control().find_token("") is None


def test_a_key_to_the_logs_opens_them_and_a_webhook_token_does_not(api: Api) -> None:
    key = api("POST", "/v1/tokens", document={"name": "VTEX", "kind": "logs"}).json
    webhook = create(api)
    assert (key["path"], key["header"]) == (f"/{api.account}/logs/", "X-Api-Key")
    assert webhook["header"] is None
    tokens = control().tokens
    opened = {kind: [tokens.find(one["secret"], kind) for one in (key, webhook)] for kind in TokenKind}
    assert opened == {TokenKind.LOGS: [api.account, None], TokenKind.WEBHOOK: [None, api.account]}
    assert [one["kind"] for one in api("GET", "/v1/tokens").json["items"]] == ["logs", "webhook"]
    details = {one["details"] for one in api("GET", "/v1/activity").json["items"]}
    assert details == {"logs VTEX", "webhook VTEX"}


def test_a_key_to_the_logs_is_rotated_into_another_one(api: Api) -> None:
    old = api("POST", "/v1/tokens", document={"kind": "logs"}).json
    new = api("POST", f"/v1/tokens/{old['token']['id']}/rotate").json
    assert (new["token"]["kind"], new["header"]) == ("logs", "X-Api-Key")
    for one in (old, new):  # both, for the time of grace
        assert control().tokens.find(one["secret"], TokenKind.LOGS) == api.account
        assert control().find_token(one["secret"]) is None


def test_a_kind_that_is_none_is_named(api: Api) -> None:
    answer = api("POST", "/v1/tokens", document={"kind": "everything"})
    assert answer.status == 422
    assert [(one["field"], one["reason"]) for one in answer.json["problems"]] == [("kind", "not_one_of")]


def test_a_token_of_before_there_were_kinds_is_the_webhooks(api: Api) -> None:
    secret = create(api)["secret"]
    for item in everything_stored():
        if "document" in item:
            document = json.loads(item["document"]["S"])
            del document["kind"]
            item["document"]["S"] = json.dumps(document)
            aws.dynamodb().put_item(TableName=stack.environment()["CONTROL_TABLE"], Item=item)
    assert control().find_token(secret) == api.account
    assert control().tokens.find(secret, TokenKind.LOGS) is None
    assert [one["kind"] for one in api("GET", "/v1/tokens").json["items"]] == ["webhook"]


def test_a_token_needs_no_name(api: Api) -> None:
    assert api("POST", "/v1/tokens").json["token"]["name"] == ""


def test_a_secret_is_in_its_own_answer_and_nowhere_else(
    api: Api, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        secret = create(api)["secret"]
        listed = api("GET", "/v1/tokens")
        activity = api("GET", "/v1/activity")
    printed = capsys.readouterr()
    for text in (listed.text, activity.text, str(everything_stored()), printed.out, printed.err, caplog.text):
        assert secret not in text
    (token,) = listed.json["items"]
    assert token.keys() == {"id", "kind", "name", "created_at", "created_by", "ending", "ends_at"}
    assert (token["name"], token["created_by"], token["ends_at"]) == ("VTEX", "ana", None)


def test_a_rotated_token_stays_valid_beside_the_new_one_until_its_grace_is_over(api: Api) -> None:
    old = create(api)
    new = api("POST", f"/v1/tokens/{old['token']['id']}/rotate", query={"grace_s": 3600})
    assert new.status == 201
    tokens = {one["id"]: one["ends_at"] for one in api("GET", "/v1/tokens").json["items"]}
    assert tokens.keys() == {old["token"]["id"], new.json["token"]["id"]}
    assert tokens[new.json["token"]["id"]] is None
    assert tokens[old["token"]["id"]] is not None
    again = api("POST", f"/v1/tokens/{old['token']['id']}/rotate")
    assert (again.status, again.json["type"]) == (409, "urn:stockbridge:problem:token_is_ending")


def test_a_token_ends_exactly_when_its_grace_does_even_where_it_is_remembered(aws_stack: None) -> None:
    clock = Clock()
    here, elsewhere = control(clock), control(clock)
    old, old_secret = here.tokens.create("loja", user="ana")
    _, new_secret = here.tokens.rotate("loja", old.id, user="ana", grace_s=30)
    assert elsewhere.find_token(old_secret) == elsewhere.find_token(new_secret) == "loja"
    clock.forward(29.9)
    assert elsewhere.find_token(old_secret) == "loja"
    clock.forward(0.1)
    assert elsewhere.find_token(old_secret) is None
    assert elsewhere.find_token(new_secret) == "loja"
    assert [token.id for token in here.tokens.of("loja")] != [old.id]


def test_the_grace_is_a_day_when_nobody_says_another(aws_stack: None) -> None:
    clock = Clock()
    tokens = control(clock).tokens
    old, _ = tokens.create("loja", user="ana")
    tokens.rotate("loja", old.id, user="ana")
    ends = next(token.ends_at for token in tokens.of("loja") if token.id == old.id)
    assert ends == clock.now + GRACE_S * 1000 == clock.now + 86_400_000


def test_a_revoked_token_is_refused_here_at_once_and_everywhere_within_a_minute(aws_stack: None) -> None:
    clock = Clock()
    here, elsewhere = control(clock), control(clock)
    token, secret = here.tokens.create("loja", user="ana")
    assert here.find_token(secret) == elsewhere.find_token(secret) == "loja"
    here.tokens.revoke("loja", token.id, user="ana")
    assert here.find_token(secret) is None
    clock.forward(REMEMBERED_S)
    assert elsewhere.find_token(secret) is None


def test_revoking_is_in_the_activity_and_happens_once(api: Api) -> None:
    token_id = create(api)["token"]["id"]
    assert api("DELETE", f"/v1/tokens/{token_id}").json == {"deleted": token_id}
    assert api("DELETE", f"/v1/tokens/{token_id}").status == 404
    assert api("POST", f"/v1/tokens/{token_id}/rotate").status == 404
    assert api("GET", "/v1/tokens").json["items"] == []
    deeds = sorted((one["action"], one["subject"]) for one in api("GET", "/v1/activity").json["items"])
    assert deeds == [("token.create", token_id), ("token.revoke", token_id)]


def test_a_token_of_another_account_is_not_found(api: Api) -> None:
    created = create(api)
    for method, path in (("DELETE", ""), ("POST", "/rotate")):
        assert api(method, f"/v1/tokens/{created['token']['id']}{path}", groups="[alheia:admin]").status == 404
    assert control().find_token(created["secret"]) == api.account


def test_tokens_are_limited_and_ended_ones_make_room(aws_stack: None) -> None:
    clock = Clock()
    tokens = control(clock).tokens
    first, _ = tokens.create("loja", user="ana")
    for _ in range(MAX_TOKENS - 1):
        tokens.create("loja", user="ana")
    with pytest.raises(NotPossible, match="too_many_tokens"):
        tokens.create("loja", user="ana")
    tokens.rotate("loja", first.id, user="ana", grace_s=1)
    clock.forward(1)
    tokens.revoke("loja", tokens.of("loja")[0].id, user="ana")
    tokens.create("loja", user="ana")
    assert len(tokens.of("loja")) == MAX_TOKENS
    stored = [item for item in everything_stored() if item["pk"]["S"] == "token"]
    assert len(stored) == MAX_TOKENS  # the ended one is gone


@pytest.mark.parametrize("grace_s", [-1, 30 * 24 * 3600 + 1, "long"])
def test_a_grace_out_of_range_is_named(api: Api, grace_s: object) -> None:
    answer = api("POST", f"/v1/tokens/{create(api)['token']['id']}/rotate", query={"grace_s": grace_s})
    assert (answer.status, answer.json["problems"][0]["field"]) == (422, "grace_s")
