"""Names of the pretended AWS account."""

from __future__ import annotations

ACCOUNT = "000000000000"  # MiniStack's own, for access keys that are not themselves an account id
REGION = "us-east-1"
STACK = "stockbridge-local"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"
