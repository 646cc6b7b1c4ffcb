"""Casbin's lists of policy lines, as lists that tell when they change and know what is in them.

To everybody else they are lists. Asking whether a line is there, adding one at the end and removing one
do not search; Casbin's own code does the rest. What somebody writes into a line that is in the list already
is noticed when that line is next looked for, and by a reload.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Any, Protocol, SupportsIndex, cast
from weakref import WeakSet

from casbin.model.assertion import Assertion

from rolegate.engine.enforcer.links import TABLES

Rule = Any
"""A list of texts; Casbin also takes tuples."""


class RuleFollower(Protocol):
    """Somebody who has to know when the lines of a section change."""

    def rule_added(self, assertion: WatchedAssertion, rule: Rule) -> None:
        """*rule* is there now, or once more."""

    def rule_removed(self, assertion: WatchedAssertion, rule: Rule) -> None:
        """One copy of *rule* is gone."""

    def rules_replaced(self, assertion: WatchedAssertion) -> None:
        """Everything about the section may be different."""


class Rules(list[Rule]):
    """The lines of one section, in their order.

    INVARIANT: `_places`, where it is built, has the number of each line, and `_numbers` these numbers in
    the order of the lines; numbers only grow, so a line is found by bisection.
    """

    __slots__ = ("__weakref__", "_groups", "_next", "_numbers", "_places", "owner")

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        super().__init__(rules)
        self.owner: WatchedAssertion | None = None
        self._forget()

    def _forget(self) -> None:
        self._places: dict[tuple[Any, ...], int | list[int]] | None = None
        self._numbers = array("q")
        self._next = 0
        self._groups: dict[int, dict[str, list[Rule]]] = {}

    def __reduce__(self) -> Any:
        return list, (list(self),)

    # -- what is there ------------------------------------------------------------------------------------

    def places(self) -> dict[tuple[Any, ...], int | list[int]]:
        """The number of each line, or its numbers where it stands several times.

        Raises:
            TypeError: when something in the list cannot be looked up.
        """
        if self._places is None:
            with TABLES:
                if self._places is not None:
                    return self._places
                places: dict[tuple[Any, ...], int | list[int]] = {}
                for number, rule in enumerate(self):
                    _note(places, _key(rule), number)
                self._numbers = array("q", range(len(self)))
                self._next = len(self)
                self._places = places
        return self._places

    def __contains__(self, rule: object) -> bool:
        try:
            numbers = self.numbers(rule)
        except TypeError:
            return super().__contains__(rule)
        if numbers and self[bisect_left(self._numbers, numbers[0])] != rule:
            with TABLES:
                self._changed()  # somebody wrote into a line
            return super().__contains__(rule)
        return bool(numbers)

    def numbers(self, rule: Rule) -> list[int]:
        """The numbers of *rule*, in order; a smaller one stands before a greater one."""
        found = self.places().get(_key(rule), [])
        return [found] if isinstance(found, int) else list(found)

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
        with TABLES:
            super().append(rule)
            self._added(rule)

    def _added(self, rule: Rule) -> None:
        try:
            if self._places is not None:
                _note(self._places, _key(rule), self._next)
                self._numbers.append(self._next)
                self._next += 1
            for column, groups in self._groups.items():
                groups.setdefault(rule[column], []).append(rule)
        except (TypeError, IndexError):
            self._forget()
        if self.owner is not None:
            self.owner.added(rule)

    def remove(self, rule: Rule) -> None:
        with TABLES:
            try:
                numbers = self.numbers(rule)
            except TypeError:
                super().remove(rule)
                self._changed()
                return
            position = bisect_left(self._numbers, numbers[0]) if numbers else -1
            if numbers and self[position] == rule:
                self._drop(position)
            else:
                super().remove(rule)  # which is an error, unless somebody wrote into a line
                self._changed()

    def _drop(self, position: int) -> None:
        """Remove the line at *position*, of which `_places` knows."""
        rule = self[position]
        number = self._numbers[position]
        super().__delitem__(position)
        del self._numbers[position]
        places = self.places()
        key = _key(rule)
        left = [each for each in self.numbers(rule) if each != number]
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
        if self.owner is not None:
            self.owner.removed(rule)

    def without(self, rules: list[Rule]) -> list[Rule] | None:
        """What was left out to make *rules* of this list; `None` if that is not how they were made."""
        kept = {id(rule) for rule in rules}
        gone = [rule for rule in self if id(rule) not in kept]
        return gone if len(gone) + len(rules) == len(self) else None

    def __setitem__(self, index: Any, value: Any) -> None:
        with TABLES:
            if not isinstance(index, int):
                super().__setitem__(index, value)
                self._changed()
                return
            old = self[index]
            super().__setitem__(index, value)
            self._forget()
            if self.owner is not None:
                self.owner.removed(old)
                self.owner.added(value)

    def _changed(self) -> None:
        self._forget()
        if self.owner is not None:
            self.owner.replaced()

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

    def extend(self, rules: Iterable[Rule]) -> None:
        for rule in list(rules):
            self.append(rule)

    def insert(self, index: SupportsIndex, rule: Rule) -> None:
        with TABLES:
            super().insert(index, rule)
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


def _key(rule: Any) -> tuple[Any, ...]:
    """What a line is looked up by: equal lines have equal keys, and only they."""
    if type(rule) is list:
        return tuple(rule)
    if type(rule) is tuple:
        return (tuple, rule)
    raise TypeError("neither a list nor a tuple")


def _note(places: dict[tuple[Any, ...], int | list[int]], key: tuple[Any, ...], number: int) -> None:
    old = places.setdefault(key, number)
    if old is not number:
        places[key] = [*old, number] if isinstance(old, list) else [old, number]


class WatchedAssertion(Assertion):  # type: ignore[misc]  # casbin has no types
    """A section of a model whose lines and role manager are followed."""

    def __init__(self) -> None:
        self.followers: WeakSet[Any] = WeakSet()
        self._rules = Rules()
        self._manager: Any = None
        super().__init__()

    @classmethod
    def of(cls, assertion: Any) -> WatchedAssertion:
        """*assertion* itself, or one that takes its place."""
        if isinstance(assertion, cls):
            return assertion
        watched = cls()
        for name, value in vars(assertion).items():
            setattr(watched, name, value)
        return watched

    def __deepcopy__(self, memo: dict[int, Any]) -> WatchedAssertion:
        # Not the stock way, which follows the links between roles until the interpreter's stack is full.
        from copy import deepcopy

        copy = type(self)()
        memo[id(self)] = copy
        for name, value in vars(self).items():
            if name not in ("followers", "_rules", "_manager", "policy_map", "logger"):
                setattr(copy, name, deepcopy(value, memo))
        copy.policy_map = dict(self.policy_map)
        copy.policy = [rule[:] for rule in self._rules]
        copy.rm = deepcopy(self._manager, memo)
        return copy

    @property
    def policy(self) -> Rules:
        return self._rules

    @policy.setter
    def policy(self, rules: list[Rule]) -> None:
        with TABLES:
            old, new = self._rules, rules if type(rules) is Rules and rules.owner is None else Rules(rules)
            old.owner = None
            new.owner = self
            self._rules = new
            gone = old.without(new) if self.followers and new else None
            if gone is None:
                self.replaced()
            for rule in gone or ():
                self.removed(rule)

    @property
    def rm(self) -> Any:
        return self._manager

    @rm.setter
    def rm(self, manager: Any) -> None:
        old, self._manager = self._manager, manager
        if old is not manager:
            self.replaced()

    def added(self, rule: Rule) -> None:
        for follower in self._following():
            follower.rule_added(self, rule)

    def removed(self, rule: Rule) -> None:
        for follower in self._following():
            follower.rule_removed(self, rule)

    def replaced(self) -> None:
        for follower in self._following():
            follower.rules_replaced(self)

    def _following(self) -> Iterator[RuleFollower]:
        return iter(cast(list[RuleFollower], list(self.followers)))
