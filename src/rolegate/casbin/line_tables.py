"""Policy lines in dictionaries, by the value of their domain column: each has its subjects under the rest."""

from __future__ import annotations

from typing import Any, NamedTuple

from rolegate.casbin.key_patterns import Passes, Tests, passing
from rolegate.casbin.model_layout import LinePlace, Shape

Names = tuple[str, ...] | set[str]
Tested = dict[str, dict[Tests, Passes]]
"""Subjects of lines with tests, each with those of its lines."""
Cells = dict[Any, Any]
"""The subjects of lines that say the same in the fields of the key, a text, or a tuple for several fields:
as `Names`, or as `Tested` if the lines have tests.
"""
Topic = tuple[Any, ...]


class Kind(NamedTuple):
    """What lines have in common whose cells are in one dictionary."""

    eft: str
    shape: Shape | None
    """How much of the key counts."""
    tested: bool


FEW = 4
"""Up to this number, names are kept in a tuple; more are kept in a set."""


class LineTable:
    """The lines with one value in their domain column."""

    __slots__ = ("more", "topics")

    def __init__(self) -> None:
        self.topics: dict[Topic, dict[Kind, Cells]] = {}
        self.more: dict[tuple[Topic, Kind, Any, str, Tests], int] = {}
        """How many more copies there are of a line that was added several times."""

    def add(self, place: LinePlace) -> bool:
        """Add a line; true if it is the first of its topic and kind."""
        kinds = self.topics.get(place.topic)
        if kinds is None:
            kinds = self.topics[place.topic] = {}
        kind = Kind(place.eft, place.shape, bool(place.tests))
        cells = kinds.get(kind)
        if cells is None:
            kinds[kind] = {place.key: _with(None, place)}
            return True
        names = cells.get(place.key)
        if _has(names, place):
            full = (place.topic, kind, place.key, place.sub, place.tests)
            self.more[full] = self.more.get(full, 0) + 1
        else:
            cells[place.key] = _with(names, place)
        return False

    def remove(self, place: LinePlace) -> bool:
        """Remove one copy of a line; true if it was the last of its topic and kind.

        Raises:
            LookupError: for a line that is not there.
        """
        kind = Kind(place.eft, place.shape, bool(place.tests))
        full = (place.topic, kind, place.key, place.sub, place.tests)
        more = self.more.get(full, 0)
        if more > 1:
            self.more[full] = more - 1
            return False
        if more:
            del self.more[full]
            return False
        kinds = self.topics[place.topic]
        cells = kinds[kind]
        names = cells[place.key] = _without(cells[place.key], place)
        if not names:
            del cells[place.key]
        if cells:
            return False
        del kinds[kind]
        if not kinds:
            del self.topics[place.topic]
        return True


def _has(names: Any, place: LinePlace) -> bool:
    """Whether the line of *place* is in a cell."""
    if not names or not place.tests:
        return bool(names) and place.sub in names
    return place.tests in names.get(place.sub, ())


def _with(names: Any, place: LinePlace) -> Any:
    """A cell with the line of *place*: *names*, or what takes their place."""
    sub = place.sub
    if place.tests:
        passes = passing(place.tests, not isinstance(place.key, tuple))
        tested: Tested = names if names is not None else {}
        if sub in tested:
            tested[sub][place.tests] = passes
        else:
            tested[sub] = {place.tests: passes}
        return tested
    if isinstance(names, set):
        names.add(sub)
        return names
    names = (*(names or ()), sub)
    return names if len(names) <= FEW else set(names)


def _without(names: Any, place: LinePlace) -> Any:
    """A cell without the line of *place*.

    Raises:
        LookupError: when it is not there.
    """
    sub = place.sub
    if place.tests:
        tests = names[sub]
        del tests[place.tests]
        if not tests:
            del names[sub]
        return names
    if isinstance(names, set):
        names.remove(sub)
        return names
    return tuple([name for name in names if name != sub])
