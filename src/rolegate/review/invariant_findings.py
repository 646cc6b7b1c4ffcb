"""What `validate` reports of the invariants of a set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rolegate.diagnostics import Report
from rolegate.grants.masked_rights import all_rights
from rolegate.grants.resolve import Resolved
from rolegate.review import invariant_problems as problems
from rolegate.review.broken_invariants import broken
from rolegate.review.invariants import Invariant, invariants_of
from rolegate.review.unknown_names import warn_of_unknown_names


def find_broken(resolved: Resolved, folder: str, at: datetime, report: Report) -> None:
    """Report what is wrong with the rules of the set in *folder*, and what does not hold from *at* on."""
    invariants = invariants_of(resolved, report)
    warn_of_unknown_names(invariants, resolved, report)
    _warn_of_idle(invariants, resolved, report)
    for one in broken(invariants, resolved, at):
        problems.invariant_broken(report, one, folder)


def _warn_of_idle(invariants: Iterable[Invariant], resolved: Resolved, report: Report) -> None:
    """Report each `reach` of a set in which nobody may edit roles: it holds, whatever people hold."""
    reaching = [known for known in invariants if known.rule == "reach"]
    if not reaching:
        return
    kinds = resolved.catalog.kinds_of_roles
    manage = tuple(dict.fromkeys(kind.manage for kind in kinds if kind.manage is not None))
    roles, lines = resolved.roles.values(), resolved.bindings
    given = all_rights((*(role.rights for role in roles), *(line.rights or {} for line in lines)))
    if not any(right.path in manage for right in given):
        for invariant in reaching:
            problems.nobody_edits(report, invariant, manage)
