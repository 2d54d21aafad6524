"""Counts and times: the series of an account, and its service level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import AwareDatetime

from actions.access import Viewer
from actions.inputs import affiliate_of
from actions.instants import milliseconds_of
from actions.measure_answers import SeriesAnswer, ServiceLevelAnswer
from actions.measurements import Measurements
from stockbridge.measures import OBJECTIVE, Period


@dataclass(frozen=True, slots=True)
class MeasureRoutes:
    measurements: Measurements

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.get("/v1/series", summary="Counts and times by hour or day", tags=["measures"])
        def get_series(
            access: Viewer,
            affiliate: Annotated[str | None, Query(description="All of the account's together when left out")] = None,
            since: Annotated[
                AwareDatetime | None, Query(alias="from", description="24 hours or 30 days ago when left out")
            ] = None,
            until: Annotated[
                AwareDatetime | None, Query(alias="to", description="Exclusive; now when left out")
            ] = None,
            period: Annotated[
                Literal["hour", "day"], Query(description="Of UTC; at most 744 hours, kept 40 days, or 400 days")
            ] = "hour",
        ) -> SeriesAnswer:
            return self.measurements.of_periods(
                access.account,
                affiliate_of(affiliate) if affiliate is not None else None,
                Period(period),
                milliseconds_of(since) if since is not None else None,
                milliseconds_of(until) if until is not None else None,
            )

        @app.get("/v1/service-level", summary="How many changes arrive in time, and where time goes", tags=["measures"])
        def get_service_level(
            access: Viewer,
            objective: Annotated[
                float, Query(ge=0.5, le=0.9999, description="The share that is to arrive within the limit")
            ] = OBJECTIVE,
        ) -> ServiceLevelAnswer:
            return self.measurements.service_level(access.account, objective)
