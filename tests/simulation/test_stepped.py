"""A fault at every single call, in every way, in every phase of a competing change."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.simulation.stepped import FAULTS, STORIES, phases, singles, undisturbed

EVERY = {"a file": 3}  # of its calls: it has four times as many as most


def told(name: str) -> tuple[int, list[str]]:
    ran, violated = 0, []
    for step in singles(STORIES[name], every=EVERY.get(name, 1)):
        ran += 1
        violated += [f"{step}: {what}" for what in step.run().violations[:1]]
    return ran, violated


@pytest.fixture(scope="module")
def tellings() -> dict[str, tuple[int, list[str]]]:
    longest_first = sorted(STORIES, key=lambda name: -len(undisturbed(STORIES[name])))
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        return dict(zip(longest_first, pool.map(told, longest_first), strict=True))


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", STORIES)
def test_no_single_fault_breaks_a_promise(tellings: dict[str, tuple[int, list[str]]], name: str) -> None:
    ran, violated = tellings[name]

    assert violated[:5] == []
    assert ran >= len(undisturbed(STORIES[name])) * (len(FAULTS) - 1) * STORIES[name].phases // EVERY.get(name, 1)


@pytest.mark.parametrize("name", STORIES)
def test_the_phases_of_the_competing_change_are_spread_over_the_whole_story(name: str) -> None:
    times, moments, parts = undisturbed(STORIES[name]), phases(STORIES[name]), STORIES[name].phases

    assert len(moments) == parts
    assert moments[0] <= times[1] + 1
    assert moments[-1] > times[len(times) * (parts - 2) // parts]
