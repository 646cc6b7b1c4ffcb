"""Time per question: contenders take turns, and the median of the rounds counts."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns

Loop = Callable[[], None]


@dataclass(frozen=True)
class Turn:
    """*loop* asks *count* questions, *nothing* does what is around them; both are repeated *times* in a round."""

    loop: Loop
    nothing: Loop
    count: int
    times: int = 1


def interleaved(turns: Mapping[str, Sequence[Turn]], rounds: int) -> dict[str, float]:
    """Nanoseconds per question of each contender: the median over the rounds.

    In each round every contender has its turn; one that brings several turns takes the next one each round.
    """
    taken: dict[str, list[float]] = {name: [] for name in turns}
    for name in turns:
        for turn in turns[name]:
            turn.loop()
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            for name, own in turns.items():
                taken[name].append(_measured(own[number % len(own)]))
    finally:
        gc.enable()
    return {name: median(each) for name, each in taken.items()}


def _measured(turn: Turn) -> float:
    around, asking = [], []
    for _ in range(turn.times):
        start = perf_counter_ns()
        turn.nothing()
        middle = perf_counter_ns()
        turn.loop()
        end = perf_counter_ns()
        around.append(middle - start)
        asking.append(end - middle)
    return (median(asking) - median(around)) / turn.count
