"""What `validate` reports of the invariants of a set."""

from __future__ import annotations

from datetime import datetime

from rolegate.diagnostics import Report
from rolegate.grants.resolve import Resolved
from rolegate.review import invariant_problems as problems
from rolegate.review.broken_invariants import broken
from rolegate.review.invariants import invariants_of
from rolegate.review.unnamed_subjects import find_unnamed


def find_broken(resolved: Resolved, folder: str, at: datetime, report: Report) -> None:
    """Report the invariants of the set in *folder* that are mistyped, or do not hold from *at* on."""
    for shape in resolved.invariants:
        find_unnamed(shape, resolved, report)
    for one in broken(invariants_of(resolved, report), resolved, at):
        problems.invariant_broken(report, one, folder)
