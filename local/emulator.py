"""MiniStack as a child process on 127.0.0.1 and a free port, its state in a folder."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from pathlib import Path

import httpx

from local import children
from local.errors import StartError
from local.names import ACCOUNT, CREDENTIALS, REGION

SERVICES = ("dynamodb", "s3", "secretsmanager", "sns", "sqs")
READY_S = 30.0
STOP_S = 60.0  # it writes everything it holds


@dataclass(frozen=True, slots=True)
class Emulator:
    """A running MiniStack. Its URL has no password: it is for this machine's own processes."""

    url: str
    process: children.Process
    log: Path

    async def ready(self) -> None:
        """Wait until it answers. Raises StartError."""
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = asyncio.create_task(client.get(f"{self.url}/_ministack/ready", timeout=READY_S))
            ended = asyncio.create_task(self.process.wait())
            await asyncio.wait([answer, ended], return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            try:
                (await answer).raise_for_status()
            except httpx.HTTPError as error:
                raise StartError(f"MiniStack does not answer ({error!r}); see {self.log}") from error

    async def stop(self) -> bool:
        """Save and stop. False when it had to be killed, so that only the last snapshot is kept."""
        return await children.stop(self.process, patience_s=STOP_S)


async def start(state: Path, logs: Path, *, module: str = "local.snapshots") -> Emulator:
    """State in the folder `state`, output in LOGS/emulator.log. The port is free when this returns; see `ready`.

    `module` is what the process runs, with the same arguments as local.snapshots.
    """
    state.mkdir(parents=True, exist_ok=True)
    log = logs / "emulator.log"
    with socket.socket() as listening, log.open("wb") as output:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)  # so that whoever connects before the child accepts simply waits
        port = listening.getsockname()[1]
        process = await children.start(
            module,
            [str(listening.fileno()), str(state)],
            environment={
                "PATH": os.environ.get("PATH", ""),
                "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
                "SERVICES": ",".join(SERVICES),
                "PERSIST_STATE": "1",
                "STATE_DIR": str(state / "current"),
                # Objects are files of their own, written when they are stored: no snapshot copies them.
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(state.parent / "objects"),
                # Its own address is left at localhost:4566: queues are kept under it, whatever port we listen on, and
                # answers name the host and port that were asked.
                **CREDENTIALS,  # it checks the signatures of addresses that were signed for a browser
                "MINISTACK_ACCOUNT_ID": ACCOUNT,
                "MINISTACK_REGION": REGION,
                "IOT_MTLS_ENABLED": "0",
                "SFTP_ENABLED": "0",
                "DOCKER_HOST": "unix:///nonexistent",  # it would look for containers of its own
                "LOG_LEVEL": "WARNING",
            },
            output=output,
            keep=[listening.fileno()],
            grace_s=STOP_S,
        )
    return Emulator(f"http://127.0.0.1:{port}", process, log)
