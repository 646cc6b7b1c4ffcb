"""What `validate` reports of the invariants of a set."""

from __future__ import annotations

from datetime import datetime

from rolegate.diagnostics import Report
from rolegate.grants.resolve import Resolved
from rolegate.review import invariant_problems as problems
from rolegate.review.broken_invariants import broken
from rolegate.review.invariants import invariants_of


def find_broken(resolved: Resolved, folder: str, at: datetime, report: Report) -> None:
    """Report invariants of the set in *folder* that cannot be read, or do not hold from *at* on."""
    for one in broken(invariants_of(resolved, report), resolved, at):
        problems.invariant_broken(report, one, folder)
