"""What an adapter does with its table, on a connection that is in a transaction of its own.

Each step gives what is left to do once the transaction is committed, and that gives the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NoReturn, TypeVar

import sqlalchemy as sa

from rolegate.casbin.adapter_errors import AdapterError, RulesChangedError, some_of
from rolegate.casbin.loaded_rules import LoadedModels
from rolegate.casbin.rule_table import RuleTable
from rolegate.casbin.rule_values import Rule, check_section, checked_filter, checked_rules, identity, matches

T = TypeVar("T")
Step = Callable[[sa.Connection], Callable[[], T]]
"""What is done on a connection, and what is left to do after the commit."""


class RuleWrites:
    """The changes of single rules, and of several at once: all of them, or none."""

    def __init__(self, table: RuleTable, models: LoadedModels) -> None:
        self.table = table
        self.models = models

    def add(self, sec: Any, ptype: Any, rules: Any) -> Step[None]:
        """Add *rules*. One that is there already stays: it is there afterwards, as its caller wants."""
        check_section(sec, ptype)
        new = checked_rules(ptype, rules, self.table.limits)

        def step(connection: sa.Connection) -> Callable[[], None]:
            there = {identity(rule) for _, rule in self.table.find(connection, new)}
            self.table.insert(connection, [rule for rule in new if identity(rule) not in there])
            return lambda: self.models.wrote(added=new)

        return step

    def remove(self, sec: Any, ptype: Any, rules: Any) -> Step[None]:
        """Remove exactly *rules*. Where somebody else has removed one, it is gone as its caller wants."""
        check_section(sec, ptype)
        old = checked_rules(ptype, rules, self.table.limits)

        def step(connection: sa.Connection) -> Callable[[], None]:
            self.table.delete(connection, [number for number, _ in self.table.find(connection, old)])
            return lambda: self.models.wrote(removed=old)

        return step

    def remove_filtered(self, sec: Any, ptype: str, index: Any, values: Sequence[Any]) -> Step[None]:
        """Remove the rules that have *values* from column *index* on."""
        check_section(sec, ptype)
        asked = checked_filter(index, values)

        def step(connection: sa.Connection) -> Callable[[], None]:
            found = self.table.matching(connection, ptype, asked)
            self.table.delete(connection, [number for number, _ in found])
            return lambda: self.models.wrote(removed=[rule for _, rule in found])

        return step

    def update(self, sec: Any, ptype: Any, old_rules: Any, new_rules: Any) -> Step[None]:
        """Let each of *new_rules* take the place of one of *old_rules*."""
        check_section(sec, ptype)
        old = checked_rules(ptype, old_rules, self.table.limits)
        new = checked_rules(ptype, new_rules, self.table.limits)
        if not len(old_rules) == len(old) == len(new) == len(new_rules):
            raise AdapterError("each old rule is replaced by one new rule, and none is named twice")
        asked = list(zip(old, new, strict=True))
        pairs = [(before, after) for before, after in asked if before != after]

        def step(connection: sa.Connection) -> Callable[[], None]:
            numbers: dict[Rule, list[int]] = {}
            for number, rule in self.table.find(connection, [*old, *new]):
                numbers.setdefault(identity(rule), []).append(number)
            self._check_new_to_memory(new, {identity(rule) for rule in old})
            if not _is_done(asked, numbers):
                _check_update(asked, numbers)
                copies = [extra for rule, _ in pairs for extra in numbers[identity(rule)][1:]]
                self.table.delete(connection, copies)
                moved = {numbers[identity(rule)][0]: to for rule, to in pairs}
                crossing = any(identity(to) in numbers for to in moved.values())
                self.table.replace(connection, moved, crossing)
            return lambda: self.models.replaced(pairs)

        return step

    def update_filtered(
        self, sec: Any, ptype: str, new_rules: Any, index: Any, values: Sequence[Any]
    ) -> Step[list[list[str]]]:
        """Let *new_rules* take the place of those that match; the answer is what was there.

        The memory of the caller has to know exactly these: Casbin forgets what it is told, or nothing.
        """
        check_section(sec, ptype)
        asked = checked_filter(index, values)
        new = checked_rules(ptype, new_rules, self.table.limits)
        if not new:
            raise AdapterError("there is no new rule: to remove rules, use `remove_filtered_policy`")

        def step(connection: sa.Connection) -> Callable[[], list[list[str]]]:
            found = self.table.matching(connection, ptype, asked)
            old = {identity(rule): rule for _, rule in found}
            self._check_known(ptype, asked, old)
            if not found:
                return list
            self._check_new_to_memory(new, old.keys())
            there = {identity(rule) for _, rule in self.table.find(connection, new)}
            if blocking := [rule for rule in new if identity(rule) in there - old.keys()]:
                raise AdapterError(f"there already, besides the rules that are updated: {some_of(blocking)}")
            self.table.delete(connection, [number for number, _ in found])
            self.table.insert(connection, new)

            def answer() -> list[list[str]]:
                self.models.wrote(added=new, removed=old)
                return [list(rule[1:]) for rule in old.values()]

            return answer

        return step

    def _check_new_to_memory(self, new: list[Rule], old: Collection[Rule]) -> None:
        """Casbin would have a rule twice that it has already, or add none of them."""
        added = [rule for rule in new if identity(rule) not in old]
        if twice := self.models.objections(
            lambda loaded: [rule for rule in added if identity(rule) in loaded.places]
        ):
            raise AdapterError(f"there already, besides the rules that are updated: {some_of(twice)}")

    def _check_known(self, ptype: str, asked: dict[int, str], found: Iterable[Rule]) -> None:
        there = set(found)
        if other := self.models.objections(
            lambda loaded: sorted({rule for rule in loaded.places if matches(rule, ptype, asked)} ^ there)
        ):
            raise RulesChangedError(
                f"others have changed what matches, load it again first: {some_of(other)}"
            )

    # -- when a write has failed --------------------------------------------------------------------------

    def put_back_removed(self, ptype: Any, rules: Any) -> None:
        """Casbin has forgotten *rules* before it asked to remove them."""
        gone = {identity((ptype, *rule)) for rule in rules}
        self.models.put_back(ptype, gone.__contains__)

    def put_back_filtered(self, ptype: str, index: Any, values: Sequence[Any]) -> None:
        """The same for those that have *values* from column *index* on; for all, if that is not a filter."""
        try:
            asked = checked_filter(index, values)
        except AdapterError:
            asked = {}
        self.models.put_back(ptype, lambda rule: matches(rule, ptype, asked))

    def put_back_updated(self, ptype: Any, old_rules: Any, new_rules: Any) -> None:
        """Casbin has *new_rules* in the place of *old_rules* before it asked to update them."""
        old = {identity((ptype, *rule)) for rule in old_rules}
        self.models.put_back(ptype, old.__contains__, [(ptype, *rule) for rule in new_rules])


def _is_done(pairs: list[tuple[Rule, Rule]], numbers: dict[Rule, list[int]]) -> bool:
    """Whether somebody else has made the same update already."""
    old, new = ({identity(pair[side]) for pair in pairs} for side in (0, 1))
    return bool(old - new) and new <= numbers.keys() and not (old - new) & numbers.keys()


def _check_update(pairs: list[tuple[Rule, Rule]], numbers: dict[Rule, list[int]]) -> None:
    old = {identity(rule) for rule, _ in pairs}
    if gone := [rule for rule, _ in pairs if identity(rule) not in numbers]:
        raise RulesChangedError(
            f"others have removed what is to be updated, load the policy again first: {some_of(gone)}"
        )
    if blocking := [rule for _, rule in pairs if identity(rule) in numbers.keys() - old]:
        raise AdapterError(
            f"already in the table, so the rule that is updated to it can be removed: {some_of(blocking)}"
        )


class RefusedUpdate(list[Any]):
    """What `update_filtered_policies` gives where it failed: whoever looks at it gets the error.

    Casbin swallows every exception of that call, and would then change its memory alone. It asks next whether
    the answer is empty.
    """

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def _refuse(self, *_: Any) -> NoReturn:
        raise self.error

    __bool__ = __len__ = __iter__ = __getitem__ = __eq__ = _refuse
