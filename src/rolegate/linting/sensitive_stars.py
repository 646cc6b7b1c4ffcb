"""RG807: a star that takes in what is sensitive."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.diagnostics import Report
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.roles import Rights
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_sensitive_stars(linted: LintedSet, report: Report) -> None:
    """Report each star by which a role, or a line, holds a permission that is marked as sensitive."""
    sensitive = frozenset(p.path for p in linted.resolved.catalog.permissions if p.sensitive)
    if not sensitive:
        return
    for role in linted.roles:
        _look(role.grants, role.rights, sensitive, linted, report)
    for line in linted.resolved.bindings:
        if line.rights is not None:
            _look(line.entries, line.rights, sensitive, linted, report)


def _look(
    entries: Iterable[GrantEntry], held: Rights, sensitive: frozenset[str], linted: LintedSet, report: Report
) -> None:
    stars = [entry for entry in entries if entry.grant.star]
    for entry in stars:
        taken = {r.path for r in linted.brought(entry) if r.path in sensitive and r in held}
        if taken:
            problems.star_over_sensitive(report, entry, sorted(taken))
