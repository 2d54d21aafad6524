"""What another threshold of the rule would have done. Nothing is changed by asking."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from actions.access import Viewer
from actions.inputs import affiliate_of, checked, json_object
from actions.simulation_answers import RuleSimulation, RuleSimulationAnswer
from actions.simulations import Simulations
from stockbridge.control import DynamoControl
from stockbridge.errors import NotFound


@dataclass(frozen=True, slots=True)
class SimulationRoutes:
    simulations: Simulations
    control: DynamoControl
    language: Callable[[], str]

    def add_to(self, app: APIGatewayHttpResolver) -> None:
        @app.post("/v1/rule-simulations", summary="Try other thresholds on what happened", tags=["simulations"])
        def simulate_rule(access: Viewer) -> RuleSimulationAnswer:
            wanted = checked(RuleSimulation, json_object(app.current_event))
            channels = list(self.control.channels(access.account))
            if wanted.affiliate is not None:
                affiliate = affiliate_of(wanted.affiliate)
                channels = [channel for channel in channels if channel.affiliate == affiliate]
                if not channels:
                    raise NotFound("channel_not_found")
            return self.simulations.of(channels, wanted.thresholds, wanted.days, self.language())
