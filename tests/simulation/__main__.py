"""The fault simulation from the command line: `python -m tests.simulation --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any

from tests.simulation import mutants, stepped
from tests.simulation.configurations import CONFIGURATIONS
from tests.simulation.running import Tally, digest, report, run
from tests.simulation.world import simulate

JOBS = os.cpu_count() or 1
BATCH = 200  # steps that a process runs before it reports


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    runs = commands.add_parser("run", help="schedules of all configurations, or of some")
    runs.add_argument("configurations", nargs="*", metavar="CONFIGURATION", help=", ".join(CONFIGURATIONS))
    runs.add_argument("--schedules", type=int, default=5_000, help="together, by the configurations' shares")
    runs.add_argument("--first", type=int, default=0, help="the first seed")
    runs.add_argument("--json", action="store_true", help="one document instead of a table")

    replays = commands.add_parser("replay", help="one schedule again, with its trace")
    replays.add_argument("configuration", choices=list(CONFIGURATIONS), metavar="CONFIGURATION")
    replays.add_argument("seed", type=int)
    replays.add_argument("--digest", action="store_true", help="only a checksum of all that happened")

    steps = commands.add_parser("stepped", help="a fault at every call of some stories")
    steps.add_argument("--pairs", action="store_true", help="two faults, at every two calls")
    steps.add_argument("--story", choices=list(stepped.STORIES), help="only this one")

    hunts = commands.add_parser("mutants", help="the protocol with one thing wrong, until each is found out")
    hunts.add_argument("names", nargs="*", metavar="MUTANT", help=", ".join(mutants.MUTANTS))

    for each in (runs, steps, hunts):
        each.add_argument("--jobs", type=int, default=JOBS, help=f"processes at once ({JOBS})")
    options = parser.parse_args(arguments)
    unknown = {*getattr(options, "configurations", [])} - {*CONFIGURATIONS} | {*getattr(options, "names", [])} - {
        *mutants.MUTANTS
    }
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return int(_COMMANDS[options.command](options))


def _run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    names = options.configurations or list(CONFIGURATIONS)

    def told(done: int) -> None:
        if sys.stderr.isatty():
            seconds = time.monotonic() - began
            print(f"\r{done} of {options.schedules} schedules, {done / seconds:.0f}/s ", end="", file=sys.stderr)

    tallies = run(names, options.schedules, first=options.first, jobs=options.jobs, told=told)
    if options.json:
        print(json.dumps({name: _document(tally) for name, tally in tallies.items()}))
        return any(tally.violated for tally in tallies.values())
    return min(1, report(tallies, time.monotonic() - began))


def _document(tally: Tally) -> Mapping[str, Any]:
    return {
        "schedules": tally.schedules,
        "cpu_s": tally.cpu_s,
        "happened": tally.happened,
        "violated": {str(seed): list(violations) for seed, violations in tally.violated.items()},
    }


def _replay(options: argparse.Namespace) -> int:
    result = simulate(CONFIGURATIONS[options.configuration], options.seed, traced=True)
    if options.digest:
        print(digest(result))
        return 0
    print(*result.trace, *result.ended, *(f"VIOLATED {what}" for what in result.violations), sep="\n")
    return bool(result.violations)


def _stepped(options: argparse.Namespace) -> int:
    began = time.monotonic()
    of: Callable[[stepped.Story], Iterator[stepped.Step]] = stepped.pairs if options.pairs else stepped.singles
    violated = 0
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn")) as pool:
        for story in [stepped.STORIES[options.story]] if options.story else stepped.STORIES.values():
            count = 0
            for steps in _batches(of(story), options.jobs * 20):
                for ran, found in pool.map(stepped.tell, steps):
                    count += ran
                    violated += len(found)
                    for step, violation in found[:3]:
                        print(f"{step}\n    {violation}")
            print(f"{story.name}: {count} tellings, {time.monotonic() - began:.0f} s so far", flush=True)
    print(f"{violated} violated")
    return bool(violated)


def _batches(steps: Iterator[stepped.Step], at_once: int) -> Iterator[list[list[stepped.Step]]]:
    while batches := [batch for _ in range(at_once) if (batch := list(islice(steps, BATCH)))]:
        yield batches


def _mutants(options: argparse.Namespace) -> int:
    names = options.names or list(mutants.MUTANTS)
    verdicts: list[mutants.Verdict] = []
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("spawn"), max_tasks_per_child=1) as pool:
        for verdict in pool.map(mutants.hunt, names):
            verdicts.append(verdict)
            print("." if verdict.by is not None else "S", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    print(mutants.table(verdicts))
    survivors = [verdict.mutant.name for verdict in verdicts if verdict.by is None]
    cpu_s = sum(verdict.cpu_s for verdict in verdicts)
    print(f"\n{len(verdicts) - len(survivors)} of {len(verdicts)} found out, in {cpu_s:.0f} CPU s")
    return bool(survivors)


_COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "run": _run,
    "replay": _replay,
    "stepped": _stepped,
    "mutants": _mutants,
}

if __name__ == "__main__":
    sys.exit(main())
