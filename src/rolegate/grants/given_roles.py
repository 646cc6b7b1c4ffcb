"""Which role a line gives, or restricts the holders of, in which domain: each may replace what it names."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.diagnostics import Report
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.roles import Role, RoleKey

_LOOK = 4
"""Domains that are looked at in a step."""


def where_it_holds(line: Binding, domains: Domains) -> tuple[str, ...]:
    """The domains in which *line* holds."""
    return (line.domain,) if line.limited else domains.inside(line.domain)


def given_roles(line: Binding, domains: Domains, report: Report) -> Iterable[tuple[Role, tuple[str, ...]]]:
    """The roles that *line* gives, each with the domains in which it does."""
    if line.role is None:
        return ()
    where = where_it_holds(line, domains)
    if not line.versions:
        return [(line.role, where)]
    report.steps(len(where) // _LOOK, "the domains of a line", line.span)
    found: dict[RoleKey, tuple[Role, list[str]]] = {}
    for domain in where:
        role = line.role_in(domain, domains) or line.role
        found.setdefault(role.key, (role, []))[1].append(domain)
    return [(role, tuple(names)) for role, names in found.values()]


def restricted_roles(
    line: Binding, domains: Domains, report: Report
) -> Iterable[tuple[RoleKey, tuple[str, ...]]]:
    """The roles whose holders *line* restricts, each with the domains in which it does."""
    if line.subject.kind != "role":
        return ()
    where = domains.inside(line.domain)
    if not line.versions:
        return [((line.subject.domain, line.subject.name), where)]
    report.steps(len(where) // _LOOK, "the domains of a line", line.span)
    found: dict[RoleKey, list[str]] = {}
    for domain in where:
        subject = line.subject_in(domain, domains)
        found.setdefault((subject.domain, subject.name), []).append(domain)
    return [(key, tuple(names)) for key, names in found.items()]
