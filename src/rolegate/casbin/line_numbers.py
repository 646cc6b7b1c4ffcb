"""Numbers for the lines of a list, so that a line is found without a search."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

Key = tuple[Any, ...]


class LineNumbers:
    """The number of each line of one list.

    INVARIANT: `_places` has the number of each line, or all its numbers if it is there several times.
    `_order` has the same numbers in the order of the lines. Numbers only grow, so a line is found by
    bisection. Lists of numbers are exchanged and never changed, because readers take no lock.
    """

    __slots__ = ("_next", "_order", "_places")

    def __init__(self, lines: Sequence[Any]) -> None:
        """Number *lines*.

        Raises:
            TypeError: when one of them cannot be looked up.
        """
        self._places: dict[Key, int | list[int]] = {}
        self._order = array("q")
        self._next = 0
        for line in lines:
            self.append(line)

    def append(self, line: Any) -> None:
        """Number a line that was added at the end.

        Raises:
            TypeError: when it cannot be looked up.
        """
        key, number = key_of(line), self._next
        old = self._places.setdefault(key, number)
        if old is not number:
            self._places[key] = [*old, number] if isinstance(old, list) else [old, number]
        self._order.append(number)
        self._next += 1

    def drop(self, position: int, line: Any) -> None:
        """Forget *line*, which was removed from *position*."""
        number, key = self._order[position], key_of(line)
        del self._order[position]
        numbers = self._places[key]
        left = [other for other in numbers if other != number] if isinstance(numbers, list) else []
        if left:
            self._places[key] = left[0] if len(left) == 1 else left
        else:
            del self._places[key]

    def __contains__(self, line: Any) -> bool:
        return key_of(line) in self._places

    def first(self, line: Any) -> int | None:
        """The number of the first copy of *line*."""
        found = self._places.get(key_of(line))
        return found[0] if isinstance(found, list) else found

    def last(self, line: Any) -> int | None:
        """The number of the last copy of *line*."""
        found = self._places.get(key_of(line))
        return found[-1] if isinstance(found, list) else found

    def position(self, line: Any) -> int | None:
        """Where the first copy of *line* is in the list."""
        number = self.first(line)
        return None if number is None else bisect_left(self._order, number)


def key_of(line: Any) -> Key:
    """What a line is looked up by: equal lines, and no others, have equal keys.

    Raises:
        TypeError: for what may equal anything.
    """
    if isinstance(line, list):
        return tuple(line)
    if isinstance(line, tuple):
        return (tuple, tuple(line))
    if isinstance(line, str):
        return (str, line)
    raise TypeError("not a list, a tuple or a text")
