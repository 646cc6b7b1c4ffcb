"""Time per question: contenders take turns, and the median of the rounds counts.

Times are those of the processor, so that other programs on the machine do not count; none of the contenders
waits for anything.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import thread_time, thread_time_ns

Loop = Callable[[], None]


@dataclass(frozen=True)
class Turn:
    """*loop* asks *count* questions, *nothing* does what is around them; a round has both *times* times.

    Who takes long has a turn only in each round that *every* divides.
    """

    loop: Loop
    nothing: Loop
    count: int
    times: int = 1
    every: int = 1


@dataclass(frozen=True)
class Times:
    """Nanoseconds per question of each contender, and how many times those of the one beside it."""

    nanoseconds: Mapping[str, float]
    ratio: Mapping[str, float]


def median_time(call: Callable[[], object], rounds: int) -> float:
    """Seconds that *call* takes, in the median of *rounds*."""
    times = []
    for _ in range(rounds):
        start = thread_time()
        call()
        times.append(thread_time() - start)
    return median(times)


def interleaved(
    turns: Mapping[str, Sequence[Turn]], rounds: int, beside: str, *, cold: bool = False
) -> Times:
    """The medians over *rounds* in which every contender has its turn, right after one of *beside*.

    A contender that brings several turns takes the next one each round. A ratio is the median of those of
    the rounds: when the machine slows down, it does so for both. With *cold*, *beside* has one turn a round
    as the others have, for asked more often it would find its answers in the caches.
    """
    taken: dict[str, list[float]] = {name: [] for name in turns}
    ratios: dict[str, list[float]] = {name: [] for name in turns}
    for name in turns:
        for turn in turns[name]:
            turn.loop()
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            reference = _measured(turns[beside][number % len(turns[beside])])
            for name, own in turns.items():
                if name == beside:
                    time = reference
                else:
                    nth, rest = divmod(number, own[0].every)
                    if rest:
                        continue
                    if not cold:
                        reference = _measured(turns[beside][number % len(turns[beside])])
                    time = _measured(own[nth % len(own)])
                taken[name].append(time)
                ratios[name].append(time / reference)
    finally:
        gc.enable()
    return Times(
        {name: median(times) for name, times in taken.items()},
        {name: median(parts) for name, parts in ratios.items()},
    )


def _measured(turn: Turn) -> float:
    around, asking = [], []
    for _ in range(turn.times):
        start = thread_time_ns()
        turn.nothing()
        middle = thread_time_ns()
        turn.loop()
        end = thread_time_ns()
        around.append(middle - start)
        asking.append(end - middle)
    return (median(asking) - median(around)) / turn.count
