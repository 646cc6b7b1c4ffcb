"""Works out the rights of roles as bits, where permissions do not depend on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog
from rolegate.catalog.scoped_fields import fields_passed_over
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.grants import problems
from rolegate.grants.entries import STAR
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.known_entries import KnownEntries
from rolegate.grants.masked_rights import KnownPart, MaskedRights, RightNumbers, bits
from rolegate.grants.roles import Brought, Role
from rolegate.grants.takes import check_fields, take

_MOST = 20_000
"""Of more different rights no masks are made: they would be longer than what they save."""


@dataclass(slots=True)
class _Taken:
    """What an entry of `except` takes of one permission, on every instance; without `scopes`, all of it."""

    path: str
    scopes: frozenset[str] | None
    wide: int
    flat: bool
    _of: int = 0
    _mask: int = 0

    def steps(self, here: int) -> int:
        """How many steps it takes to look at the rights *here*."""
        return 2 * here.bit_count() + (self.wide // 8 if self.flat else 0)

    def mask(self, of: int, numbers: RightNumbers) -> int:
        """What is taken of the rights *of* the permission."""
        if self.scopes is None:
            return of
        if of != self._of:
            self._of, self._mask = of, 0
            for number in bits(of):
                if numbers.rights[number].scope in self.scopes:
                    self._mask |= 1 << number
        return self._mask


@dataclass(slots=True)
class _KnownTakes:
    """What an entry of `except` takes, the steps to know it, and whether it may pass over fields.

    `deep` are the parts that have instances, `fixed` the steps that do not depend on what is held.
    """

    parts: list[_Taken]
    steps: list[int]
    fields: bool
    deep: list[_Taken]
    fixed: int
    _known: tuple[int, int, int] = (-1, 0, 0)

    @classmethod
    def of(cls, parts: list[_Taken], steps: list[int], *, fields: bool) -> _KnownTakes:
        """What is taken by *parts*."""
        flat = [part for part in parts if part.flat]
        deep = [part for part in parts if not part.flat]
        return cls(parts, steps, fields, deep, sum(steps) + sum(part.steps(0) for part in flat))

    def flat(self, numbers: RightNumbers) -> tuple[int, int]:
        """The rights on the permissions without instances, and what is taken of them."""
        if self._known[0] != numbers.others:  # most of what is new later is on instances
            every = mask = 0
            for part in self.parts:
                if part.flat:
                    of = numbers.by_path.get(part.path, 0)
                    every |= of
                    mask |= part.mask(of, numbers)
            self._known = numbers.others, every, mask
        return self._known[1:]


def _count_brought(rights: MaskedRights, role: Text, report: Report) -> None:
    """Count what is brought by the parents and the grants of a *role*, one after the other."""
    what, mask, held = f"role `{role}`", 0, 0
    for parent in rights.parents:
        report.steps(len(parent), what, role.span)
        mask |= parent.mask
        number = mask.bit_count()
        report.lines(number - held, what, role.span)
        held = number
    for entry, part in zip(rights.grants, rights.parts, strict=True):
        if part.steps:
            report.steps(part.steps, f"`{entry.text}`", entry.span)
        mask |= part.mask
        number = mask.bit_count()
        report.lines(number - held, what, entry.span)
        held = number


def _count_taken(
    excepted: Sequence[GrantEntry],
    known: Sequence[_KnownTakes],
    rights: MaskedRights,
    idle: Sequence[GrantEntry],
    report: Report,
) -> None:
    """Count the steps to take what is *excepted* from *rights*, one after the other.

    Those that take nothing are reported in between, since counting may end early.
    """
    held, by_path = rights.before, rights.numbers.by_path
    for entry, takes in zip(excepted, known, strict=True):
        looks = [part.steps(held & by_path.get(part.path, 0)) for part in takes.parts]
        report.steps_in_turn([*takes.steps, *looks], f"`{entry.text}`", entry.span)
        if entry in idle:
            problems.nothing_excepted(report, entry)


@dataclass(slots=True)
class _Steps(Report):
    """Remembers the steps, one after the other."""

    numbers: list[int] = field(default_factory=list)

    def steps(self, number: int, what: str, at: Span) -> None:  # noqa: ARG002
        self.numbers.append(number)


class MaskedRoles:
    """Makes the rights of roles; each entry is looked up once, and then it is a number.

    INVARIANT: `_parts` and `_takes` have only grants that `known` keeps for as long as this lasts. No other
    grant can have the id of one of them, so what is found by id is what `known` would say.
    """

    def __init__(self, catalog: Catalog, known: KnownEntries, *, alike: bool = True) -> None:
        """With *alike*, many roles are made that hold much of the same; few others are made one by one."""
        self._catalog = catalog
        self.known = known
        self._numbers = RightNumbers()
        self._free = alike and not any(map(catalog.entries, ("implies", "requires", "recommends")))
        self._parts: dict[int, KnownPart] = {}
        self._takes: dict[int, _KnownTakes | None] = {}

    def begin(self, parents: Sequence[Role], grants: Sequence[GrantEntry], role: str) -> MaskedRights | None:
        """What a *role* holds of its parents and grants; None where an entry has to be read each time."""
        if not self._free:
            return None
        above: list[MaskedRights] = []
        for parent in parents:
            if not isinstance(parent.rights, MaskedRights):
                return None
            above.append(parent.rights)
        parts: list[KnownPart] = []
        for entry in grants:
            part = self._parts.get(id(entry.grant)) or self._part(entry.grant)
            if part is None or len(self._numbers.rights) > _MOST:
                return None
            parts.append(part)
        return MaskedRights(self._numbers, role, above, grants, parts)

    def _part(self, grant: Grant) -> KnownPart | None:
        """What *grant* brings; None where it has to be read each time."""
        known = self.known.worked_out(grant) if len(self._numbers.rights) <= _MOST else None
        if known is None:
            return None
        _, whole, looked_at = known
        part = self._parts[id(grant)] = KnownPart(whole, STAR * looked_at, self._numbers.mask(whole))
        return part

    def bring(self, rights: MaskedRights, report: Report, role: Text) -> None:
        """Set the bits of *rights*, those of a *role*, and count them."""
        mask = steps = 0
        for parent in rights.parents:
            steps += parent.mask.bit_count()
            mask |= parent.mask
        for part in rights.parts:
            steps += part.steps
            mask |= part.mask
        rights.mask = mask
        report.at_once(mask.bit_count(), steps, partial(_count_brought, rights, role))

    def touched(self, grants: Sequence[GrantEntry]) -> Brought:
        """The permissions of which each of *grants*, all of which are known, brings something."""
        known = ((entry, self.known.known(entry.grant)) for entry in grants)
        return [(entry, found[0]) for entry, found in known if found is not None]

    def take(self, rights: MaskedRights, excepted: Sequence[GrantEntry], report: Report, whole: bool) -> bool:
        """Take away what *excepted* names; False where an entry has to be read each time: nothing is taken.

        An entry that takes nothing is reported only when the *whole* role is known.
        """
        known: list[_KnownTakes] = []
        for entry in excepted:
            takes = self._takes_of(entry.grant)
            if takes is None:
                return False
            known.append(takes)
        held = left = rights.mask
        steps, idle = 0, list[GrantEntry]()
        for entry, takes in zip(excepted, known, strict=True):
            before = left
            of, mask = takes.flat(self._numbers)
            left &= ~mask
            steps += takes.fixed + 2 * (held & of).bit_count()
            for part in takes.deep:
                of = self._numbers.by_path.get(part.path, 0)
                steps += part.steps(held & of)
                left &= ~part.mask(of, self._numbers)
            if left == before:
                idle.append(entry)
        idle = idle if whole else []
        report.at_once(0, steps, partial(_count_taken, excepted, known, rights, idle))
        for entry in idle:
            problems.nothing_excepted(report, entry)
        rights.mask = left
        if any(takes.fields for takes in known):
            check_fields(excepted, (), self._catalog, report, held=rights)
        return True

    def _takes_of(self, grant: Grant) -> _KnownTakes | None:
        """What *grant* takes away; None where something is reported of it, or it names an instance."""
        if not self.known.keeps(grant):
            return None
        if id(grant) not in self._takes:
            self._takes[id(grant)] = self._work_out(grant)
        return self._takes[id(grant)]

    def _work_out(self, grant: Grant) -> _KnownTakes | None:
        counted = _Steps()
        taken = take(GrantEntry(grant, "", Span("")), self._catalog, counted)
        if counted.diagnostics or any(taking.obj is not None for taking in taken):
            return None
        parts = []
        for taking in taken:
            permission = taking.permission
            every = permission.scope_names
            scopes = None if taking.scopes == every else frozenset(taking.scopes)
            parts.append(_Taken(permission.path, scopes, len(every), not permission.chain))
        passed = grant.star and grant.scope is not None
        fields = passed and any(fields_passed_over(grant.path, grant.scope or "", self._catalog))
        return _KnownTakes.of(parts, counted.numbers, fields=fields)
