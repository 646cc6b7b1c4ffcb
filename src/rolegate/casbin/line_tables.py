"""Who may do what, by what a line says beside its subject and its domain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rolegate.casbin.matcher import Effect, Place, Shape

Names = tuple[str, ...] | set[str]
Cells = dict[Any, Names]
"""Who may, or may not, by what stands in the fields of a key: a text, or a tuple if they are several."""
Cut = Callable[[Any], Any]
Topic = tuple[Any, ...]
Kind = tuple[str, Shape | None]

FEW = 4
"""So many names stay a tuple; more become a set."""


def cutter(shape: Shape) -> Cut:
    """What makes of the key of a question what is looked up in the cells of *shape*."""
    match shape:
        case (int(size),):
            return lambda key: key[:size]
        case (int(size), None):
            return lambda key: (key[0][:size], key[1])
    return lambda key: tuple([v if n is None else v[:n] for v, n in zip(key, shape, strict=True)])


class LineTable:
    """The lines with one value in their domain column."""

    __slots__ = ("more", "topics")

    def __init__(self) -> None:
        self.topics: dict[Topic, dict[Kind, Cells]] = {}
        self.more: dict[tuple[Topic, Kind, Any, str], int] = {}
        """How often a line stands there beside the first time."""

    def add(self, place: Place) -> bool:
        """Whether cells of that kind are new."""
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

    def remove(self, place: Place) -> bool:
        """Whether nothing of that kind is left."""
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


@dataclass(frozen=True, slots=True)
class Layers:
    """The cells that speak about one topic in one domain.

    `all_denies` and `all_allows` hold whatever the key is; others hold for a key, or for what a cut leaves.
    """

    all_denies: tuple[Cells, ...] = ()
    denies: tuple[Cells, ...] = ()
    cut_denies: tuple[tuple[Cut, Cells], ...] = ()
    all_allows: tuple[Cells, ...] = ()
    allows: tuple[Cells, ...] = ()
    cut_allows: tuple[tuple[Cut, Cells], ...] = ()
    open: bool = False
    """Everything that is not denied is allowed."""

    @classmethod
    def of(cls, tables: Sequence[LineTable], topic: Topic, effect: Effect) -> Layers:
        """What *tables* say about *topic*."""
        found = [
            (eft, shape, cells)
            for table in tables
            for (eft, shape), cells in list(table.topics.get(topic, {}).items())
        ]
        deny = [] if effect == "allow" else [(shape, cells) for eft, shape, cells in found if eft == "deny"]
        allow = [] if effect == "deny" else [(shape, cells) for eft, shape, cells in found if eft == "allow"]
        return cls(*_sorted(deny), *_sorted(allow), open=effect == "deny")

    @property
    def only(self) -> Cells | None:
        """The one dictionary to look at, where there is no more to it."""
        if (
            self.open
            or self.denies
            or self.all_denies
            or self.cut_denies
            or self.all_allows
            or self.cut_allows
        ):
            return None
        if len(self.allows) > 1:
            return None
        return self.allows[0] if self.allows else {}

    def decide(self, names: frozenset[str], key: Any) -> bool:
        """Whether somebody of *names* may; a denial of one of them is one for all."""
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
        return False


def _sorted(
    kinds: list[tuple[Shape | None, Cells]],
) -> tuple[tuple[Cells, ...], tuple[Cells, ...], tuple[tuple[Cut, Cells], ...]]:
    """Cells for every key, for whole keys, and for parts of keys."""
    return (
        tuple(cells for shape, cells in kinds if shape == (0,)),
        tuple(cells for shape, cells in kinds if shape is None),
        tuple((cutter(shape), cells) for shape, cells in kinds if shape is not None and shape != (0,)),
    )


class LineView:
    """What some tables say together, by topic; domains that see the same tables share one."""

    __slots__ = ("effect", "nothing", "only", "tables", "topics")

    def __init__(self, tables: Sequence[LineTable], effect: Effect) -> None:
        self.tables = tables
        self.effect: Effect = effect
        self.nothing = Layers(open=effect == "deny")
        self.topics: dict[Topic, Layers] = {}
        self.only: Cells | None = None

    def of(self, topic: Topic) -> Layers:
        """The layers for *topic*; kept if there are any: asking about strange ones stores nothing."""
        topics = self.topics
        for table in self.tables:
            if topic in table.topics:
                break
        else:
            return self.nothing
        layers = Layers.of(self.tables, topic, self.effect)
        topics[topic] = layers
        return layers
