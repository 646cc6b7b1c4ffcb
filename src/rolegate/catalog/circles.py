"""Circles among things that need each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

T = TypeVar("T", bound=str)

_ENOUGH = 12


def some_circles(graph: Mapping[T, Iterable[T]]) -> list[list[T]]:
    """A few of the circles in *graph*, each with its steps in order; one walk, and no recursion."""
    found: list[list[T]] = []
    done: set[T] = set()
    for start in graph:
        path: dict[T, Iterator[T]] = {} if start in done else {start: iter(graph[start])}
        while path:
            here = next(reversed(path))
            step = next(path[here], None)
            if step is None:
                done.add(here)
                del path[here]
            elif step in path:
                walked = list(path)
                found.append(walked[walked.index(step) :])
                if len(found) == _ENOUGH:
                    return found
            elif step not in done:
                path[step] = iter(graph.get(step, ()))
    return found


def circles(outer: Mapping[T, T | None]) -> list[list[T]]:
    """The circles among things that each lie within at most one other, each from its first thing on."""
    found: list[list[T]] = []
    order = {name: i for i, name in enumerate(outer)}
    done: set[T] = set()
    for name in outer:
        steps: dict[T, int] = {}
        here: T | None = name
        while here is not None and here in outer and here not in done and here not in steps:
            steps[here] = len(steps)
            here = outer[here]
        done.update(steps)
        if here in steps:
            around = list(steps)[steps[here] :]
            first = min(range(len(around)), key=lambda i: order[around[i]])
            found.append(around[first:] + around[:first])
    return found
