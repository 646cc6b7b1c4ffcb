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
