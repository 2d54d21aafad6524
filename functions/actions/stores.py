"""Made once, at a cold start: what several families of routes read and write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from stockbridge import aws
from stockbridge.clock import now_ms
from stockbridge.control import DynamoControl
from stockbridge.dynamo import DynamoRecords
from stockbridge.dynamo_cause_counts import DynamoCauseIndex
from stockbridge.dynamo_jobs import DynamoJobs
from stockbridge.dynamo_listing import DynamoListIndex
from stockbridge.dynamo_own_causes import DynamoOwnCauses
from stockbridge.late import OpenChangesOf
from stockbridge.listing import by_cause
from stockbridge.listing_map import DynamoListingMap
from stockbridge.queues import SqsQueue
from stockbridge.settings import read_settings

# Saves of one import, counts of causes and channels, partitions of a page; as many as aws.py keeps connections. Nothing
# that runs at once asks for the same pool again: its threads would wait for each other.
AT_ONCE = 10

settings = read_settings()
control = DynamoControl(settings.control_table, clock=now_ms, channels_kept_s=0)  # an operator sees what they saved
records = DynamoRecords(settings.records_table, settings.control_table)
open_changes = OpenChangesOf(records, now_ms)
index = DynamoListIndex(aws.dynamodb(), settings.records_table, now_ms)
risk_index = DynamoListIndex(aws.dynamodb(), settings.records_table, now_ms, index="risk")
cause_index = DynamoCauseIndex(aws.dynamodb(), settings.records_table, now_ms)
errors = by_cause(cause_index, records)
own_causes = DynamoOwnCauses(settings.control_table, now_ms, kept_s=0)
listings = DynamoListingMap(settings.records_table, settings.control_table)
jobs = DynamoJobs(settings.records_table, settings.control_table)
intake_queue = SqsQueue(aws.sqs(), settings.intake_queue_url)
at_once = ThreadPoolExecutor(AT_ONCE, "at-once").map
