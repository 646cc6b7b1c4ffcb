"""What two policies answer differently, exactly: who gains and who loses which cells, where."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import CompiledPolicy
from rolegate.compiled.names import (
    EVERYONE,
    FULL,
    STRANGER,
    is_role,
    is_team,
    parse_subject,
    role_name,
    unlimited,
)
from rolegate.encoding import decode
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.binding_moments import moments_of
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import visible
from rolegate.review.access import DomainAccess, LinesOfDomains, SameAccess, SideAccess
from rolegate.review.cells import Cells, Paths, paths_in
from rolegate.review.moved_subjects import MovedSubjects
from rolegate.review.paired_names import PairedNames
from rolegate.review.paired_permissions import PairedPermission

OnBothSides = tuple[str, str]
"""What one thing is called in the lines of the older and of the newer side."""


@dataclass(frozen=True, slots=True)
class SubjectDifference:
    """The cells that one subject gains and loses in one domain, `:full` for roles without a domain.

    `sub` and `dom` are names in compiled lines of the newer side, `was` those of the older one; `before` and
    `after` are everything that it holds.
    """

    sub: str
    dom: str
    before: int
    after: int
    cells: Cells
    was: tuple[str, str]

    def names(self, number: int) -> tuple[str, str]:
        """The subject and the domain as the older side, 0, or the newer one, 1, calls them."""
        return (self.sub, self.dom) if number else self.was

    @property
    def gained(self) -> int:
        return self.after & ~self.before

    @property
    def lost(self) -> int:
        return self.before & ~self.after

    def is_part_of(self, other: SubjectDifference) -> bool:
        """Whether everything gained is gained by *other* as well, and everything lost is lost by it.

        An instance that no line names where *other* is, is there one that none names.
        """
        parts = ((self.gained, other.gained), (self.lost, other.lost))
        if self.cells is other.cells:
            return not any(mine & ~theirs for mine, theirs in parts)
        return all(
            other.cells.bit_of(cell) & theirs for mine, theirs in parts for cell in self.cells.of(mine)
        )


@dataclass(frozen=True, slots=True)
class PolicySide:
    """One of two policies that are compared, at one time."""

    resolved: Resolved
    compiled: CompiledPolicy
    _lines: list[LinesOfDomains] = field(default_factory=list, init=False, repr=False, compare=False)

    @classmethod
    def at(cls, resolved: Resolved, moment: datetime) -> PolicySide:
        return cls(resolved, compile_policy(resolved, moment))

    @classmethod
    def of(cls, snapshot: Snapshot) -> PolicySide:
        """That of *snapshot*, which keeps it: a review looks at it for several reasons."""
        return snapshot.kept(cls, lambda: cls._made_of(snapshot))

    @classmethod
    def _made_of(cls, snapshot: Snapshot) -> PolicySide:
        made = cls(snapshot.resolved, snapshot.compiled)
        links = snapshot.lookup.links
        made._lines.append(LinesOfDomains.of(snapshot.resolved.catalog, snapshot.compiled, links))
        return made

    @property
    def lines(self) -> LinesOfDomains:
        """The lines by domain; sorted out once."""
        if not self._lines:
            self._lines.append(LinesOfDomains.of(self.resolved.catalog, self.compiled))
        return self._lines[0]


def differences(
    old: PolicySide, new: PolicySide, pairs: Sequence[PairedPermission]
) -> Iterator[SubjectDifference]:
    """Each subject whose access differs, by domain: roles first, then teams, users, and everybody else.

    *pairs* are the permissions of both sides.
    """
    same: SameAccess | None = None
    plain = _unversioned(old.resolved) & _unversioned(new.resolved)
    for doms, subs, cells, (before, after) in _held(old, new, pairs):
        if same is None or same.sides[0] is not before:
            same = SameAccess((before, after))
        unsure = [names for names in subs if names[0] != names[1] or not same.of(names[1])]
        unsure += (names for names in subs if is_role(names[1]) and names[1] not in plain)
        for names in sorted(set(unsure), key=_place):
            meant = (
                meant_there(old.resolved, names[0], doms[0]),
                meant_there(new.resolved, names[1], doms[1]),
            )
            if meant == (names[1], names[1]) and same.of(names[1]):
                continue
            was, now = before.held(meant[0]), after.held(meant[1])
            if was != now:
                yield SubjectDifference(names[1], doms[1], was, now, cells, (names[0], doms[0]))


def _unversioned(resolved: Resolved) -> frozenset[str]:
    """The default roles whose names mean the same in every domain."""
    names = (name for name in resolved.roles.names(None) if not resolved.roles.versions.get(name))
    return frozenset(role_name(name, None) for name in names)


def meant_there(resolved: Resolved, sub: str, dom: str) -> str:
    """Whom the name of *sub* means in a domain, which may have its own version of a default role."""
    if dom == FULL or not is_role(sub):
        return sub
    name = parse_subject(sub)
    if name.domain is not None or decode(dom) not in resolved.domains.by_name:
        return sub
    key = visible(resolved.roles, name.name, decode(dom), resolved.domains)
    return sub if key is None else role_name(key[1], key[0])


def can_be_asked(resolved: Resolved, sub: str, dom: str) -> bool:
    """Whether a question in a domain can be about *sub*: its name may mean another role or team there."""
    if dom == FULL or not is_team(sub) or decode(dom) not in resolved.domains.by_name:
        return meant_there(resolved, sub, dom) == sub
    team = parse_subject(sub)
    return resolved.domains.team_owner(team.name, decode(dom)) == team.domain


def held_on_both(
    old: PolicySide, new: PolicySide, pairs: Sequence[PairedPermission]
) -> Iterator[SubjectDifference]:
    """Each subject in each domain with what it holds on either side, the same or not."""
    for doms, subs, cells, (before, after) in _held(old, new, pairs, everywhere=True):
        for names in sorted(subs, key=_place):
            was = before.held(meant_there(old.resolved, names[0], doms[0]))
            now = after.held(meant_there(new.resolved, names[1], doms[1]))
            yield SubjectDifference(names[1], doms[1], was, now, cells, (names[0], doms[0]))


def compared(
    old: PolicySide, new: PolicySide, pairs: Sequence[PairedPermission]
) -> Iterator[tuple[str, str, Cells]]:
    """Each subject and domain that `differences` compares, and the cells that can be told apart there."""
    for doms, subs, cells, _ in _held(old, new, pairs):
        yield from ((names[1], doms[1], cells) for names in sorted(subs, key=_place))


def _held(
    old: PolicySide, new: PolicySide, pairs: Sequence[PairedPermission], *, everywhere: bool = False
) -> Iterator[tuple[OnBothSides, Collection[OnBothSides], Cells, tuple[DomainAccess, DomainAccess]]]:
    """Everybody in each domain whose lines differ, or *everywhere*: their names on both sides, unsorted."""
    sides = (old.lines, new.lines)
    paired = PairedNames.of(old.resolved, new.resolved)
    catalogs = (old.resolved.catalog, new.resolved.catalog)
    shared = paths_in(line.obj for side in sides for lines in side.shared.values() for line in lines)
    moved = MovedSubjects.of(old.resolved, new.resolved)
    versions = (old.resolved.roles.versions, new.resolved.roles.versions)
    by_paths: dict[Paths, tuple[Cells, SideAccess, SideAccess]] = {}
    doms = paired.pairs({FULL, *sides[0].offered}, {FULL, *sides[1].offered})
    for was, dom in sorted(doms, key=lambda names: (names[1] != FULL, names[1])):
        alike = catalogs[0] == catalogs[1] and versions[0] == versions[1] and not paired.subjects
        if not everywhere and alike and was == dom and _same(sides, dom):
            continue
        own = (*sides[0].own.get(was, ()), *sides[1].own.get(dom, ()))
        named = shared | paths_in(line.obj for line in own)
        if named not in by_paths:
            cells = Cells(pairs, catalogs, named)
            by_paths[named] = (cells, SideAccess(sides[0], cells, 0), SideAccess(sides[1], cells, 1))
        cells, before, after = by_paths[named]
        held = (before.at(was), after.at(dom))
        subs = paired.pairs(_named_at(sides[:1], was), _named_at(sides[1:], dom))
        yield (was, dom), moved.pairs(subs, (was, dom)), cells, held


def _place(names: OnBothSides) -> tuple[bool, bool, bool, str]:
    """Roles come before teams and users, and everybody else comes last."""
    sub = names[1]
    return (sub == STRANGER, not is_role(sub), not is_team(sub), sub)


def _same(sides: tuple[LinesOfDomains, LinesOfDomains], dom: str) -> bool:
    """Whether both sides have the same lines in a domain."""
    old, new = sides
    return (
        old.offered.get(dom) == new.offered.get(dom)
        and all(old.shared.get(name) == new.shared.get(name) for name in old.offered.get(dom, ()))
        and old.own.get(dom) == new.own.get(dom)
        and old.links.get(dom) == new.links.get(dom)
    )


def subjects_at(sides: Sequence[LinesOfDomains], dom: str) -> list[str]:
    """Everybody whom a line of one of the sides names in a domain, and one whom none names."""
    found = _named_at(sides, dom)
    roles, teams = set(filter(is_role, found)), set(filter(is_team, found))
    users = sorted(found - roles - teams - {STRANGER})
    return [*sorted(roles), *sorted(teams), *users, *([STRANGER] if STRANGER in found else ())]


def _named_at(sides: Sequence[LinesOfDomains], dom: str) -> set[str]:
    """The same, in any order."""
    subs: set[str] = set()
    for side in sides:
        subs |= side.subjects_at(dom)
        links = side.links.get(dom, {})
        subs |= links.keys()
        subs.update(*links.values())
    found = set(map(unlimited, subs))
    if dom == FULL:
        return set(filter(is_role, found))
    return (found - {EVERYONE}) | {STRANGER}


def moments(sides: Iterable[Resolved], since: datetime) -> tuple[datetime, ...]:
    """*since*, and each later moment at which a line of one of the sides begins or ends."""
    changes = {moment for side in sides for moment in moments_of(side.bindings)}
    return (since, *sorted(moment for moment in changes if moment > since))
