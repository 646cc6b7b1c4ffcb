"""RG809: a line that ends soon."""

from __future__ import annotations

from rolegate.diagnostics import Report
from rolegate.grants.moments import show_moment
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_ending_lines(linted: LintedSet, report: Report) -> None:
    """Report each line that holds, or will, and ends within the days that count as soon."""
    for line in linted.resolved.bindings:
        if line.until is not None and linted.at < line.until <= linted.at + linted.soon:
            zone = linted.resolved.domains[line.domain].zone
            problems.line_ending(report, line.span, show_moment(line.until, zone), bool(line.takes))
