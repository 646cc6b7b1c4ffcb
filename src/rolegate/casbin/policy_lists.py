"""Casbin's lists of policy lines, as lists that tell when they change and know what is in them.

To everybody else they are lists. Asking whether a line is there, adding one at the end and removing one
do not search; Casbin's own code does the rest. They keep lines of their own: what is put in is copied, and
whoever writes into a line that is in the list tells.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable
from typing import Any, Protocol, SupportsIndex

from rolegate.casbin.observed import line_of, plain_in_yaml
from rolegate.casbin.role_managers import TABLES

Rule = Any
"""A list of texts; Casbin also takes tuples and texts."""
Key = tuple[Any, ...]


class RulesOwner(Protocol):
    """What keeps the lines of one section."""

    policy: Any

    def written(self) -> None:
        """Somebody wrote into a line."""

    def changed(self, added: list[Rule], removed: list[Rule]) -> None:
        """Some lines are there, or once more; of others one copy is gone."""

    def replaced(self) -> None:
        """Everything may be different."""


class Rules(list[Rule]):
    """The lines of one section, in their order.

    INVARIANT: `_places`, where it is built, has the number of each line, and `_numbers` these numbers in
    the order of the lines; numbers only grow, so a line is found by bisection.
    """

    __slots__ = ("_groups", "_next", "_numbers", "_places", "told")

    def __init__(self, rules: Iterable[Rule], told: Callable[[], RulesOwner | None]) -> None:
        self.told = told
        super().__init__([self._kept(rule) for rule in rules])
        self.forget()

    def _kept(self, rule: Rule) -> Rule:
        """*rule* in a list of ours, where it is a list."""
        return line_of(rule, self.told) if isinstance(rule, list) else rule

    @property
    def owner(self) -> RulesOwner | None:
        """Whose lines these are; nobody's, once others have taken their place."""
        owner = self.told()
        return owner if owner is not None and owner.policy is self else None

    def forget(self) -> None:
        """Look again at every line when somebody asks."""
        self._places: dict[Key, int | list[int]] | None = None
        self._numbers = array("q")
        self._next = 0
        self._groups: dict[int, dict[str, list[Rule]]] = {}

    def __reduce__(self) -> Any:
        return list, (list(self),)

    # -- what is there ------------------------------------------------------------------------------------

    def places(self) -> dict[Key, int | list[int]]:
        """The number of each line, or its numbers where it stands several times.

        Raises:
            TypeError: when something in the list cannot be looked up.
        """
        places = self._places
        if places is None:
            with TABLES:
                places = self._places
                if places is None:
                    places = {}
                    for number, rule in enumerate(self):
                        _note(places, key_of(rule), number)
                    self._numbers = array("q", range(len(self)))
                    self._next = len(self)
                    self._places = places
        return places

    def __contains__(self, rule: object) -> bool:
        if self.owner is None:
            return super().__contains__(rule)
        try:
            return key_of(rule) in self.places()
        except TypeError:
            return super().__contains__(rule)

    def by(self, column: int) -> dict[str, list[Rule]]:
        """The lines by what stands in *column*, each group in their order."""
        groups = self._groups.get(column)
        if groups is None:
            with TABLES:
                groups = {}
                for rule in self:
                    groups.setdefault(rule[column], []).append(rule)
                self._groups[column] = groups
        return groups

    # -- changes ------------------------------------------------------------------------------------------

    def append(self, rule: Rule) -> None:
        rule = self._kept(rule)
        with TABLES:
            super().append(rule)
            self._added(rule)
            owner = self.owner
            if owner is not None:
                owner.changed([rule], [])

    def extend(self, rules: Iterable[Rule]) -> None:
        added = [self._kept(rule) for rule in rules]
        with TABLES:
            super().extend(added)
            for rule in added:
                self._added(rule)
            owner = self.owner
            if owner is not None:
                owner.changed(added, [])

    def _added(self, rule: Rule) -> None:
        try:
            if self._places is not None:
                _note(self._places, key_of(rule), self._next)
                self._numbers.append(self._next)
                self._next += 1
            for column, groups in self._groups.items():
                groups.setdefault(rule[column], []).append(rule)
        except (TypeError, IndexError):
            self.forget()

    def remove(self, rule: Rule) -> None:
        with TABLES:
            try:
                number = first_number(self.places(), rule)
            except TypeError:
                number = None
            position = -1 if number is None else bisect_left(self._numbers, number)
            owner = self.owner
            if number is None or owner is None or self[position] != rule:
                super().remove(rule)
                self._changed()
                return
            found = self[position]
            self._drop(position)
            owner.changed([], [found])

    def _drop(self, position: int) -> None:
        """Remove the line at *position*, of which `_places` knows."""
        rule, number, places = self[position], self._numbers[position], self.places()
        super().__delitem__(position)
        del self._numbers[position]
        key = key_of(rule)
        there = places[key]
        left = [each for each in there if each != number] if isinstance(there, list) else []
        if left:
            places[key] = left[0] if len(left) == 1 else left
        else:
            del places[key]
        for column, groups in self._groups.items():
            group = groups[rule[column]]
            # Lines that are equal are in the order of their numbers here, too, and the first one goes.
            group.remove(rule)
            if not group:
                del groups[rule[column]]

    def without(self, rules: list[Rule]) -> list[Rule] | None:
        """What was left out to make *rules* of this list; `None` if that is not how they were made."""
        kept = {id(rule) for rule in rules}
        gone = [rule for rule in self if id(rule) not in kept]
        return gone if len(gone) + len(rules) == len(self) else None

    def __setitem__(self, index: Any, value: Any) -> None:
        with TABLES:
            if not isinstance(index, int):
                super().__setitem__(index, [self._kept(rule) for rule in value])
                self._changed()
                return
            old, new = self[index], self._kept(value)
            super().__setitem__(index, new)
            self.forget()
            owner = self.owner
            if owner is not None:
                owner.changed([new], [old])

    def _changed(self) -> None:
        self.forget()
        owner = self.owner
        if owner is not None:
            owner.replaced()

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        with TABLES:
            super().__delitem__(index)
            self._changed()

    def __iadd__(self, other: Iterable[Rule]) -> Any:  # type: ignore[misc]  # list overloads it
        self.extend(other)
        return self

    def __imul__(self, count: SupportsIndex) -> Any:
        with TABLES:
            super().__imul__(count)
            self._changed()
        return self

    def insert(self, index: SupportsIndex, rule: Rule) -> None:
        with TABLES:
            super().insert(index, self._kept(rule))
            self._changed()

    def pop(self, index: SupportsIndex = -1) -> Rule:
        with TABLES:
            rule = super().pop(index)
            self._changed()
        return rule

    def clear(self) -> None:
        with TABLES:
            super().clear()
            self._changed()

    def sort(self, *, key: Any = None, reverse: bool = False) -> None:
        with TABLES:
            super().sort(key=key, reverse=reverse)
            self._changed()

    def reverse(self) -> None:
        with TABLES:
            super().reverse()
            self._changed()


plain_in_yaml(Rules)


def key_of(rule: Any) -> Key:
    """What a line is looked up by: equal lines have equal keys, and only they.

    Raises:
        TypeError: for what may equal anything.
    """
    if isinstance(rule, list):
        return tuple(rule)
    if isinstance(rule, tuple):
        return (tuple, tuple(rule))
    if isinstance(rule, str):
        return (str, rule)
    raise TypeError("neither a list nor a tuple nor a text")


def first_number(places: dict[Key, int | list[int]], rule: Rule) -> int | None:
    """Where the first copy of *rule* stands."""
    found = places.get(key_of(rule))
    return found[0] if isinstance(found, list) else found


def last_number(places: dict[Key, int | list[int]], rule: Rule) -> int | None:
    """Where the last copy of *rule* stands."""
    found = places.get(key_of(rule))
    return found[-1] if isinstance(found, list) else found


def _note(places: dict[Key, int | list[int]], key: Key, number: int) -> None:
    old = places.setdefault(key, number)
    if old is not number:
        places[key] = [*old, number] if isinstance(old, list) else [old, number]
