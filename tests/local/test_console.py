"""What a browser gets of the console's build, and what nobody gets."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from local.console import Console
from local.http_events import Answer, Request
from tests.local.issuer import AUDIENCE, URL

SCRIPT = "console.log('estoque');\n" * 100
CONFIG = {"issuer": URL, "clientId": AUDIENCE}


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<h1>estoque</h1>", encoding="utf-8")
    (dist / "icon.svg").write_text("<svg/>", encoding="utf-8")
    (dist / "assets" / "index-1a2b3c4d.js").write_text(SCRIPT, encoding="utf-8")
    (dist / "assets" / "index-1a2b3c4d.css").write_text("b{}", encoding="utf-8")
    (dist / "assets" / "photo-1a2b3c4d.png").write_bytes(b"\x89PNG" * 1000)
    (tmp_path / "secret.txt").write_text("no", encoding="utf-8")
    return dist


def ask(dist: Path, path: str, method: str = "GET", **headers: str) -> Answer | None:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    request = Request(method, path, "", fields, b"", "127.0.0.1", "HTTP/1.1", "r1", 0)
    return Console(dist, CONFIG).page(request)


def got(dist: Path, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    answer = ask(dist, path, **headers)
    assert answer is not None, path
    return answer.status, dict(answer.headers), answer.body


@pytest.mark.parametrize("path", ["/", "/estoque", "/estoque/", "/estoque/causas", "/estoque/registros/MLB/42%\n/x.js"])
def test_every_page_is_the_one_page_so_that_a_reload_finds_it(dist: Path, path: str) -> None:
    status, headers, body = got(dist, path)

    assert (status, body) == (200, b"<h1>estoque</h1>")
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("index-1a2b3c4d.js", "text/javascript; charset=utf-8"),
        ("index-1a2b3c4d.css", "text/css; charset=utf-8"),
        ("photo-1a2b3c4d.png", "image/png"),
    ],
)
def test_an_asset_is_kept_for_good_because_its_name_changes_with_it(dist: Path, name: str, media_type: str) -> None:
    status, headers, body = got(dist, f"/console/assets/{name}")

    assert (status, body) == (200, (dist / "assets" / name).read_bytes())
    assert (headers["content-type"], headers["x-content-type-options"]) == (media_type, "nosniff")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/console/config.json", "/console/icon.svg", "/console/index.html"])
def test_whatever_may_change_under_its_name_is_not_kept(dist: Path, path: str) -> None:
    assert got(dist, path)[1]["cache-control"] == "no-store"


def test_the_pages_are_told_where_they_are_by_the_system_and_not_by_the_build(dist: Path) -> None:
    (dist / "config.json").write_text("{}", encoding="utf-8")

    status, headers, body = got(dist, "/console/config.json")

    assert (status, headers["content-type"]) == (200, "application/json")
    assert body == b'{"issuer": "%s", "clientId": "%s"}' % (URL.encode(), AUDIENCE.encode())


@pytest.mark.parametrize(
    "path",
    [
        "/console/../secret.txt",
        "/console/assets/../../secret.txt",
        "/console//secret.txt",
        "/secret.txt",
        "/index.html",
        "/console",
        "/console/",
        "/console/assets",
        "/console/assets/gone-1a2b3c4d.js",
        "/console/\0",
        "/console/" + "x" * 5000,
        "/estoques",
    ],
)
def test_nothing_else_is_there(dist: Path, path: str) -> None:
    assert ask(dist, path) is None


def test_a_link_does_not_lead_out_of_the_build_either(dist: Path) -> None:
    (dist / "up").symlink_to(dist.parent)

    assert ask(dist, "/console/up/secret.txt") is None


def test_only_reading_is_answered(dist: Path) -> None:
    assert [ask(dist, "/", method) is not None for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]


def test_text_is_compressed_for_whoever_takes_it(dist: Path) -> None:
    _, headers, body = got(dist, "/console/assets/index-1a2b3c4d.js", accept_encoding="br, GZIP;q=0.8")

    assert (headers["content-encoding"], headers["vary"]) == ("gzip", "accept-encoding")
    assert gzip.decompress(body).decode() == SCRIPT
    assert len(body) < len(SCRIPT) / 10


@pytest.mark.parametrize("accepted", ["", "br", "identity", "gzip;q=0", "br, gzip ; q=0.000, zstd"])
def test_nothing_is_compressed_for_whoever_does_not(dist: Path, accepted: str) -> None:
    _, headers, body = got(dist, "/console/assets/index-1a2b3c4d.js", accept_encoding=accepted)

    assert ("content-encoding" in headers, body.decode(), headers["vary"]) == (False, SCRIPT, "accept-encoding")


@pytest.mark.parametrize("path", ["/", "/console/assets/photo-1a2b3c4d.png"])
def test_what_is_small_or_compressed_already_stays_as_it_is(dist: Path, path: str) -> None:
    assert "content-encoding" not in got(dist, path, accept_encoding="gzip")[1]


@pytest.mark.parametrize("path", ["/", "/estoque/causas", "/console/config.json", "/console/assets/index-1a2b3c4d.js"])
def test_everything_comes_under_the_same_policy(dist: Path, path: str) -> None:
    headers = got(dist, path)[1]

    directives = dict(each.strip().split(" ", 1) for each in headers["content-security-policy"].split(";"))
    assert directives["default-src"] == directives["base-uri"] == directives["frame-ancestors"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["connect-src"] == f"'self' {URL}/"
    assert (headers["x-frame-options"], headers["referrer-policy"]) == ("DENY", "no-referrer")


@pytest.mark.parametrize("path", ["/", "/estoque/causas"])
def test_before_it_is_built_a_notice_says_how_to_build_it(tmp_path: Path, path: str) -> None:
    status, headers, body = got(tmp_path / "dist", path)

    assert (status, headers["cache-control"]) == (503, "no-store")
    page = body.decode()
    assert page.count("make console") == 2
    assert "O console ainda não foi construído" in page
    assert "The console is not built yet" in page


def test_a_build_that_appears_or_goes_is_noticed_at_once(dist: Path) -> None:
    console = Console(dist, CONFIG)
    request = Request("GET", "/", "", [], b"", "127.0.0.1", "HTTP/1.1", "r1", 0)
    page = dist / "index.html"

    statuses = []
    for change in (lambda: None, page.unlink, lambda: page.write_text("again", encoding="utf-8")):
        change()
        answer = console.page(request)
        assert answer is not None
        statuses.append(answer.status)

    assert statuses == [200, 503, 200]
