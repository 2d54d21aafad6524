"""python -m infra.publish [--stack NAME]: the console's build becomes what its visitors get.

Assets go first and the page that names them goes last, so whatever page a visitor gets finds its assets. Nothing is
deleted: a page that was opened before a publishing still finds the ones of its own build.
"""

from __future__ import annotations

import argparse
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.console_files import CONFIGURATION, IMMUTABLE, PAGE, is_hashed, media_type

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudfront import CloudFrontClient
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("/", "/estoque*")  # addresses that infra/console.yaml answers with the one page


class NotPublished(Exception):
    """Nothing was changed. The message says what to do first."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the console lives. `config` is what its pages are told, as JSON."""

    bucket: str
    distribution: str
    url: str
    config: bytes


def find(cloudformation: CloudFormationClient, stack: str) -> Site:
    """Raises NotPublished where the stack is not one of infra/console.yaml, or does not know the other stacks yet."""
    try:
        (found,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        raise NotPublished(f"{stack}: {error.response['Error']['Message']}") from error
    unknown = [each["ParameterKey"] for each in found.get("Parameters", ()) if _is_unknown(each["ParameterValue"])]
    if unknown:
        raise NotPublished(f"{stack} was deployed without {', '.join(unknown)}: deploy it again with them")
    outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
    try:
        return Site(
            outputs["BucketName"],
            outputs["DistributionId"],
            outputs["ConsoleUrl"],
            outputs["ConsoleConfig"].encode(),
        )
    except KeyError as error:
        raise NotPublished(f"{stack} has no output {error}: it is no stack of infra/console.yaml") from error


def _is_unknown(value: str) -> bool:
    """The defaults of infra/console.yaml, which is deployed first where its address is not known before."""
    return value.endswith(".invalid")


def read(dist: Path, config: bytes) -> Mapping[str, bytes]:
    """Contents by name, in the order in which they are put. Raises NotPublished where there is no build."""
    found = {file.relative_to(dist).as_posix(): file.read_bytes() for file in dist.rglob("*") if file.is_file()}
    if PAGE not in found:
        raise NotPublished(f"{dist} has no {PAGE}: build the console first")
    found[CONFIGURATION] = config
    return {name: found[name] for name in sorted(found, key=lambda name: (name == PAGE, not is_hashed(name), name))}


def publish(site: Site, files: Mapping[str, bytes], s3: S3Client, cloudfront: CloudFrontClient) -> None:
    for name, content in files.items():
        s3.put_object(
            Bucket=site.bucket,
            Key=f"console/{name}",
            Body=content,
            ContentType=media_type(name),
            CacheControl=IMMUTABLE if is_hashed(name) else "no-cache",
        )
    # CloudFront asks for both addresses of what a function renames: the visitor's and the file's
    paths = [*PAGES, *(f"/console/{name}" for name in files if not is_hashed(name))]
    cloudfront.create_invalidation(
        DistributionId=site.distribution,
        InvalidationBatch={
            "Paths": {"Quantity": len(paths), "Items": paths},
            "CallerReference": str(uuid.uuid4()),
        },
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.publish", description=__doc__)
    parser.add_argument(
        "--stack", default="stockbridge-console", help="stack of infra/console.yaml (default: %(default)s)"
    )
    parser.add_argument("--dist", type=Path, default=ROOT / "console/dist", help="the build (default: console/dist)")
    given = parser.parse_args(arguments)
    try:
        site = find(boto3.client("cloudformation"), given.stack)
        files = read(given.dist, site.config)
        publish(site, files, boto3.client("s3"), boto3.client("cloudfront"))
    except (NotPublished, BotoCoreError, ClientError) as error:
        sys.stderr.write(f"publish: {error}\n")
        return 1
    sys.stdout.write(f"{len(files)} files are published. Within minutes they are at {site.url}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
