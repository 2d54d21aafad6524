"""The schedule's consumer: every minute, late changes, the sweeps and the intake's dead letters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stockbridge import aws
from stockbridge.alerting import Alert
from stockbridge.audit import Audit
from stockbridge.burning import Burning
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.dynamo_measures import DynamoSeries
from stockbridge.jobs import Family
from stockbridge.queues import SqsQueue
from stockbridge.settings import read_settings
from stockbridge.telemetry import logger, metrics
from stockbridge.working import JobSweep

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

_settings = read_settings()


def _publish(alert: Alert) -> None:
    attributes: dict[str, MessageAttributeValueTypeDef] = {
        name: {"DataType": "String", "StringValue": value} for name, value in alert.attributes.items()
    }
    aws.sns().publish(
        TopicArn=_settings.alerts_topic_arn, Subject=alert.subject, Message=alert.body, MessageAttributes=attributes
    )


_job_sweep = JobSweep(
    jobs=DynamoJobs(_settings.records_table, _settings.control_table),
    queues={
        Family.OPERATION: SqsQueue(aws.sqs(), _settings.operations_queue_url),
        Family.RECONCILIATION: SqsQueue(aws.sqs(), _settings.reconcile_queue_url),
        Family.FILE: SqsQueue(aws.sqs(), _settings.files_queue_url),
    },
    clock=now_ms,
)
_audit = Audit(
    records=DynamoRecords(_settings.records_table, _settings.control_table),
    control=DynamoControl(_settings.control_table, clock=now_ms),
    intake_queue=SqsQueue(aws.sqs(), _settings.intake_queue_url),
    export_queue=SqsQueue(aws.sqs(), _settings.export_queue_url),
    intake_dead_letters=SqsQueue(aws.sqs(), _settings.intake_dead_letters_url),
    publish=_publish,
    clock=now_ms,
    late_after_s=_settings.late_after_s,
    more=[_job_sweep],
    burning=Burning(DynamoSeries(aws.dynamodb(), _settings.records_table)),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def handler(_event: dict[str, Any], _context: object) -> None:
    _audit.every_minute()
