"""What everybody of one policy holds, domain by domain, those included whom no file names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rolegate.compiled.names import FULL, is_user, of_role, role_name, team_name
from rolegate.encoding import decode, encode
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import visible
from rolegate.review.access import DomainAccess, SideAccess
from rolegate.review.cells import Cells, Paths, paths_in
from rolegate.review.differences import PolicySide, meant_there, subjects_at
from rolegate.review.paired_permissions import own_permissions


@dataclass(frozen=True, slots=True)
class HeldAccess:
    """The access in one domain, `:full` for roles without one.

    `named` are the subjects that lines name, and one whom none names; `declared` are the default roles, the
    custom roles and the teams that the domain can use, whether a line names them or not. A default role in
    whose place the domain has another one is neither: its name means that one.
    """

    dom: str
    cells: Cells
    access: DomainAccess
    named: Sequence[str]
    declared: Sequence[str]
    _known: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _holdings: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)
    _users: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def held(self, sub: str) -> int:
        """The cells that are allowed to *sub*; each is worked out once, however many ask."""
        found = self._known.get(sub)
        if found is None:
            found = self._known[sub] = self.access.held(sub)
        return found

    @property
    def holdings(self) -> Mapping[str, int]:
        """What each of `named` holds, in their order; many rules look at all of it."""
        if not self._holdings:
            self._holdings.update((sub, self.held(sub)) for sub in self.named)
        return self._holdings

    @property
    def users(self) -> Mapping[str, int]:
        """The same of the users alone, one whom no line names included."""
        if not self._users:
            self._users.update((sub, held) for sub, held in self.holdings.items() if is_user(sub))
        return self._users

    @property
    def domain(self) -> str | None:
        """The name of the domain; None for roles without one."""
        return None if self.dom == FULL else decode(self.dom)


def held_access(side: PolicySide, asked: Paths) -> Iterator[HeldAccess]:
    """What is held in each domain, asked on the instances that lines name, and on those *asked*."""
    lines, catalog = side.lines, side.resolved.catalog
    pairs = own_permissions(catalog)
    shared = asked | paths_in(line.obj for known in lines.shared.values() for line in known)
    by_paths: dict[Paths, tuple[Cells, SideAccess]] = {}
    shared_roles = {name: role_name(name, None) for name in side.resolved.roles.names(None)}
    doms = [FULL, *(encode(name) for name in side.resolved.domains.names)]
    for dom in doms:
        paths = shared | paths_in(line.obj for line in lines.own.get(dom, ()))
        if paths not in by_paths:
            cells = Cells(pairs, (catalog,), paths)
            by_paths[paths] = (cells, SideAccess(lines, cells, 0))
        cells, access = by_paths[paths]
        declared = _declared(side.resolved, dom, shared_roles)
        named = [sub for sub in subjects_at((lines,), dom) if meant_there(side.resolved, sub, dom) == sub]
        yield HeldAccess(dom, cells, access.at(dom), named, declared)


def _declared(resolved: Resolved, dom: str, shared: Mapping[str, str]) -> list[str]:
    """The roles and teams of a domain; *shared* has the default roles, with their names in lines."""
    if dom == FULL:
        return list(shared.values())
    domain, roles = decode(dom), resolved.roles
    outward = resolved.domains.outward(domain)
    versioned = (name for name in roles.versions if name in shared)
    here = dict(shared) if not roles.versions else {**shared, **dict(_versions(resolved, versioned, domain))}
    found = dict.fromkeys(here.values())
    for owner in outward:
        for name in roles.names(owner):
            key = visible(roles, name, domain, resolved.domains)
            if key is not None:
                found[of_role(roles[key])] = None
    for owner in outward:
        for team in resolved.domains[owner].teams:
            found[team_name(str(team), owner)] = None
    return list(found)


def _versions(resolved: Resolved, names: Iterable[str], domain: str) -> Iterator[tuple[str, str]]:
    """What default roles of which some domain has a version are called in lines of *domain*."""
    for name in names:
        key = visible(resolved.roles, name, domain, resolved.domains)
        if key is not None:
            yield name, of_role(resolved.roles[key])
