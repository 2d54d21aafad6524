"""python -m local.standins --ports-file PATH --state DIR [--identity-port N ...] [--sales RATE] [--products N]"""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from local.standins.demo import PRODUCTS
from local.standins.keeping import Unreadable
from local.standins.server import NAMES, Options, serve


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.standins", description=__doc__)
    parser.add_argument("--ports-file", type=Path, required=True, help="written when all three answer")
    parser.add_argument("--state", type=Path, required=True, help="folder that remembers across restarts")
    for name in NAMES:
        parser.add_argument(f"--{name}-port", type=int, default=0, metavar="N", help="default: a free one")
    parser.add_argument("--sales", type=float, metavar="RATE", help="simulated sales per minute, at the first start")
    parser.add_argument("--products", type=int, default=PRODUCTS, metavar="N", help="demonstrated, at the first start")
    given = parser.parse_args()
    ports = {name: getattr(given, f"{name}_port") for name in NAMES}
    try:
        asyncio.run(serve(Options(given.ports_file, given.state, ports, given.sales, given.products)))
    except (Unreadable, OSError) as error:
        sys.stderr.write(f"stand-ins: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
