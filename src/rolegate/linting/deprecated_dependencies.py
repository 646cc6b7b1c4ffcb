"""RG811: a permission that depends on a deprecated one."""

from __future__ import annotations

from rolegate.diagnostics import Report
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_deprecated_dependencies(linted: LintedSet, report: Report) -> None:
    """Report each entry by which what stays brings, requires or recommends what is on its way out."""
    catalog = linted.resolved.catalog
    for permission in catalog.permissions:
        if permission.deprecated:
            continue
        for key in ("requires", "implies", "recommends"):
            for entry in getattr(permission, key):
                if catalog.permission(entry.path).deprecated:
                    problems.depends_on_deprecated(report, entry, permission, key)
