"""Which domains are to be looked at together: those that lie within one another, under whatever names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from rolegate.encoding import encode
from rolegate.store.item import Document


@dataclass(slots=True)
class DomainFamilies:
    """Domains, encoded, in families: what is said in one concerns no domain of another.

    A domain that has another name in other documents is of the family of both names.
    """

    _outward: dict[str, str] = field(default_factory=dict)

    def add(self, names: Iterable[str]) -> None:
        """Know domains of which nothing else is said."""
        for name in names:
            self._outward.setdefault(name, name)

    def declare(self, document: Document) -> None:
        """Know what the *document* of a domain says."""
        name = encode(str(document["domain"]))
        self._outward.setdefault(name, name)
        former = document.get("renamed_from") or ()
        others = [former] if isinstance(former, str) else list(former)
        if document.get("within"):
            others.append(document["within"])
        for other in others:
            self._join(name, encode(str(other)))

    def __iter__(self) -> Iterator[tuple[str, ...]]:
        """The families, in the order of their first names."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._outward):
            found.setdefault(self._top(name), []).append(name)
        yield from map(tuple, found.values())

    def parts(
        self, numbers: Mapping[str, int], most: int, some: Set[str] | None = None
    ) -> Iterator[tuple[str, ...]]:
        """Families together, as long as their *numbers* are not above *most*; one may be alone with more.

        With *some* domains, only the families of these.
        """
        part: list[str] = []
        held = 0
        for family in self if some is None else (one for one in self if not some.isdisjoint(one)):
            number = sum(max(numbers.get(name, 0), 1) for name in family)  # each is asked for by its name
            if part and held + number > most:
                yield tuple(part)
                part, held = [], 0
            part += family
            held += number
        if part:
            yield tuple(part)

    def _join(self, name: str, other: str) -> None:
        one, two = self._top(name), self._top(other)
        self._outward[max(one, two)] = min(one, two)

    def _top(self, name: str) -> str:
        found = self._outward.setdefault(name, name)
        while found != self._outward[found]:
            found = self._outward[found]
        while self._outward[name] != found:  # the way is shorter next time
            self._outward[name], name = found, self._outward[name]
        return found
