"""Works out the rights of roles as bits, where permissions do not depend on each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog
from rolegate.catalog.scoped_fields import fields_passed_over
from rolegate.diagnostics import Report, Span
from rolegate.grants import problems
from rolegate.grants.entries import STAR
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.known_entries import KnownEntries
from rolegate.grants.masked_rights import KnownPart, MaskedRights, Part, RightNumbers, bits
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
    """What an entry of `except` takes, the steps to know it, and whether it may pass over fields."""

    parts: list[_Taken]
    steps: list[int]
    fields: bool


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

    def __init__(self, catalog: Catalog, known: KnownEntries) -> None:
        self._catalog = catalog
        self.known = known
        self._numbers = RightNumbers()
        self._free = not any(map(catalog.entries, ("implies", "requires", "recommends")))
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
        parts: list[Part] = []
        for entry in grants:
            if len(self._numbers.rights) > _MOST:
                return None
            part = self._parts.get(id(entry.grant))
            if part is None:
                known = self.known.known(entry.grant)
                if known is None:
                    return None
                part = self._parts[id(entry.grant)] = (*known, self._numbers.mask(known[1]))
            parts.append((entry, part))
        return MaskedRights(self._numbers, role, above, parts)

    def bring(self, rights: MaskedRights, report: Report, what: str, at: Span) -> Brought:
        """Set the bits of *rights*, and count them as they are added; what each entry touches."""
        mask = held = 0
        for parent in rights.parents:
            report.steps(len(parent), what, at)
            mask |= parent.mask
            number = mask.bit_count()
            report.lines(number - held, what, at)
            held = number
        brought: Brought = []
        for entry, (touched, _, looked_at, part) in rights.entries:
            if looked_at:
                report.steps(STAR * looked_at, f"`{entry.text}`", entry.span)
            brought.append((entry, touched))
            mask |= part
            number = mask.bit_count()
            report.lines(number - held, what, entry.span)
            held = number
        rights.mask = mask
        return brought

    def take(self, rights: MaskedRights, excepted: Sequence[GrantEntry], report: Report, whole: bool) -> bool:
        """Take away what *excepted* names; False where an entry has to be read each time: nothing is taken.

        An entry that takes nothing is reported only when the *whole* role is known.
        """
        known = [self._takes_of(entry.grant) for entry in excepted]
        held = left = rights.mask
        if None in known:
            return False
        for entry, takes in zip(excepted, known, strict=True):
            assert takes is not None  # noqa: S101 - looked at above
            before, steps = left, list(takes.steps)
            for part in takes.parts:
                of = self._numbers.by_path.get(part.path, 0)
                steps.append(part.steps(held & of))
                left &= ~part.mask(of, self._numbers)
            report.steps_in_turn(steps, f"`{entry.text}`", entry.span)
            if left == before and whole:
                problems.nothing_excepted(report, entry)
        rights.mask, rights.taken = left, held & ~left
        if any(takes is not None and takes.fields for takes in known):
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
        return _KnownTakes(parts, counted.numbers, fields)
