"""RG808: a restriction that restricts nothing, since nobody is given any of it."""

from __future__ import annotations

from rolegate.diagnostics import Report
from rolegate.grants.rights import Right
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_idle_restrictions(linted: LintedSet, report: Report) -> None:
    """Report each line that takes away only what no role and no line gives to anybody."""
    lines = [line for line in linted.resolved.bindings if line.takes]
    if not lines:
        return
    held: dict[str, list[Right]] = {}
    for right in linted.given():
        held.setdefault(right.path, []).append(right)
    for line in lines:
        if not any(
            take.hits(right) for take, _ in line.takes for right in held.get(take.permission.path, ())
        ):
            problems.restriction_idle(report, line.span, [entry.text for _, entry in line.takes])
