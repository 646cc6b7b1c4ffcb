"""What lines of bindings do with kinds of roles: whom they give more, and where."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import RelatedSpan, Report
from rolegate.grants import role_kind_problems as problems
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.blame import Blame
from rolegate.grants.domains import Domains
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right
from rolegate.grants.role_kinds import KindRule, kind_rules
from rolegate.grants.roles import Rights, RoleKey, close

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
) -> None:
    """Report what lines give to holders of a kind of role although no role of that kind may ever hold it.

    A line of grants for them, or for a team they are in, is an error. Another role is a warning, since
    somebody may well have it on purpose. A role of a kind that does not exist where the line holds is
    reported as well. An error is the fault of the innermost domain with a file that it takes.
    """
    blame = Blame(report) if blame is None else blame
    for rule in kind_rules(catalog, report).values():
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
    seen: dict[RoleKey | None, tuple[tuple[Right, GrantEntry] | None, Rights]] = {}
    for line in bindings if holders else ():
        key = None if line.role is None or line.limited else line.role.key
        if key is None or key not in seen:
            own = _rights(line, rule)
            what = "a line of bindings"
            report.steps(4 * len(own), what, line.span)
            hidden = close(dict(own), catalog, report, what, line.span)
            whole = {**own, **hidden}
            seen[key] = rule.first_ruled_out(whole), whole
        found, rights = seen[key]
        if found is None:
            continue
        (right, entry) = found
        # A warning may be accepted, so each user has one; for an error, the first of each tenant is enough.
        told: set[str | None] = set()
        for user, holding in _beside(line, holders, domains, report):
            assert holding.role is not None  # noqa: S101 - a line that gives a role of the kind
            places = [
                RelatedSpan(holding.span, f"`{holding.role.name}` is bound here"),
                RelatedSpan(entry.span, f"`{entry.text}` is ruled out here"),
            ]
            if line.role is not None:
                problems.role_beside_kind(report, line, right, user, holding.role, places)
                continue
            owner = blame.innermost(_files(line, holding, user, domains), domains)
            if owner not in told:
                told.add(owner)
                with blame.on(owner, None):
                    span = rights[right].written
                    problems.grant_beside_kind(report, span, right, user, holding.role, places)


def _files(line: Binding, holding: Binding, user: str | None, domains: Domains) -> Iterator[str]:
    """The files that say that *line* gives something to *user*, and that *holding* gives a role of a kind."""
    for one in (line, holding):
        yield one.span.file
        if one.subject.kind == "team" and one.subject.domain is not None:
            members = domains[one.subject.domain].teams[one.subject.name]
            yield from (member.span.file for member in members if member == user)
    if holding.role is not None and holding.role.kind is not None and holding.role.kind.name is not None:
        yield holding.role.span.file


def _holders(rule: KindRule, bindings: tuple[Binding, ...], domains: Domains) -> Holders:
    holders: Holders = {}
    for line in bindings:
        if line.role is not None and line.role.kind is not None and line.role.kind.name == rule.kind.name:
            for user in _users(line.subject, domains):
                for domain in _where(line, domains):
                    holders.setdefault(user, {}).setdefault(domain, line)
    return holders


def _beside(
    line: Binding, holders: Holders, domains: Domains, report: Report
) -> Iterator[tuple[str | None, Binding]]:
    """Each user of *line* who holds a role of the kind where the line holds as well, with the lines of it.

    None is everyone. For a line that gives a role, the first line is enough.
    """
    where = _where(line, domains)
    for user in _users(line.subject, domains):
        # A user holds what everyone does, and everyone is each of the users.
        for one in holders if user is None else (user,):
            for holder in (one, None) if user is not None else (one,):
                held = holders.get(holder, {})
                report.steps(len(where) // 4 if held else 0, "the domains of a line", line.span)
                found = list({id(held[domain]): held[domain] for domain in where if domain in held}.values())
                if found:
                    yield from ((one, line_of_kind) for line_of_kind in found[: 1 if line.role else None])
                    break


def _users(subject: BindingSubject, domains: Domains) -> Iterator[str | None]:
    if subject.kind == "everyone":
        yield None
    elif subject.kind == "user":
        yield subject.name
    elif subject.kind == "team" and subject.domain is not None:
        yield from (str(user) for user in domains[subject.domain].teams[subject.name])


def _where(line: Binding, domains: Domains) -> tuple[str, ...]:
    """The domains in which *line* holds."""
    return (line.domain,) if line.limited else domains.inside(line.domain)


def _rights(line: Binding, rule: KindRule) -> Rights:
    """What *line* gives beside roles of the kind: what one of these holds is reported of the role."""
    if line.rights is not None:
        return line.rights
    if line.role is None or (line.role.kind is not None and line.role.kind.name == rule.kind.name):
        return {}
    if line.limited:
        return {right: origin for copy in line.copies for right, origin in copy.rights.items()}
    return line.role.rights
