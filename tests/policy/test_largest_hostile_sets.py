"""Sets that multiply, as large as the limits let them be: what calls do not show, such as wide masks."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

import rolegate
from adversarial import SETS, write
from drawing import some_of

ENOUGH = 20
"""Seconds of processor time: none needs a tenth of it, and what grows with a square needs minutes."""


class EndlessError(Exception):
    """The processor time is used up."""


@contextmanager
def ended_after(seconds: float) -> Iterator[None]:
    """End what uses more processor time, whatever else the machine has to do."""

    def end(number: int, frame: FrameType | None) -> None:
        raise EndlessError(f"more than {seconds} seconds of processor time")

    before = signal.signal(signal.SIGPROF, end)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.mark.parametrize("name", some_of(tuple(SETS), part=90))
def test_the_largest_set_is_judged_to_its_end(name: str, tmp_path: Path) -> None:
    """It is read and linted, or refused: its findings come, and not after minutes."""
    make, largest = SETS[name]
    folder = write(tmp_path, make(largest))
    with ended_after(ENOUGH):
        rolegate.lint([folder])


def test_what_does_not_end_is_ended() -> None:
    """The limit above is one."""
    with pytest.raises(EndlessError), ended_after(0.05):
        while True:
            pass
