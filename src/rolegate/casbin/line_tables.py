"""Policy lines in dictionaries, by the value of their domain column: each has its subjects under the rest."""

from __future__ import annotations

from typing import Any

from rolegate.casbin.model_layout import LinePlace, Shape

Names = tuple[str, ...] | set[str]
Cells = dict[Any, Names]
"""The subjects of lines that say the same in the fields of the key: a text, or a tuple for several fields."""
Topic = tuple[Any, ...]
Kind = tuple[str, Shape | None]
"""The effect of a line, and how much of its key counts."""

FEW = 4
"""Up to this number, names are kept in a tuple; more are kept in a set."""


class LineTable:
    """The lines with one value in their domain column."""

    __slots__ = ("more", "topics")

    def __init__(self) -> None:
        self.topics: dict[Topic, dict[Kind, Cells]] = {}
        self.more: dict[tuple[Topic, Kind, Any, str], int] = {}
        """How many more copies there are of a line that was added several times."""

    def add(self, place: LinePlace) -> bool:
        """Add a line; true if it is the first of its topic and kind."""
        kinds = self.topics.get(place.topic)
        if kinds is None:
            kinds = self.topics[place.topic] = {}
        kind = (place.eft, place.shape)
        cells = kinds.get(kind)
        if cells is None:
            kinds[kind] = {place.key: (place.sub,)}
            return True
        names = cells.get(place.key)
        if names is None:
            cells[place.key] = (place.sub,)
        elif place.sub in names:
            full = (place.topic, kind, place.key, place.sub)
            self.more[full] = self.more.get(full, 0) + 1
        elif isinstance(names, set):
            names.add(place.sub)
        elif len(names) < FEW:
            cells[place.key] = (*names, place.sub)
        else:
            cells[place.key] = {*names, place.sub}
        return False

    def remove(self, place: LinePlace) -> bool:
        """Remove one copy of a line; true if it was the last of its topic and kind.

        Raises:
            LookupError: for a line that is not there.
        """
        kind = (place.eft, place.shape)
        full = (place.topic, kind, place.key, place.sub)
        more = self.more.get(full, 0)
        if more > 1:
            self.more[full] = more - 1
            return False
        if more:
            del self.more[full]
            return False
        kinds = self.topics[place.topic]
        cells = kinds[kind]
        names = cells[place.key]
        if isinstance(names, set):
            names.remove(place.sub)
        else:
            names = cells[place.key] = tuple(name for name in names if name != place.sub)
        if not names:
            del cells[place.key]
        if cells:
            return False
        del kinds[kind]
        if not kinds:
            del self.topics[place.topic]
        return True
