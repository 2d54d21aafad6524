"""The one module that reads the environment. A missing variable fails the cold start, not a request."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The variables of template.yaml's Globals, typed. A test compares the two."""

    stage: str
    records_table: str
    control_table: str
    intake_queue_url: str
    intake_dead_letters_url: str
    export_queue_url: str
    operations_queue_url: str
    reconcile_queue_url: str
    files_queue_url: str
    files_bucket: str
    alerts_topic_arn: str
    allow_private_endpoints: bool
    late_after_s: int
    second_look_s: int


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Raises KeyError naming the variable that is missing."""
    return Settings(
        stage=environment["STAGE"],
        records_table=environment["RECORDS_TABLE"],
        control_table=environment["CONTROL_TABLE"],
        intake_queue_url=environment["INTAKE_QUEUE_URL"],
        intake_dead_letters_url=environment["INTAKE_DEAD_LETTERS_URL"],
        export_queue_url=environment["EXPORT_QUEUE_URL"],
        operations_queue_url=environment["OPERATIONS_QUEUE_URL"],
        reconcile_queue_url=environment["RECONCILE_QUEUE_URL"],
        files_queue_url=environment["FILES_QUEUE_URL"],
        files_bucket=environment["FILES_BUCKET"],
        alerts_topic_arn=environment["ALERTS_TOPIC_ARN"],
        allow_private_endpoints=environment["ALLOW_PRIVATE_ENDPOINTS"] == "true",
        late_after_s=int(environment["LATE_AFTER_SECONDS"]),
        second_look_s=int(environment["SECOND_LOOK_SECONDS"]),
    )
