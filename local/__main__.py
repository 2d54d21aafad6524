"""python -m local run: the whole system on 127.0.0.1, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from pathlib import Path

from local.errors import StartError, TemplateError
from local.standins.demo import LEAST, PRODUCTS
from local.system import Settings, System

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    arguments = _parser().parse_args()
    logging.basicConfig(level=arguments.log_level.upper(), format="%(levelname)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    settings = Settings(
        template=arguments.template,
        state=arguments.state,
        port=arguments.port,
        bare=arguments.bare,
        products=arguments.products,
        parameters=dict(arguments.param),
        schedule_speed=arguments.schedule_speed,
        echo=arguments.echo,
    )
    try:
        return asyncio.run(_run(settings, arguments.ready_file))
    except (StartError, TemplateError) as error:
        print(f"local: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        return 1


async def _run(settings: Settings, ready_file: Path | None) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, _stop, stop)
    async with System(settings) as system:
        if ready_file:
            _publish(ready_file, json.dumps(system.ready, indent=2))
        _greet(system)
        asked, failed = asyncio.create_task(stop.wait()), asyncio.create_task(system.failure())
        await asyncio.wait([asked, failed], return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        failed.cancel()
        if stop.is_set():
            return 0
        print(f"local: {failed.result()}", file=sys.stderr)  # noqa: T201 - this is a command
        return 1


def _stop(stop: asyncio.Event) -> None:
    if stop.is_set():
        os._exit(130)  # asked twice: our children end by themselves when we are gone
    stop.set()


def _publish(path: Path, text: str) -> None:
    """Whoever waits for the file finds it whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _greet(system: System) -> None:
    ready = system.ready
    lines = [("Console and API", ready["api_url"])]
    lines += [(f"Stand-in: {name}", url) for name, url in ready["standins"].items()]
    lines += [("AWS endpoint", ready["endpoint_url"]), ("Data", ready["state"]), ("Logs", ready["logs"])]
    for name, value in lines:
        print(f"  {name:24} {value}", flush=True)  # noqa: T201 - this is a command
    print("Running. Ctrl-C stops it; the data stays.", flush=True)  # noqa: T201 - this is a command


def _parameter(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not Name=Value")
    return name, value


def _products(text: str) -> int:
    if (number := int(text)) < LEAST:
        raise argparse.ArgumentTypeError(f"the demonstration needs {LEAST} products")
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    run = parser.add_subparsers(required=True).add_parser("run", help="run the whole system until Ctrl-C")
    run.add_argument("--template", type=Path, default=ROOT / "template.yaml")
    run.add_argument("--state", type=Path, default=ROOT / ".state/local", help="data and logs (default: .state/local)")
    run.add_argument(
        "--port", type=int, default=8080, help="of the API; the stand-ins take the next three. 0: free ones"
    )
    run.add_argument("--bare", action="store_true", help="without the stand-ins and the demonstration")
    run.add_argument(
        "--products", type=_products, default=PRODUCTS, metavar="N", help="of the demonstration, at its first start"
    )
    run.add_argument("--param", type=_parameter, action="append", default=[], metavar="NAME=VALUE")
    run.add_argument("--schedule-speed", type=float, default=1.0, metavar="N", help="schedules run N times as fast")
    run.add_argument("--ready-file", type=Path, help="written, as JSON, when everything accepts work")
    run.add_argument("--echo", action="store_true", help="show the functions' logs here too")
    run.add_argument("--log-level", default="warning", choices=["debug", "info", "warning", "error"])
    return parser


if __name__ == "__main__":
    sys.exit(main())
