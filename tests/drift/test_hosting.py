"""The console is served on AWS (infra/console.yaml) as it is on one machine (local/console.py)."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from infra.publish import PAGES
from local.console import Console
from local.http_events import Request

NODE = shutil.which("node")

PAGE_ADDRESSES = ["/", "/estoque", "/estoque/", "/estoque/causas", "/estoque/registros/MLB/42", "/estoque/a.b/../c"]
OTHER_ADDRESSES = [
    "/console/index.html",
    "/console/config.json",
    "/console/assets/index-1a2b3c4d.js",
    "/console",
    "/console/",
    "/estoques",
    "/v1/records",
    "/x/estoque",
    "//",
]

ANSWERS = {  # what infra/console.yaml is deployed with
    "ApiUrl": "https://api.example.com",
    "JwtIssuer": "https://issuer.example.com/pool",
    "JwtAudience": "client",
    "SignInUrl": "https://sign-in.example.com",
}


@pytest.fixture(scope="module")
def console(root: Path) -> dict[str, Any]:
    return dict(yaml_parse((root / "infra/console.yaml").read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def headers(console: dict[str, Any]) -> dict[str, Any]:
    return dict(console["Resources"]["Headers"]["Properties"]["ResponseHeadersPolicyConfig"])


@pytest.fixture
def local_headers(tmp_path: Path) -> dict[str, str]:
    answer = Console(tmp_path, {"issuer": ANSWERS["JwtIssuer"]}).page(_get("/"))
    assert answer is not None
    return dict(answer.headers)


def test_the_policy_says_the_same_but_for_what_has_another_origin(
    headers: dict[str, Any], local_headers: dict[str, str]
) -> None:
    deployed = _directives(_given(headers["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]))
    here = _directives(local_headers["content-security-policy"])

    assert here.pop("connect-src") == ["'self'", f"{ANSWERS['JwtIssuer']}/"]
    assert deployed.pop("connect-src") == [
        "'self'",
        f"{ANSWERS['JwtIssuer']}/",
        ANSWERS["SignInUrl"],
        ANSWERS["ApiUrl"],
    ]
    assert deployed == here


def test_the_other_headers_say_the_same(headers: dict[str, Any], local_headers: dict[str, str]) -> None:
    security = headers["SecurityHeadersConfig"]
    others = headers["CustomHeadersConfig"]["Items"]

    assert security["FrameOptions"]["FrameOption"] == local_headers["x-frame-options"]
    assert security["ReferrerPolicy"]["ReferrerPolicy"] == local_headers["referrer-policy"]
    assert "ContentTypeOptions" in security
    assert local_headers["x-content-type-options"] == "nosniff"
    assert {each["Header"]: each["Value"] for each in others} == {
        name: local_headers[name] for name in ("cross-origin-opener-policy", "permissions-policy")
    }
    assert {each["Override"] for each in (*security.values(), *others)} == {True}


def test_the_pages_are_told_only_what_the_policy_lets_them_call(console: dict[str, Any]) -> None:
    told = json.loads(_given(console["Outputs"]["ConsoleConfig"]["Value"]))
    assert told == {"issuer": ANSWERS["JwtIssuer"], "clientId": "client", "apiUrl": ANSWERS["ApiUrl"]}


@pytest.mark.skipif(
    NODE is None, reason="the function of infra/console.yaml is JavaScript, and there is no node in PATH"
)
def test_the_same_addresses_are_pages(console: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("", encoding="utf-8")
    here = Console(tmp_path, {"issuer": ""})
    asked = PAGE_ADDRESSES + OTHER_ADDRESSES
    code = console["Resources"]["Pages"]["Properties"]["FunctionCode"]
    events = [{"request": {"method": "GET", "uri": uri, "querystring": {}, "headers": {}}} for uri in asked]

    script = f"{code}\nconsole.log(JSON.stringify({json.dumps(events)}.map((event) => handler(event))))"
    ran = subprocess.run([str(NODE), "-e", script], check=True, capture_output=True, text=True, timeout=30)
    deployed = dict(zip(asked, (request["uri"] for request in json.loads(ran.stdout)), strict=True))

    assert deployed == dict.fromkeys(PAGE_ADDRESSES, "/console/index.html") | {uri: uri for uri in OTHER_ADDRESSES}
    assert [uri for uri in asked if here.page(_get(uri))] == [
        *PAGE_ADDRESSES,
        "/console/index.html",
        "/console/config.json",
    ]


def test_whatever_is_a_page_is_asked_for_again_after_a_publishing() -> None:
    assert [uri for uri in PAGE_ADDRESSES if not any(fnmatch(uri, path) for path in PAGES)] == []


def test_only_the_distribution_reads_the_bucket_and_only_over_tls(console: dict[str, Any]) -> None:
    bucket = console["Resources"]["Bucket"]["Properties"]
    denied, allowed = console["Resources"]["BucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    assert (denied["Effect"], denied["Action"], denied["Principal"]) == ("Deny", "s3:*", "*")
    assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert (allowed["Action"], allowed["Principal"]) == ("s3:GetObject", {"Service": "cloudfront.amazonaws.com"})
    assert "${Distribution}" in allowed["Condition"]["StringEquals"]["AWS:SourceArn"]["Fn::Sub"]


def test_every_way_to_the_bucket_is_encrypted_compressed_and_under_the_policy(console: dict[str, Any]) -> None:
    distribution = console["Resources"]["Distribution"]["Properties"]["DistributionConfig"]
    for way in (distribution["DefaultCacheBehavior"], *distribution["CacheBehaviors"]):
        assert way["ViewerProtocolPolicy"] == "redirect-to-https"
        assert way["AllowedMethods"] == ["GET", "HEAD"]
        assert way["Compress"] is True
        assert way["ResponseHeadersPolicyId"] == {"Ref": "Headers"}


def _get(path: str) -> Request:
    return Request("GET", path, "", [], b"", "127.0.0.1", "HTTP/1.1", "r1", 0)


def _given(value: dict[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda name: ANSWERS[name[1]], value["Fn::Sub"])


def _directives(policy: str) -> dict[str, list[str]]:
    words = [directive.split() for directive in policy.split(";")]
    assert len({name for name, *_ in words}) == len(words)
    return {name: values for name, *values in words}
