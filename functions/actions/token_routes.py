"""Tokens: of the webhook, and keys to the logs. A secret is in one answer, once, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import BaseModel, ConfigDict, Field

from actions.access import Access, Admin
from actions.answers import DeletedAnswer
from actions.inputs import checked, json_object
from actions.instants import instant
from actions.token_answers import NewTokenAnswer, TokenAnswer, TokenList
from stockbridge.tokens import GRACE_S, Token, TokenKind, Tokens

MAX_GRACE_S = 30 * 24 * 3_600


class NewToken(BaseModel):
    """`name` is for people; `kind` says what the token opens: the webhook's address, or the logs that VTEX reads."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Annotated[str, Field(max_length=100)] = ""
    kind: Literal["webhook", "logs"] = "webhook"


@dataclass(frozen=True, slots=True)
class TokenRoutes:
    tokens: Tokens

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/tokens", summary="Tokens that are valid, of both kinds", tags=["tokens"])
        def list_tokens(access: Admin) -> TokenList:
            return TokenList(items=[_answer(token) for token in self.tokens.of(access.account)])

        @app.post(
            "/v1/tokens",
            status_code=201,
            summary="Create a webhook token, or a key to the logs",
            tags=["tokens"],
        )
        def create_token(access: Admin) -> NewTokenAnswer:
            wanted = checked(NewToken, json_object(app.current_event))
            kind = TokenKind(wanted.kind)
            return _new(access, *self.tokens.create(access.account, user=access.user, name=wanted.name, kind=kind))

        @app.post(
            "/v1/tokens/<token_id>/rotate",
            status_code=201,
            summary="Create a token in place of another, which stays valid for a while",
            tags=["tokens"],
        )
        def rotate_token(
            access: Admin,
            token_id: str,
            grace_s: Annotated[int, Query(ge=0, le=MAX_GRACE_S, description="Of the old one, in seconds")] = GRACE_S,
        ) -> NewTokenAnswer:
            return _new(access, *self.tokens.rotate(access.account, token_id, user=access.user, grace_s=grace_s))

        @app.delete("/v1/tokens/<token_id>", summary="End a token; everywhere within a minute", tags=["tokens"])
        def revoke_token(access: Admin, token_id: str) -> DeletedAnswer:
            self.tokens.revoke(access.account, token_id, user=access.user)
            return DeletedAnswer(deleted=token_id)


def _answer(token: Token) -> TokenAnswer:
    return TokenAnswer(
        id=token.id,
        kind=token.kind.value,
        name=token.name,
        created_at=instant(token.created_at),
        created_by=token.created_by,
        ending=token.ending,
        ends_at=instant(token.ends_at),
    )


def _new(access: Access, token: Token, secret: str) -> NewTokenAnswer:
    if token.kind is TokenKind.LOGS:
        return NewTokenAnswer(token=_answer(token), secret=secret, path=f"/{access.account}/logs/", header="X-Api-Key")
    return NewTokenAnswer(token=_answer(token), secret=secret, path=f"/v1/notifications/{secret}", header=None)
