"""The lines that count in a domain, by topic, and the decision that follows from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rolegate.casbin.line_tables import Cells, Kind, LineTable, Tested, Topic
from rolegate.casbin.model_layout import Effect, Shape

Cut = Callable[[Any], Any]
"""Shortens the key of a question to what is looked up."""


@dataclass(frozen=True, slots=True)
class DecisionLayers:
    """The cells for one topic in one domain.

    `all_denies` and `all_allows` count for every key; the others for one key, for keys that begin alike, or
    for those of them that pass tests.
    """

    all_denies: tuple[Cells, ...] = ()
    denies: tuple[Cells, ...] = ()
    cut_denies: tuple[tuple[Cut, Cells], ...] = ()
    tested_denies: tuple[tuple[Cut, Cells], ...] = ()
    all_allows: tuple[Cells, ...] = ()
    allows: tuple[Cells, ...] = ()
    cut_allows: tuple[tuple[Cut, Cells], ...] = ()
    tested_allows: tuple[tuple[Cut, Cells], ...] = ()
    open: bool = False
    """Everything that is not denied is allowed."""

    @classmethod
    def of(cls, tables: Sequence[LineTable], topic: Topic, effect: Effect) -> DecisionLayers:
        """What *tables* say about *topic*."""
        found = [item for table in tables for item in list(table.topics.get(topic, {}).items())]
        deny = [] if effect == "allow" else [(kind, cells) for kind, cells in found if kind.eft == "deny"]
        allow = [] if effect == "deny" else [(kind, cells) for kind, cells in found if kind.eft == "allow"]
        return cls(*_sorted(deny), *_sorted(allow), open=effect == "deny")

    @property
    def only(self) -> Cells | None:
        """The only dictionary to look at; `None` if there are others."""
        denies = self.denies or self.all_denies or self.cut_denies or self.tested_denies
        loose = self.all_allows or self.cut_allows or self.tested_allows
        if self.open or denies or loose or len(self.allows) > 1:
            return None
        return self.allows[0] if self.allows else {}

    def decide(self, names: frozenset[str], key: Any) -> bool:
        """Whether one of *names* may, and none of them is denied."""
        apart = names.isdisjoint
        if self.all_denies:
            for cells in self.all_denies:
                found = cells.get("")
                if found is not None and not apart(found):
                    return False
        for cells in self.denies:
            found = cells.get(key)
            if found is not None and not apart(found):
                return False
        if self.cut_denies:
            for cut, cells in self.cut_denies:
                found = cells.get(cut(key))
                if found is not None and not apart(found):
                    return False
        for cut, cells in self.tested_denies:
            found = cells.get(cut(key))
            if found is not None and passed(found, names, key):
                return False
        if self.open:
            return True
        for cells in self.allows:
            found = cells.get(key)
            if found is not None and not apart(found):
                return True
        if self.all_allows:
            for cells in self.all_allows:
                found = cells.get("")
                if found is not None and not apart(found):
                    return True
        for cut, cells in self.cut_allows:
            found = cells.get(cut(key))
            if found is not None and not apart(found):
                return True
        for cut, cells in self.tested_allows:
            found = cells.get(cut(key))
            if found is not None and passed(found, names, key):
                return True
        return False


def passed(found: Tested, names: frozenset[str], key: Any) -> bool:
    """Whether *key* passes the tests of a line that is about one of *names*."""
    for name in names:
        tests = found.get(name)
        if tests is not None:
            for passes in list(tests.values()):  # a copy: lines come and go meanwhile
                if passes(key):
                    return True
    return False


def _sorted(
    kinds: list[tuple[Kind, Cells]],
) -> tuple[
    tuple[Cells, ...], tuple[Cells, ...], tuple[tuple[Cut, Cells], ...], tuple[tuple[Cut, Cells], ...]
]:
    """Cells for every key, for whole keys, for parts of keys, and for parts with tests."""
    cut = [(kind, cutter(kind.shape), cells) for kind, cells in kinds if kind.shape is not None]
    return (
        tuple(cells for kind, cells in kinds if kind.shape == (0,) and not kind.tested),
        tuple(cells for kind, cells in kinds if kind.shape is None),
        tuple((cutter, cells) for kind, cutter, cells in cut if kind.shape != (0,) and not kind.tested),
        tuple((cutter, cells) for kind, cutter, cells in cut if kind.tested),
    )


class VisibleLines:
    """What some tables say together, by topic; domains that see the same tables share it."""

    __slots__ = ("effect", "nothing", "only", "tables", "topics")

    def __init__(self, tables: Sequence[LineTable], effect: Effect) -> None:
        self.tables = tables
        self.effect: Effect = effect
        self.nothing = DecisionLayers(open=effect == "deny")
        self.topics: dict[Topic, DecisionLayers] = {}
        self.only: Cells | None = None
        """The only dictionary to look at, if lines have no topics and there is only one."""

    def of(self, topic: Topic) -> DecisionLayers:
        """The layers for *topic*; kept if some line has it: asking about unknown topics stores nothing."""
        topics = self.topics
        for table in self.tables:
            if topic in table.topics:
                break
        else:
            return self.nothing
        layers = DecisionLayers.of(self.tables, topic, self.effect)
        topics[topic] = layers
        return layers


def cutter(shape: Shape) -> Cut:
    """The function that shortens a question's key for cells of *shape*."""
    match shape:
        case (int(size),):
            return lambda key: key[:size]
        case (int(size), None):
            return lambda key: (key[0][:size], key[1])
    return lambda key: tuple([text[:size] for text, size in zip(key, shape, strict=True)])
