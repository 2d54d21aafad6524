"""The console's build is published to a bucket and announced to a distribution.

moto has no distributions in stacks: the stack here has the parameters and outputs of infra/console.yaml, and the
distribution is made beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws  # before any client is made: moto reaches only later ones
from samtranslator.yaml_helper import yaml_parse

from infra.publish import NotPublished, find, main, publish, read

ROOT = Path(__file__).parents[2]
STACK = "stockbridge-console"
KNOWN = {
    "ApiUrl": "https://api.example.com",
    "JwtIssuer": "https://issuer.example.com/pool",
    "JwtAudience": "client",
    "SignInUrl": "https://sign-in.example.com",
}


@dataclass
class Aws:
    cloudformation: Any
    s3: Any
    cloudfront: Any
    distribution: str

    def deploy(self, **parameters: str) -> None:
        written = yaml_parse((ROOT / "infra/console.yaml").read_text(encoding="utf-8"))
        kept = {name: written[name] for name in ("Parameters", "Conditions", "Outputs")}
        template = json.dumps(kept | {"Resources": {"Bucket": written["Resources"]["Bucket"]}})
        template = template.replace('{"Ref": "Distribution"}', json.dumps(self.distribution))
        template = template.replace('{"Fn::GetAtt": ["Distribution", "DomainName"]}', '"d111.cloudfront.net"')
        given = [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()]
        self.cloudformation.create_stack(StackName=STACK, TemplateBody=template, Parameters=given)

    def publish(self, dist: Path) -> None:
        site = find(self.cloudformation, STACK)
        publish(site, read(dist, site.config), self.s3, self.cloudfront)

    def published(self) -> dict[str, tuple[str, str, str]]:
        """Content, media type and Cache-Control by key."""
        bucket = find(self.cloudformation, STACK).bucket
        found = {}
        for each in self.s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
            file = self.s3.get_object(Bucket=bucket, Key=each["Key"])
            found[each["Key"]] = (file["Body"].read().decode(), file["ContentType"], file["CacheControl"])
        return found

    def invalidated(self) -> list[set[str]]:
        listed = self.cloudfront.list_invalidations(DistributionId=self.distribution)["InvalidationList"]
        whole = [
            self.cloudfront.get_invalidation(DistributionId=self.distribution, Id=each["Id"])
            for each in listed.get("Items", ())
        ]
        return [set(each["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]) for each in whole]


@pytest.fixture
def aws() -> Iterator[Aws]:
    with (
        mock_aws(),
        closing(boto3.client("cloudformation")) as cloudformation,
        closing(boto3.client("s3")) as s3,
        closing(boto3.client("cloudfront")) as cloudfront,
    ):
        made = cloudfront.create_distribution(
            DistributionConfig={
                "CallerReference": "test",
                "Comment": "",
                "Enabled": True,
                "Origins": {
                    "Quantity": 1,
                    "Items": [
                        {
                            "Id": "bucket",
                            "DomainName": "b.s3.amazonaws.com",
                            "S3OriginConfig": {"OriginAccessIdentity": ""},
                        }
                    ],
                },
                "DefaultCacheBehavior": {"TargetOriginId": "bucket", "ViewerProtocolPolicy": "redirect-to-https"},
            }
        )
        yield Aws(cloudformation, s3, cloudfront, made["Distribution"]["Id"])


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    return build(tmp_path / "dist", "1a2b3c4d")


def build(dist: Path, number: str) -> Path:
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text(f"page {number}", encoding="utf-8")
    (dist / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (dist / "assets" / f"index-{number}.js").write_text(f"script {number}", encoding="utf-8")
    (dist / "assets" / f"index-{number}.css").write_text(f"style {number}", encoding="utf-8")
    return dist


def test_every_file_of_the_build_is_published_with_its_type_and_how_long_it_may_be_kept(aws: Aws, dist: Path) -> None:
    aws.deploy(**KNOWN)

    aws.publish(dist)

    published = aws.published()
    config, *kept = published.pop("console/config.json")
    assert json.loads(config) == {
        "issuer": "https://issuer.example.com/pool",
        "clientId": "client",
        "apiUrl": "https://api.example.com",
    }
    assert kept == ["application/json", "no-cache"]
    good = "public, max-age=31536000, immutable"
    assert published == {
        "console/index.html": ("page 1a2b3c4d", "text/html; charset=utf-8", "no-cache"),
        "console/icon.svg": ("<svg/>", "image/svg+xml", "no-cache"),
        "console/assets/index-1a2b3c4d.js": ("script 1a2b3c4d", "text/javascript; charset=utf-8", good),
        "console/assets/index-1a2b3c4d.css": ("style 1a2b3c4d", "text/css; charset=utf-8", good),
    }


def test_only_what_keeps_its_name_is_asked_for_again(aws: Aws, dist: Path) -> None:
    aws.deploy(**KNOWN)

    aws.publish(dist)

    assert aws.invalidated() == [
        {"/", "/estoque*", "/console/index.html", "/console/config.json", "/console/icon.svg"},
    ]


def test_the_assets_of_the_build_before_stay_for_whoever_has_its_page_open(
    aws: Aws, dist: Path, tmp_path: Path
) -> None:
    aws.deploy(**KNOWN)

    aws.publish(dist)
    aws.publish(build(tmp_path / "next", "5e6f7a8b"))

    published = aws.published()
    assert published["console/index.html"][0] == "page 5e6f7a8b"
    assert {"console/assets/index-1a2b3c4d.js", "console/assets/index-5e6f7a8b.js"} <= published.keys()
    assert len(aws.invalidated()) == 2


def test_a_publishing_that_ends_halfway_leaves_the_page_and_the_assets_of_before(
    aws: Aws, dist: Path, tmp_path: Path
) -> None:
    aws.deploy(**KNOWN)
    aws.publish(dist)

    def fail(params: dict[str, Any], **_: Any) -> None:
        if params["Key"].endswith(".js"):
            raise ClientError({"Error": {"Code": "SlowDown"}}, "PutObject")

    aws.s3.meta.events.register("provide-client-params.s3.PutObject", fail)
    with pytest.raises(ClientError, match="SlowDown"):
        aws.publish(build(tmp_path / "next", "5e6f7a8b"))

    published = aws.published()
    assert published["console/index.html"][0] == "page 1a2b3c4d"
    assert "console/assets/index-1a2b3c4d.js" in published


def test_the_page_is_the_last_of_the_files_and_assets_are_the_first(dist: Path) -> None:
    assert list(read(dist, b"{}")) == [
        "assets/index-1a2b3c4d.css",
        "assets/index-1a2b3c4d.js",
        "config.json",
        "icon.svg",
        "index.html",
    ]


def test_a_config_of_the_build_is_not_published(dist: Path) -> None:
    (dist / "config.json").write_text("of somebody's machine", encoding="utf-8")

    assert read(dist, b"{}")["config.json"] == b"{}"


def test_without_a_build_nothing_is_published(aws: Aws, tmp_path: Path) -> None:
    aws.deploy(**KNOWN)

    with pytest.raises(NotPublished, match="build the console first"):
        aws.publish(tmp_path / "dist")

    assert (aws.published(), aws.invalidated()) == ({}, [])


def test_a_stack_that_does_not_know_the_others_yet_is_not_published_to(aws: Aws) -> None:
    aws.deploy(ApiUrl="https://api.example.com")

    with pytest.raises(NotPublished, match="without JwtIssuer, JwtAudience, SignInUrl: deploy it again"):
        find(aws.cloudformation, STACK)


def test_a_stack_of_something_else_is_not_published_to(aws: Aws) -> None:
    topic = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    aws.cloudformation.create_stack(StackName="other", TemplateBody=json.dumps(topic))

    with pytest.raises(NotPublished, match="'BucketName'"):
        find(aws.cloudformation, "other")


def test_the_command_says_what_it_did(aws: Aws, dist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    aws.deploy(**KNOWN)

    assert main(["--dist", str(dist)]) == 0

    assert capsys.readouterr().out == "5 files are published. Within minutes they are at https://d111.cloudfront.net/\n"
    assert len(aws.published()) == 5


def test_the_command_says_what_is_missing(aws: Aws, dist: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "nowhere", "--dist", str(dist)]) == 1

    assert capsys.readouterr().err == "publish: nowhere: Stack with id nowhere does not exist\n"
