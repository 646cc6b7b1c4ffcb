"""What lies within what: domains are walked from the outermost inwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

T = TypeVar("T", bound=str)


def outermost_first(outer: Mapping[T, T | None]) -> Iterator[T]:
    inside: dict[T, list[T]] = {}
    for name, within in outer.items():
        if within is not None:
            inside.setdefault(within, []).append(name)
    waiting = [name for name, within in outer.items() if within is None]
    while waiting:
        name = waiting.pop()
        yield name
        waiting += inside.get(name, ())
