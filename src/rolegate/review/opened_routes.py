"""Who may call a route with its guard now and could not with the one before.

A guard lets in whoever holds its permission, all of it or one instance, so whether another one is weaker is
a question about people. It is decided for everybody, and for every time at which access changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Self

from rolegate.catalog.model import Permission
from rolegate.compiled.names import FULL, STRANGER, is_role, parse_subject
from rolegate.documents.guard_parts import GuardPart, guard_parts
from rolegate.documents.route_lock import OPEN
from rolegate.encoding import decode, encode
from rolegate.engine.asked_moment import moment_of
from rolegate.policy.policy import Policy
from rolegate.review.cells import UNNAMED, Cell, Cells
from rolegate.review.differences import PolicySide, SubjectDifference, held_on_both, moments
from rolegate.review.paired_permissions import PairedPermission, paired_permissions

Guards = tuple[str, str]
"""The guard of a route before, and now."""

_PLACED = re.compile(r"\{[0-9]+\}")
_LOOKED_UP = "?"
"""An instance that a function looks up: it may be another one than the one that the path names."""

_Targets = frozenset[tuple[object, ...]] | None
"""For what somebody may call a route: for each of these; None is for everything."""


def opened(
    guards: Sequence[Guards], old: Policy | None, new: Policy, at: date | None = None
) -> Mapping[Guards, tuple[str, ...]]:
    """Of each two guards, who may call a route with the one by *new* and not with the other by *old*.

    Without *old*, nobody could. Nobody may call a route with a permission that *new* does not have.
    """
    start = datetime.now(UTC) if at is None else moment_of(at)
    sides = (new if old is None else old, new)
    pairs = paired_permissions(sides[0].catalog, sides[1].catalog)
    asked = {both: _GuardsOfBoth.of(both, (old, new), pairs) for both in dict.fromkeys(guards)}
    found: dict[Guards, dict[str, dict[str, None]]] = {both: {} for both in asked}
    for number, moment in enumerate(moments([side.resolved for side in sides], start)):
        before, now = (_side(side, moment, first=not number) for side in sides)
        alike: dict[tuple[int, int, int], list[Guards]] = {}
        for subject in held_on_both(before, now, pairs):
            held = id(subject.cells), subject.before, subject.after
            if held not in alike:
                alike[held] = [both for both, known in asked.items() if known.open_for(subject)]
            for both in alike[held]:
                found[both].setdefault(_named(subject.sub), {})[subject.dom] = None
    return {both: tuple(_said(who)) for both, who in found.items()}


def _side(policy: Policy, moment: datetime, *, first: bool) -> PolicySide:
    return PolicySide.of(policy.snapshot(moment)) if first else PolicySide.at(policy.resolved, moment)


def _named(sub: str) -> str:
    if sub == STRANGER:
        return "everybody else"
    kind, name, owner, _ = parse_subject(sub)
    return f"{kind} {name}" if owner is None or not is_role(sub) else f"{kind} {owner}/{name}"


def _said(who: Mapping[str, Mapping[str, None]]) -> Iterator[str]:
    for name, domains in who.items():
        inner = ", ".join(decode(dom) for dom in domains if dom != FULL)
        # A default role that is let in where everything is offered is so wherever it is offered.
        yield name if FULL in domains or not inner else f"{name} in {inner}"


@dataclass(frozen=True, slots=True)
class _PartOnSide:
    """A part of a guard, as the questions of one side."""

    part: GuardPart
    number: int
    pair: PairedPermission
    permission: Permission
    others: tuple[str, ...] = ()
    """What the guard of now asks about; what a function looked up before may be each of it."""

    def targets(self, cells: Cells, held: int) -> _Targets:
        """For what somebody who holds the cells *held* passes it."""
        mine = [cell for at, cell in cells.numbered(self.pair) if held >> at & 1]
        if any(not cell.on and cell.scope is None for cell in mine):
            return None
        if self.part.record:
            return frozenset(("record", self.pair, cell.on, cell.scope) for cell in mine)
        here = {cell.on for cell in mine if self._at_scope(cell)}
        if () in here or self.part.on is None or not self.permission.chain:
            return None if () in here else frozenset()
        if self.part.on_request:
            chain = self.permission.chain[: self._steps]
            asked = (*self.others, _LOOKED_UP) if self._looks_up else (self.part.on,)
            names = frozenset(map(_asked_by, asked))
            return frozenset((by, *chain, *on) for by in names for on in here if len(on) == len(chain))
        known = {cell.on for cell in cells.of_permission(self.pair)}
        return None if _fixed(self.part.on, known) in here else frozenset()

    @property
    def _looks_up(self) -> bool:
        """Whether a function of before looks up the instance, which may be whatever is asked about now."""
        return not self.number and self.part.on is not None and _asked_by(self.part.on) == _LOOKED_UP

    @property
    def _steps(self) -> int:
        """How many ids are asked about; what a function looks up is taken for a whole path."""
        on = self.part.on or ""
        return len(self.permission.chain) if "?" in on else on.count("/") + 1

    def _at_scope(self, cell: Cell) -> bool:
        scope, ladder = self.part.scope, self.permission.ladder
        if scope is None or ladder is None:
            return scope is None and cell.scope is None
        if cell.scope is None or not ladder.has(scope):
            return False
        return self.pair.scope_on(self.number, cell.scope) == ladder.today(scope)


def _asked_by(on: str) -> str:
    """Which parameter of the path, or that a function looks it up; empty where it is not known which one."""
    return _LOOKED_UP if _LOOKED_UP in on else on if _PLACED.search(on) else ""


def _fixed(text: str, known: Collection[tuple[str, ...]]) -> tuple[str, ...]:
    """The path that a guard always asks about; an id that no line names is one of those."""
    on: tuple[str, ...] = ()
    for step in text.split("/"):
        named = (*on, encode(decode(step)))
        on = named if named in known else (*on, UNNAMED)
    return on


def _has_ids(part: GuardPart) -> bool:
    """Whether what a guard always asks about can be ids; a file that was written by hand may have others."""
    try:
        return part.on is None or all(encode(decode(step)) for step in part.on.split("/"))
    except ValueError:
        return False


_Passes = Callable[[Cells, int], _Targets]
"""For what somebody who holds some cells passes a part of a guard."""


def _everyone(cells: Cells, held: int) -> _Targets:  # noqa: ARG001
    return None


def _nobody(cells: Cells, held: int) -> _Targets:  # noqa: ARG001
    return frozenset()


@dataclass(frozen=True, slots=True)
class _GuardsOfBoth:
    """What the guard of a route asks for, before and now."""

    before: tuple[_Passes, ...]
    now: tuple[_Passes, ...]

    @classmethod
    def of(cls, guards: Guards, sides: Sequence[Policy | None], pairs: Sequence[PairedPermission]) -> Self:
        parts = [guard_parts(guard) for guard in guards]
        others = tuple(part.on for part in parts[1] if part.on is not None and part.on_request)
        return cls(
            *(
                tuple(_asked(part, number, sides[number], pairs, others) for part in inner)
                for number, inner in enumerate(parts)
            )
        )

    def open_for(self, subject: SubjectDifference) -> bool:
        """Whether *subject* may call the route now for something for which it could not.

        INVARIANT: nobody gets in who could not only if each part of before lets in all that one of now does.
        """
        now = [part(subject.cells, subject.after) for part in self.now]
        if frozenset() in now:
            return False
        before = [part(subject.cells, subject.before) for part in self.before]
        return not all(any(_within(one, was) for one in now) for was in before)


def _within(now: _Targets, was: _Targets) -> bool:
    return was is None or (now is not None and now <= was)


def _asked(
    part: GuardPart,
    number: int,
    policy: Policy | None,
    pairs: Sequence[PairedPermission],
    others: tuple[str, ...],
) -> _Passes:
    """*part* on one of the sides; of what cannot be read, before lets in nobody, and now everyone."""
    if part.permission is None or not _has_ids(part):
        return _everyone if part.text in OPEN or number else _nobody
    permission = None if policy is None else policy.catalog.find(part.permission)
    for pair in pairs:
        own = pair.kinds_of in (None, number) and not pair.is_alias
        if permission is not None and own and pair.side(number) is permission:
            return _PartOnSide(part, number, pair, permission, others).targets
    return _nobody
