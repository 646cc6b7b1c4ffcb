"""What other lines give to the holders of custom roles: nothing that no custom role may hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import RelatedSpan, Report
from rolegate.grants import binding_problems
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.domains import Domains
from rolegate.grants.given_roles import given_roles, where_it_holds
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right
from rolegate.grants.role_checks import RuledOut, ruled_out
from rolegate.grants.roles import Origin, Rights, Role, RoleKey, close

Customs = dict[str | None, dict[str, Binding]]
"""For each user, the domains in which they hold a custom role, with the line that gives it.

None is everyone: whoever is asked about holds what is under it, named or not.
"""


@dataclass(frozen=True, slots=True)
class _Never:
    """What no custom role may hold, by permission."""

    takes: RuledOut

    def first(self, rights: Iterable[Right]) -> tuple[Right, GrantEntry] | None:
        """The first of *rights* that is ruled out, and what rules it out."""
        for right in rights:
            for take, entry in self.takes.get(right.path, ()):
                if take.hits(right):
                    return right, entry
        return None


def check_holders(bindings: tuple[Binding, ...], catalog: Catalog, domains: Domains, report: Report) -> None:
    """Report what other lines give to holders of custom roles although no custom role may hold it.

    A line of grants for them, or for a team they are in, is an error. A default role is a warning, since
    somebody may well have it on purpose.
    """
    never = _Never(ruled_out(catalog, report))
    customs = _customs(bindings, domains) if never.takes else {}
    held = _HeldBeside(never, catalog, report)
    for line in bindings if customs else ():
        told: set[str | None] = set()
        for role, where in _given(line, domains, report):
            found = held.first(line, role)
            # A warning may be accepted, so each user has one; the first is enough for an error.
            beside = _beside(line, where, customs, domains, report) if found is not None else iter(())
            for user, custom in beside if role is not None else islice(beside, 1):
                if found is not None and user not in told:
                    told.add(user)
                    _report(line, role, found, user, custom, report)


@dataclass(frozen=True, slots=True)
class _HeldBeside:
    """What lines give of what no custom role may hold; what a role gives is looked at once."""

    never: _Never
    catalog: Catalog
    report: Report
    _seen: dict[RoleKey, _Found | None] = field(default_factory=dict)

    def first(self, line: Binding, role: Role | None) -> _Found | None:
        """The first right that *line* gives with *role*, or by its grants, and that is ruled out."""
        if role is not None and not line.limited and role.key in self._seen:
            return self._seen[role.key]
        own = _rights(line, role)
        what = "a line of bindings"
        self.report.steps(4 * len(own), what, line.span)
        hidden = close(dict(own), self.catalog, self.report, what, line.span)
        whole = {**own, **hidden}
        hit = self.never.first(whole)
        found = None if hit is None else _Found(*hit, whole[hit[0]])
        if role is not None and not line.limited:
            self._seen[role.key] = found
        return found


class _Found(NamedTuple):
    """A right that is ruled out, what rules it out, and why it is held."""

    right: Right
    by: GrantEntry
    origin: Origin


def _given(line: Binding, domains: Domains, report: Report) -> Iterable[tuple[Role | None, tuple[str, ...]]]:
    """What *line* gives, by the domains in which it does: roles, or None for what it grants."""
    return given_roles(line, domains, report) if line.role else [(None, where_it_holds(line, domains))]


def _report(
    line: Binding, role: Role | None, found: _Found, user: str | None, custom: Binding, report: Report
) -> None:
    assert custom.role is not None  # noqa: S101 - a line that gives a custom role
    name = custom.role.name
    places = [
        RelatedSpan(custom.span, f"`{name}` is bound here"),
        RelatedSpan(found.by.span, f"`{found.by.text}` is ruled out here"),
    ]
    if role is not None:
        binding_problems.role_beside_custom(report, line, role.name, found.right, user, name, places)
    else:
        span = found.origin.written
        binding_problems.grant_beside_custom(report, span, found.right, user, name, places)


def _customs(bindings: tuple[Binding, ...], domains: Domains) -> Customs:
    customs: Customs = {}
    for line in bindings:
        if line.role is not None and line.role.custom:
            for user in _users(line.subject, domains):
                for domain in where_it_holds(line, domains):
                    customs.setdefault(user, {}).setdefault(domain, line)
    return customs


def _beside(
    line: Binding, where: tuple[str, ...], customs: Customs, domains: Domains, report: Report
) -> Iterator[tuple[str | None, Binding]]:
    """Each user of *line* who holds a custom role in one of the domains *where*; None is everyone."""
    for user in _users(line.subject, domains):
        # A user holds what everyone does, and everyone is each of the users.
        for one in customs if user is None else (user,):
            for holder in (one, None) if user is not None else (one,):
                held = customs.get(holder, {})
                report.steps(len(where) // 4 if held else 0, "the domains of a line", line.span)
                custom = next((held[domain] for domain in where if domain in held), None) if held else None
                if custom is not None:
                    yield one, custom
                    break


def _users(subject: BindingSubject, domains: Domains) -> Iterator[str | None]:
    if subject.kind == "everyone":
        yield None
    elif subject.kind == "user":
        yield subject.name
    elif subject.kind == "team" and subject.domain is not None:
        yield from (str(user) for user in domains[subject.domain].teams[subject.name])


def _rights(line: Binding, role: Role | None) -> Rights:
    if line.rights is not None:
        return line.rights
    if role is None or role.custom:  # what a custom role holds is reported of the role
        return {}
    if line.limited:
        return {right: origin for copy in line.copies for right, origin in copy.rights.items()}
    return role.rights
