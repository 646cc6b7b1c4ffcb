"""RG806: a list of instances that has every known one."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.diagnostics import Report
from rolegate.grants.grant_entry import GrantEntry
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet

_FEWEST = 2
"""Where a domain has a single instance, its name is no list."""


def find_listed_instances(linted: LintedSet, report: Report) -> None:
    """Report grants, of a line or of a role of a domain, that name all instances which the domain has."""
    for role in linted.roles:
        if role.domain is not None:
            _look(role.grants, role.domain, linted, report)
    for line in linted.resolved.bindings:
        _look(line.entries, line.domain, linted, report)


def _look(entries: Iterable[GrantEntry], domain: str, linted: LintedSet, report: Report) -> None:
    listed: dict[tuple[str, str | None], dict[str, GrantEntry]] = {}
    for entry in entries:
        grant = entry.grant
        if not grant.star and grant.instance is not None:
            listed.setdefault((grant.path, grant.scope), {}).setdefault(grant.instance, entry)
    for (path, scope), named in listed.items():
        kind = linted.resolved.catalog.permission(path).chain[-1]
        known = linted.resolved.domains.listed(kind, domain)
        if len(named) >= _FEWEST and named.keys() == known:
            star = f"{path}[*]" if scope is None else f"{path}[*]@{scope}"
            problems.all_instances_listed(report, list(named.values()), kind, domain, star)
