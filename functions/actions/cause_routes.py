"""Causes: how often each comes and whether a reprocess helps, and those that the account describes itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query

from actions.access import Admin, Viewer
from actions.cause_answers import (
    CausePage,
    CauseRowAnswer,
    ForgottenCauseAnswer,
    OwnCauseAnswer,
    OwnCauseList,
    RegroupedAnswer,
    SavedCauseAnswer,
    TrialAnswer,
    TriedRecordAnswer,
)
from actions.cause_board import CauseBoard
from actions.cause_desk import CauseDesk, fitting
from actions.cause_documents import own_cause_document, own_code, patterns_of, read_own_cause, read_trial
from actions.inputs import channel_of, json_object
from actions.parameters import Affiliate, Cursor, Limit, Rev
from stockbridge.catalogue import OwnCause
from stockbridge.control import DynamoControl
from stockbridge.marketplaces import CONNECTORS


@dataclass(frozen=True, slots=True)
class CauseRoutes:
    board: CauseBoard
    desk: CauseDesk
    control: DynamoControl
    language: Callable[[], str]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        self._add_own(app)  # before the routes with any name in that place

        @app.get("/v1/causes", summary="Causes by affiliate", tags=["causes"])
        def list_causes(
            access: Viewer,
            affiliate: Affiliate = None,
            cursor: Cursor = None,
            limit: Limit = 50,
        ) -> CausePage:
            if affiliate is not None:
                channels = [channel_of(self.control, access.account, affiliate)]
            else:
                channels = list(self.control.channels(access.account))
            catalogue = self.desk.own.catalogue(access.account)
            return self.board.page(channels, catalogue, self.language(), cursor=cursor, limit=limit)

        @app.post("/v1/causes/regroup", summary="Go on regrouping errors", tags=["causes"])
        def regroup(
            access: Admin, cursor: Annotated[str | None, Query(description="next of the answer before")] = None
        ) -> RegroupedAnswer:
            done = self.desk.regroup(access.account, cursor)
            return RegroupedAnswer(regrouped=done.changed, next=done.next)

        @app.get("/v1/causes/<affiliate>/<code>", summary="One cause at an affiliate", tags=["causes"])
        def get_cause(access: Viewer, affiliate: str, code: str) -> CauseRowAnswer:
            catalogue = self.desk.own.catalogue(access.account)
            return self.board.one(channel_of(self.control, access.account, affiliate), code, catalogue, self.language())

    def _add_own(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/causes/own", summary="The account's own causes", tags=["causes"])
        def list_own_causes(access: Viewer) -> OwnCauseList:
            catalogue = self.desk.own.catalogue(access.account)
            return OwnCauseList(items=[_answer(one) for one in catalogue.own])

        @app.post("/v1/causes/own/test", summary="Which errors patterns would fit", tags=["causes"])
        def test_own_cause(access: Admin) -> TrialAnswer:
            trial = read_trial(json_object(app.current_event))
            patterns = patterns_of(trial.patterns)
            latest = self.desk.latest_general(access.account, trial.affiliate) if trial.affiliate is not None else ()
            return TrialAnswer(
                message=fitting(patterns, trial.message) if trial.message is not None else None,
                looked_at=len(latest),
                records=[
                    TriedRecordAnswer(
                        affiliate=one.key.affiliate, sku=one.key.sku, code=one.cause or "", message=one.message
                    )
                    for one in latest
                    if fitting(patterns, one.message)
                ],
            )

        @app.get("/v1/causes/own/<code>", summary="One own cause", tags=["causes"])
        def get_own_cause(access: Viewer, code: str) -> OwnCauseAnswer:
            return _answer(self.desk.cause(access.account, own_code(code)))

        @app.put("/v1/causes/own/<code>", summary="Describe a cause", tags=["causes"])
        def put_own_cause(
            access: Admin,
            code: str,
            rev: Rev = None,
        ) -> SavedCauseAnswer:
            cause = read_own_cause(own_code(code), json_object(app.current_event), CONNECTORS)
            saved = self.desk.save(access.account, cause, rev, access.user)
            done = self.desk.regroup(access.account)
            return SavedCauseAnswer(cause=_answer(saved), regrouped=done.changed, next=done.next)

        @app.delete("/v1/causes/own/<code>", summary="Forget an own cause", tags=["causes"])
        def forget_own_cause(access: Admin, code: str) -> ForgottenCauseAnswer:
            self.desk.forget(access.account, own_code(code), access.user)
            done = self.desk.regroup(access.account)
            return ForgottenCauseAnswer(deleted=code, regrouped=done.changed, next=done.next)


def _answer(cause: OwnCause) -> OwnCauseAnswer:
    return OwnCauseAnswer.model_validate({**own_cause_document(cause), "code": cause.code, "rev": cause.rev})
