"""RG803: a permission that nobody can hold, because nothing grants it."""

from __future__ import annotations

from rolegate.diagnostics import Report
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_unheld_permissions(linted: LintedSet, report: Report) -> None:
    """Report each permission of which no role and no line gives anything.

    What is hidden is held through others, and what is deprecated is on its way out.
    """
    held = {right.path for right in linted.given()}
    if not held:
        return
    for permission in linted.resolved.catalog.permissions:
        if permission.path not in held and not permission.hidden and not permission.deprecated:
            problems.permission_unheld(report, permission)
