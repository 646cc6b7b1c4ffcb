"""What `validate` reports of the invariants of a set."""

from __future__ import annotations

from datetime import datetime

from rolegate.diagnostics import Report
from rolegate.grants.resolve import Resolved
from rolegate.review import invariant_problems as problems
from rolegate.review.broken_invariants import broken
from rolegate.review.invariants import invariants_of
from rolegate.review.unknown_names import warn_of_unknown_names


def find_broken(resolved: Resolved, folder: str, at: datetime, report: Report) -> None:
    """Report what is wrong with the rules of the set in *folder*, and what does not hold from *at* on."""
    invariants = invariants_of(resolved, report)
    warn_of_unknown_names(invariants, resolved, report)
    for one in broken(invariants, resolved, at):
        problems.invariant_broken(report, one, folder)
