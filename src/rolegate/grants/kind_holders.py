"""What lines of bindings do with kinds of roles: whom they give more, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import RelatedSpan, Report
from rolegate.grants import role_kind_problems as problems
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.blame import Blame
from rolegate.grants.domains import Domains
from rolegate.grants.given_roles import given_roles, where_it_holds
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right
from rolegate.grants.role_kinds import KindRule, KindRules, kind_rules
from rolegate.grants.roles import Origin, Rights, Role, RoleKey, close

Holders = dict[str | None, dict[str, Binding]]
"""For each user, the domains in which they hold a role of one kind, with the line that gives it.

None is everyone: whoever is asked about holds what is under it, named or not.
"""


def check_holders(
    bindings: tuple[Binding, ...],
    catalog: Catalog,
    domains: Domains,
    report: Report,
    blame: Blame | None = None,
    rules: KindRules | None = None,
) -> None:
    """Report what lines give to holders of a kind of role although no role of that kind may ever hold it.

    A line of grants for them, or for a team they are in, is an error. Another role is a warning, since
    somebody may well have it on purpose. A role of a kind that does not exist where the line holds is
    reported as well. An error is the fault of the innermost domain with a file that it takes.
    """
    blame = Blame(report) if blame is None else blame
    for rule in (kind_rules(catalog, report) if rules is None else rules).values():
        _check_kind(rule, bindings, catalog, domains, blame)
    for line in bindings:
        _check_place(line, domains, report)


def _check_place(line: Binding, domains: Domains, report: Report) -> None:
    """Report a default role where its kind does not exist; others were judged where they are declared."""
    role, here = line.role, domains[line.domain]
    if role is None or role.domain is not None or role.kind is None or not domains.sound:
        return
    if not role.kind.availability.exists_in(here.kind):
        problems.kind_elsewhere(report, line.span, role, here)
    elif not here.offers(role.kind.availability):
        problems.kind_not_offered(report, line.span, role, here)


def _check_kind(
    rule: KindRule, bindings: tuple[Binding, ...], catalog: Catalog, domains: Domains, blame: Blame
) -> None:
    report = blame.report
    holders = _holders(rule, bindings, domains) if rule.never else {}
    given, files = _Given(rule, catalog, report), _Files(domains)
    for line in bindings if holders else ():
        told: set[str | None] = set()
        for role, where in _parts(line, domains, report):
            found = given.first(line, role)
            for user, holding in _beside(line, where, holders, domains, report) if found is not None else ():
                # A warning may be accepted, so each user has one; an error has one for each who is at fault.
                owner = None if role is not None else blame.innermost(files.of(line, holding, user), domains)
                once_for = user if role is not None else owner
                if found is not None and once_for not in told:
                    told.add(once_for)
                    with blame.on(owner, None):
                        _report(line, role, found, user, holding, report)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files that it takes for an error; those of the members of a team are looked up once."""

    domains: Domains
    _members: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)

    def of(self, line: Binding, holding: Binding, user: str | None) -> Iterator[str]:
        """The files that say that *line* gives something to *user*, and *holding* a role of a kind."""
        for binding in (line, holding):
            yield binding.span.file
            if binding.subject.kind == "team" and binding.subject.domain is not None and user is not None:
                yield self._member(binding.subject.domain, binding.subject.name, user)
        role = holding.role
        if role is not None and role.kind is not None and role.kind.name is not None:
            yield role.span.file

    def _member(self, domain: str, team: str, user: str) -> str:
        found = self._members.get((domain, team))
        if found is None:
            found = {str(member): member.span.file for member in self.domains[domain].teams[team]}
            self._members[domain, team] = found
        return found.get(user, "")


class _Found(NamedTuple):
    """A right that is ruled out, what rules it out, and why it is held."""

    right: Right
    by: GrantEntry
    origin: Origin


@dataclass(frozen=True, slots=True)
class _Given:
    """What lines give of what a kind rules out; what a role gives is looked at once."""

    rule: KindRule
    catalog: Catalog
    report: Report
    _seen: dict[RoleKey, _Found | None] = field(default_factory=dict)

    def first(self, line: Binding, role: Role | None) -> _Found | None:
        """The first right that *line* gives with *role*, or by its grants, and that is ruled out."""
        if role is not None and not line.limited and role.key in self._seen:
            return self._seen[role.key]
        own = _rights(line, role, self.rule)
        what = "a line of bindings"
        self.report.steps(4 * len(own), what, line.span)
        hidden = close(dict(own), self.catalog, self.report, what, line.span)
        whole = {**own, **hidden}
        hit = self.rule.first_ruled_out(whole)
        found = None if hit is None else _Found(*hit, whole[hit[0]])
        if role is not None and not line.limited:
            self._seen[role.key] = found
        return found


def _parts(line: Binding, domains: Domains, report: Report) -> Iterable[tuple[Role | None, tuple[str, ...]]]:
    """What *line* gives, by the domains in which it does: roles, or None for what it grants."""
    return given_roles(line, domains, report) if line.role else [(None, where_it_holds(line, domains))]


def _report(
    line: Binding, role: Role | None, found: _Found, user: str | None, holding: Binding, report: Report
) -> None:
    assert holding.role is not None  # noqa: S101 - a line that gives a role of the kind
    places = [
        RelatedSpan(holding.span, f"`{holding.role.name}` is bound here"),
        RelatedSpan(found.by.span, f"`{found.by.text}` is ruled out here"),
    ]
    if role is not None:
        problems.role_beside_kind(report, line, role, found.right, user, holding.role, places)
    else:
        problems.grant_beside_kind(report, found.origin.written, found.right, user, holding.role, places)


def _holders(rule: KindRule, bindings: tuple[Binding, ...], domains: Domains) -> Holders:
    holders: Holders = {}
    for line in bindings:
        if line.role is not None and line.role.kind is not None and line.role.kind.name == rule.kind.name:
            for user in _users(line.subject, domains):
                for domain in where_it_holds(line, domains):
                    holders.setdefault(user, {}).setdefault(domain, line)
    return holders


def _beside(
    line: Binding, where: tuple[str, ...], holders: Holders, domains: Domains, report: Report
) -> Iterator[tuple[str | None, Binding]]:
    """Each user of *line* who holds a role of the kind in one of the domains *where*, with the lines of it.

    None is everyone. For a line that gives a role, the first line is enough.
    """
    for user in _users(line.subject, domains):
        # A user holds what everyone does, and everyone is each of the users.
        for reached in holders if user is None else (user,):
            for holder in (reached, None) if user is not None else (reached,):
                held = holders.get(holder, {})
                report.steps(len(where) // 4 if held else 0, "the domains of a line", line.span)
                found = list({id(held[domain]): held[domain] for domain in where if domain in held}.values())
                if found:
                    yield from ((reached, line_of_kind) for line_of_kind in found[: 1 if line.role else None])
                    break


def _users(subject: BindingSubject, domains: Domains) -> Iterator[str | None]:
    if subject.kind == "everyone":
        yield None
    elif subject.kind == "user":
        yield subject.name
    elif subject.kind == "team" and subject.domain is not None:
        yield from (str(user) for user in domains[subject.domain].teams[subject.name])


def _rights(line: Binding, role: Role | None, rule: KindRule) -> Rights:
    """What *line* gives beside roles of the kind: what one of these holds is reported of the role."""
    if line.rights is not None:
        return line.rights
    if role is None or (role.kind is not None and role.kind.name == rule.kind.name):
        return {}
    if line.limited:
        return {right: origin for copy in line.copies for right, origin in copy.rights.items()}
    return role.rights
