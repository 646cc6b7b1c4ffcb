"""Casbin's lists of policy lines, as lists that tell when they change and know what is in them.

To everybody else they are lists. Looking for a line, adding one at the end and removing one takes no search;
Casbin's own code does the rest. They keep copies of what is put in, and a line that is in such a list tells
when somebody writes into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, SupportsIndex

from rolegate.casbin.line_numbers import LineNumbers
from rolegate.casbin.locks import TABLES
from rolegate.casbin.observed_values import line_of, plain_in_yaml

Rule = Any
"""A policy line: a list of texts. Casbin accepts tuples and texts as well."""


class PolicyOwner(Protocol):
    """The definition in a model that a list of lines belongs to."""

    policy: Any

    def written(self) -> None:
        """Somebody wrote into a line."""

    def changed(self, added: list[Rule], removed: list[Rule]) -> None:
        """One copy was added of some lines, and removed of others."""

    def replaced(self) -> None:
        """All lines may have been exchanged."""


class PolicyLines(list[Rule]):
    """The lines of one section, in their order."""

    __slots__ = ("_groups", "_numbers", "owner_ref")

    def __init__(self, rules: Iterable[Rule], owner_ref: Callable[[], PolicyOwner | None]) -> None:
        self.owner_ref = owner_ref
        super().__init__([self._kept(rule) for rule in rules])
        self.forget()

    def _kept(self, rule: Rule) -> Rule:
        """*rule* in a list of ours if it is a list."""
        return line_of(rule, self.owner_ref) if isinstance(rule, list) else rule

    @property
    def owner(self) -> PolicyOwner | None:
        """The owner of this list; `None` after the owner has got another list."""
        owner = self.owner_ref()
        return owner if owner is not None and owner.policy is self else None

    def forget(self) -> None:
        """Look at every line again when somebody asks."""
        self._numbers: LineNumbers | None = None
        self._groups: dict[int, dict[str, list[Rule]]] = {}

    def __reduce__(self) -> Any:
        return list, (list(self),)

    # -- what is there ------------------------------------------------------------------------------------

    def numbers(self) -> LineNumbers:
        """The numbers of the lines.

        Raises:
            TypeError: when something in the list cannot be looked up.
        """
        numbers = self._numbers
        if numbers is None:
            with TABLES:
                numbers = self._numbers
                if numbers is None:
                    numbers = self._numbers = LineNumbers(self)
        return numbers

    def __contains__(self, rule: object) -> bool:
        if self.owner is None:
            return super().__contains__(rule)
        try:
            return rule in self.numbers()
        except TypeError:
            return super().__contains__(rule)

    def by(self, column: int) -> dict[str, list[Rule]]:
        """The lines grouped by the value of *column*, each group in their order."""
        groups = self._groups.get(column)
        if groups is None:
            with TABLES:
                groups = {}
                for rule in self:
                    groups.setdefault(rule[column], []).append(rule)
                self._groups[column] = groups
        return groups

    # -- changes that are followed line by line -----------------------------------------------------------

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

    def __iadd__(self, other: Iterable[Rule]) -> Any:  # type: ignore[misc]  # list overloads it
        self.extend(other)
        return self

    def _added(self, rule: Rule) -> None:
        try:
            if self._numbers is not None:
                self._numbers.append(rule)
            for column, groups in self._groups.items():
                groups.setdefault(rule[column], []).append(rule)
        except (TypeError, IndexError):
            self.forget()

    def remove(self, rule: Rule) -> None:
        with TABLES:
            try:
                position = self.numbers().position(rule)
            except TypeError:
                position = None
            owner = self.owner
            if position is None or owner is None or self[position] != rule:
                super().remove(rule)
                self._changed()
                return
            found = self[position]
            self._drop(position)
            owner.changed([], [found])

    def _drop(self, position: int) -> None:
        """Remove the line at *position*, which is the first copy of it."""
        rule = self[position]
        super().__delitem__(position)
        self.numbers().drop(position, rule)
        for column, groups in self._groups.items():
            group = groups[rule[column]]
            group.remove(rule)  # the first copy here as well: groups keep the order of the list
            if not group:
                del groups[rule[column]]

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

    def without(self, rules: list[Rule]) -> list[Rule] | None:
        """What was left out to make *rules* of this list; `None` if that is not how they were made."""
        kept = {id(rule) for rule in rules}
        gone = [rule for rule in self if id(rule) not in kept]
        return gone if len(gone) + len(rules) == len(self) else None

    # -- changes after which everything is read again -----------------------------------------------------

    def _changed(self) -> None:
        self.forget()
        owner = self.owner
        if owner is not None:
            owner.replaced()

    def __delitem__(self, index: SupportsIndex | slice) -> None:
        with TABLES:
            super().__delitem__(index)
            self._changed()

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


plain_in_yaml(PolicyLines)
