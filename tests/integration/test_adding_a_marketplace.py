"""The connector of docs/adding-a-marketplace.md, from the page: registered, named by a channel, delivered through."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from stockbridge import marketplaces
from stockbridge.channel_documents import ChannelReader
from stockbridge.errors import InvalidFields
from stockbridge.notifications import Key
from stockbridge.records import Status
from stockbridge.transport import Transport
from tests.integration.json_server import Asked, served
from tests.unit.test_delivery import World

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-a-marketplace.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^\*\*(\S+)\*\*\n\n```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = {path.replace("\\_", "_"): text for path, text in BLOCK.findall(PAGE)}
CONNECTOR = "functions/stockbridge/marketplaces/feira.py"
REGISTRY = "functions/stockbridge/marketplaces/__init__.py"
FIXTURES = "tests/events/feira/answers.json"
TESTS = "tests/unit/test_feira_answers.py"
ANSWERS: Mapping[str, Mapping[str, Any]] = json.loads(BLOCKS[FIXTURES])
SECRET, KEY = "stockbridge/prod/loja/FEI", "canary-5521"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The page's files where it says, the connector's folder being one more of the package's."""
    for path in (CONNECTOR, FIXTURES, TESTS):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(BLOCKS[path], encoding="utf-8")
    folder = str((tmp_path / CONNECTOR).parent)
    monkeypatch.setattr(marketplaces, "__path__", [*marketplaces.__path__, folder])
    yield tmp_path
    sys.modules.pop("stockbridge.marketplaces.feira", None)
    vars(marketplaces).pop("feira", None)


@pytest.fixture
def registry(tree: Path) -> ModuleType:
    """The registry with what the page adds to it."""
    source = (ROOT / REGISTRY).read_text(encoding="utf-8")
    before = ""
    for line in BLOCKS[REGISTRY].splitlines(keepends=True):
        if line.startswith("+"):
            assert source.count(before) == 1, f"the registry has no line {before!r}"
            source = source.replace(before, before + line[1:])
        before = line[1:]
    (tree / "registry.py").write_text(source, encoding="utf-8")
    return _module(tree / "registry.py")


def _module(file: Path) -> ModuleType:
    spec = spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------------ Feira


@dataclass
class Fair:
    """Feira on a socket: `refusals` are answers to writes, by offer, as status and name of a body of the page;
    `fates` the bodies that a protocol is answered with, the last of them again and again."""

    base: str = ""
    fates: list[str] = field(default_factory=lambda: ["applied"])
    refusals: dict[str, tuple[int, str]] = field(default_factory=dict)
    queued: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def write(self, offer: str, quantity: int) -> tuple[int, object]:
        if offer in self.refusals:
            status, name = self.refusals[offer]
            return status, ANSWERS[name]
        self.queued[offer] = quantity
        return 202, ANSWERS["taken"]

    def ask(self) -> tuple[int, object]:
        fate = self.fates.pop(0) if len(self.fates) > 1 else self.fates[0]
        if fate == "applied":
            self.shown |= self.queued
        return 200, ANSWERS[fate]


@contextmanager
def open_fair(fair: Fair) -> Iterator[Fair]:
    def answer(asked: Asked) -> tuple[int, object]:
        fair.keys.add(asked.headers["x-chave"])
        if asked.method == "GET":
            assert asked.path == f"/protocolos/{ANSWERS['taken']['protocolo']}"
            return fair.ask()
        _, place, offer, stock = asked.path.split("/")
        assert (place, stock) == ("ofertas", "estoque")
        return fair.write(offer, asked.body["quantidade"])

    with served(answer) as fair.base:
        yield fair


@pytest.fixture
def fair() -> Iterator[Fair]:
    with open_fair(Fair()) as opened:
        yield opened


@pytest.fixture
def world(registry: ModuleType, fair: Fair) -> Iterator[World]:
    """The export over ports in memory, with the page's channel and the real transport."""
    document = json.loads(BLOCKS["channel.json"])
    document["marketplace"]["base_url"] = fair.base
    world = World()
    world.control.add(_reader(registry, allow_private=True).read("loja", "FEI", document))
    world.secrets.stored[SECRET] = {"chave": KEY}
    with Transport(allow_private=True) as transport:
        planning = replace(world.delivery.planning, connector=registry.connector)
        world.delivery = replace(world.delivery, planning=planning, http=transport)
        yield world


def _reader(registry: ModuleType, *, allow_private: bool) -> ChannelReader:
    return ChannelReader(
        stage="prod",
        allow_private=allow_private,
        connectors=registry.CONNECTORS,
        secret_exists=lambda name: name in (SECRET, "stockbridge/prod/loja/vtex"),
    )


def want(world: World, quantity: int, sku: str = "42") -> Key:
    key = Key("loja", "FEI", sku)
    record = world.records.get(key)
    world.records.stored[key] = replace(
        record, wanted=quantity, version=record.version + 1, send_at=world.clock(), changed_at=world.clock()
    )
    return key


# ------------------------------------------------------------------ what the page promises


def test_the_pages_own_tests_pass(tree: Path) -> None:
    module = _module(tree / TESTS)
    tests = [test for name, test in vars(module).items() if name.startswith("test_")]
    assert len(tests) == 2
    for test in tests:
        test()


def test_the_pages_code_is_as_clean_as_the_rest(tree: Path) -> None:
    ours = 'lint.isort.known-first-party = ["stockbridge"]'  # the package is not beside these files
    settings = ["--no-cache", "--config", str(ROOT / "pyproject.toml"), "--config", ours]
    for command in (["check"], ["format", "--check"]):
        ended = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *settings, CONNECTOR, TESTS],
            check=False,  # its words say more
            cwd=tree,
            capture_output=True,
            text=True,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_the_pages_channel_can_be_saved_and_a_wrong_one_cannot(registry: ModuleType) -> None:
    reader = _reader(registry, allow_private=False)
    document = json.loads(BLOCKS["channel.json"])
    assert reader.read("loja", "FEI", document).connector == "feira"
    document["marketplace"] |= {"base_url": "https://elsewhere.example", "loja": "1"}
    with pytest.raises(InvalidFields) as raised:
        reader.read("loja", "FEI", document)
    assert {(problem.field, problem.reason) for problem in raised.value.problems} == {
        ("marketplace.base_url", "host_not_allowed"),
        ("marketplace.loja", "unknown_field"),
    }


def test_a_change_is_accepted_then_confirmed_and_ends_as_success(world: World, fair: Fair) -> None:
    fair.fates = ["waiting", "applied"]
    key = want(world, 7)
    record = world.deliver(key)
    assert (record.status, record.confirmed, fair.queued, fair.shown) == (Status.PENDING, None, {"42": 7}, {})
    world.clock.forward(6)
    assert world.deliver(key).status is Status.PENDING
    world.clock.forward(60)
    record = world.deliver(key)
    assert (record.status, record.confirmed, record.due_at, fair.shown) == (Status.SUCCESS, 7, None, {"42": 7})
    assert [attempt.outcome for attempt in record.attempts] == ["accepted", "confirmed"]


def test_a_change_that_is_refused_at_once_is_an_error_with_its_cause(world: World, fair: Fair) -> None:
    fair.refusals["42"] = (404, "unknown offer")
    record = world.deliver(want(world, 7))
    assert (record.status, record.cause, record.message) == (Status.ERROR, "not_found", "Não há essa oferta")
    assert (record.due_at, fair.queued) == (None, {})


def test_a_change_that_is_refused_after_it_was_accepted_is_an_error_with_its_cause(world: World, fair: Fair) -> None:
    fair.fates = ["refused"]
    key = want(world, 7)
    world.deliver(key)
    world.clock.forward(6)
    record = world.deliver(key)
    assert (record.status, record.cause, record.message) == (Status.ERROR, "listing_closed", "A oferta foi encerrada")


def test_a_refused_key_stops_the_channel_and_blames_no_sku(world: World, fair: Fair) -> None:
    fair.refusals["42"] = (401, "wrong key")
    record = world.deliver(want(world, 7))
    gate = world.control.gate("loja#FEI")
    assert (record.status, record.attempts_used) == (Status.PENDING, 0)
    assert (gate.incident, gate.message) == ("auth", "Chave inválida")


def test_the_key_is_sent_and_never_kept(world: World, fair: Fair) -> None:
    fair.refusals["42"] = (404, "unknown offer")
    world.deliver(want(world, 7))
    assert fair.keys == {KEY}
    (kept,) = world.records.evidence
    assert KEY not in repr((kept, world.records.stored))
