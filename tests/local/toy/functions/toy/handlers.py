"""Handlers that do what they are told, and write down in the table what they saw."""

import json
import os
import time

import boto3

dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")


def note(name, value):
    dynamodb.put_item(TableName=os.environ["NOTES_TABLE"], Item={"id": {"S": name}, "value": {"S": json.dumps(value)}})


def count(name):
    dynamodb.update_item(
        TableName=os.environ["NOTES_TABLE"],
        Key={"id": {"S": name}},
        UpdateExpression="ADD times :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )


def http(event, context):
    wanted = json.loads(event.get("body") or "{}")
    match wanted.get("do"):
        case "raise":
            raise RuntimeError("secret detail")
        case "sleep":
            time.sleep(wanted["s"])
        case "exit":
            os._exit(3)
        case "answer":
            return wanted["answer"]
        case "send":
            for body in wanted["bodies"]:
                sqs.send_message(QueueUrl=os.environ["WORK_URL"], MessageBody=json.dumps(body))
        case "note":
            note(wanted["name"], wanted["value"])
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}


def key(event, context):
    [given] = event["identitySource"]
    count(f"key-{given}")
    if given == "raise":
        raise RuntimeError("no judgement")
    return {"isAuthorized": given == "good", "context": {"shop": event["pathParameters"]["shop"]}}


def work(event, context):
    note(f"batch-{context.aws_request_id}", event)
    failures = []
    for record in event["Records"]:
        body = json.loads(record["body"])
        count(body["name"])
        match body.get("do"):
            case "raise":
                raise RuntimeError("the whole batch")
            case "fail":
                failures.append({"itemIdentifier": record["messageId"]})
            case "fail-once" if record["attributes"]["ApproximateReceiveCount"] == "1":
                failures.append({"itemIdentifier": record["messageId"]})
            case "report":
                return body["report"]
    return {"batchItemFailures": failures}


def tick(event, context):
    count(event["note"])
