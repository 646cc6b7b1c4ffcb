"""Roles that extend a restricted role: their holders keep what it takes, unless they lose it as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rolegate.diagnostics import Report
from rolegate.encoding import encode
from rolegate.grants import binding_problems
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.given_roles import given_roles, restricted_roles
from rolegate.grants.rights import Right, covers
from rolegate.grants.roles import Role, RoleKey, Roles, name_in
from rolegate.grants.takes import Take


def warn_of_heirs(bindings: tuple[Binding, ...], roles: Roles, domains: Domains, report: Report) -> None:
    """Report each role that extends a restricted one, is bound there and keeps what the restriction takes."""
    restricting: dict[RoleKey, list[Binding]] = {}
    for line in bindings:
        for key, _ in restricted_roles(line, domains, report):
            restricting.setdefault(key, []).append(line)
    if not restricting:
        return
    bound: dict[RoleKey, set[str]] = {}
    for line in bindings:
        for role, where in given_roles(line, domains, report):
            report.steps(len(where) // 4, "the domains of a line", line.span)
            bound.setdefault(role.key, set()).update(where)
    heirs = _Heirs(restricting, bound, roles, domains, report)
    for line in bindings:
        for key, where in restricted_roles(line, domains, report):
            for role, right in heirs.of(line, key, frozenset(where)):
                binding_problems.heir_keeps(report, line, key[1], heirs.called(role, line), right)


@dataclass(frozen=True, slots=True)
class _Heirs:
    """The roles of a set, with the restrictions on their holders and the domains in which they are bound."""

    restricting: dict[RoleKey, list[Binding]]
    bound: dict[RoleKey, set[str]]
    roles: Roles
    domains: Domains
    report: Report
    _taken: dict[int, dict[str, list[Take]]] = field(default_factory=dict)

    def of(self, line: Binding, key: RoleKey, inside: frozenset[str]) -> Iterator[tuple[Role, Right]]:
        """The roles that extend the role of *key*, which *line* restricts in the domains *inside*.

        Each comes with a right that it keeps.
        """
        what = f"the restriction on {line.subject.words}"
        self.report.steps(len(self.roles) + len(inside), what, line.span)
        for role in self.roles.values():
            here = self.bound.get(role.key, set())
            if inside.isdisjoint(here) or not _extends(role, key, self.roles):
                continue
            others = self.restricting.get(role.key, ())
            near = inside.union(self.domains.outward(line.domain)) if others else inside
            lasting = [
                other
                for other in others
                if other.domain in near and _lasts(other, line) and self._restricts(other, role, here)
            ]
            self.report.steps(len(role.rights) * (1 + 8 * len(lasting)) // 32, what, line.span)
            right = self._kept(role, line, here & inside, lasting)
            if right is not None:
                yield role, right

    def _restricts(self, line: Binding, role: Role, here: set[str]) -> bool:
        """Whether *line* is about the holders of *role* wherever it holds among the domains *here*."""
        if not line.versions:
            return True
        subjects = (
            line.subject_in(name, self.domains) for name in here if line.domain in self.domains.outward(name)
        )
        return all((subject.domain, subject.name) == role.key for subject in subjects)

    def called(self, role: Role, line: Binding) -> str:
        """What *role* is called in the domain of *line*: with its domain, where it is not known there."""
        known = name_in(role, line.domain, self.roles, self.domains)
        if known is not None or role.domain is None:
            return known or role.name
        return f"{encode(role.domain)}/{encode(role.name)}"

    def _kept(self, role: Role, line: Binding, here: set[str], lasting: Sequence[Binding]) -> Right | None:
        """The first right that *line* takes and that holders of *role* keep somewhere *here*.

        *lasting* restrict *role* itself, for all the time of *line* and where it may hold.
        """
        taken = self._by_path(line)
        lost_by: set[frozenset[str]] = set()  # the domains of restrictions that were seen to be enough
        for right in role.rights:
            for take in taken.get(right.path, ()):
                if not take.hits(right):
                    continue
                where = frozenset(
                    other.domain
                    for other in lasting
                    if any(_as_much(own, take, right) for own in self._by_path(other).get(right.path, ()))
                )
                if where not in lost_by and not self._all_lie_in(here, where, line):
                    return right
                lost_by.add(where)
        return None

    def _all_lie_in(self, here: set[str], where: frozenset[str], line: Binding) -> bool:
        """Whether each domain of *here* is one of *where*, or inside one."""
        self.report.steps(len(here) // 4, f"the restriction on {line.subject.words}", line.span)
        return all(not where.isdisjoint(self.domains.outward(name)) for name in here)

    def _by_path(self, line: Binding) -> dict[str, list[Take]]:
        """What *line* takes, by permission."""
        found = self._taken.get(id(line))
        if found is None:
            found = self._taken[id(line)] = {}
            for take, _ in line.takes:
                found.setdefault(take.permission.path, []).append(take)
        return found


def _as_much(other: Take, take: Take, right: Right) -> bool:
    """Whether *other* takes all that *take* takes of *right*."""
    return other.takes(right) or (
        other.hits(right) and other.obj is not None and take.obj is not None and covers(other.obj, take.obj)
    )


def _lasts(line: Binding, other: Binding) -> bool:
    """Whether *line* holds whenever *other* does."""
    begun = line.begins is None or (other.begins is not None and line.begins <= other.begins)
    return begun and (line.until is None or (other.until is not None and other.until <= line.until))


def _extends(role: Role, key: RoleKey, roles: Roles) -> bool:
    """Whether *role* extends the role of *key*, directly or through others."""
    waiting, seen = list(role.parents), set(role.parents)
    for parent in waiting:
        if parent == key:
            return True
        fresh = [above for above in roles[parent].parents if above not in seen] if parent in roles else []
        seen.update(fresh)
        waiting += fresh
    return False
