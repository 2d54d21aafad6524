"""What a stand-in remembers, in one JSON file."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import TypeAdapter, ValidationError

State = TypeVar("State")

_REST = 10  # a large state is saved less often: writing it takes a tenth of the time


class Unreadable(Exception):
    """The file is not of this version's shape. The text says what to do."""


class Memory(Generic[State]):
    """A state that survives restarts: `value` is the file's, or a fresh one when there is no file.

    `path` None keeps nothing. What changed since the last save is lost by a kill -9.
    """

    def __init__(self, path: Path | None, kind: type[State], fresh: Callable[[], State]) -> None:
        self._path = path
        self._shape = TypeAdapter(kind)
        self._written = b""
        self.value = fresh() if path is None or not path.exists() else self._read(path)

    def _read(self, path: Path) -> State:
        try:
            return self._shape.validate_json(path.read_bytes())
        except ValidationError as error:
            raise Unreadable(f"{path} cannot be read: move it away to begin anew\n{error}") from error

    def save(self) -> None:
        """Write the file if the value is not what it holds. A reader sees the old or the new, never a part."""
        if self._path is None:
            return
        document = self._shape.dump_json(self.value)
        if document == self._written:
            return
        new = self._path.with_suffix(".new")
        new.write_bytes(document)
        new.replace(self._path)
        self._written = document

    @asynccontextmanager
    async def saved_every(self, seconds: float) -> AsyncIterator[None]:
        """Save while inside, not more often than that, and once more on leaving."""

        async def save_for_ever() -> None:
            while True:
                began = time.monotonic()
                self.save()
                await asyncio.sleep(max(seconds, _REST * (time.monotonic() - began)))

        saving = asyncio.create_task(save_for_ever())
        try:
            yield
        finally:
            saving.cancel()
            with suppress(asyncio.CancelledError):
                await saving
            self.save()
