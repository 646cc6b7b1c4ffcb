"""What a proof takes for granted where the files do not say who the people are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import combinations

from rolegate.compiled.names import is_role, parse_subject
from rolegate.documents.invariants_file import COUNTS
from rolegate.grants.resolve import Resolved
from rolegate.review.cells import paths_in
from rolegate.review.counted_holders import names_users
from rolegate.review.differences import PolicySide
from rolegate.review.held_access import held_access
from rolegate.review.invariant_checks import InvariantCheck
from rolegate.review.invariants import Invariant
from rolegate.review.reach_verdicts import pairs_that_reach


def roles_apart(invariant: Invariant, resolved: Resolved, at: datetime) -> tuple[tuple[str, str], ...]:
    """Pairs of roles with which somebody who had both would break an invariant that no role breaks alone."""
    side, named = PolicySide.at(resolved, at), paths_in(invariant.paths)
    found: Iterator[tuple[str, str]] = iter(())
    if invariant.rule == "separate":
        found = _pairs_that_meet(invariant, side, resolved)
    elif invariant.rule == "reach":
        found = pairs_that_reach(invariant, side, named)
    return tuple(dict.fromkeys((parse_subject(one).name, parse_subject(other).name) for one, other in found))


def is_uncounted(invariant: Invariant, resolved: Resolved) -> bool:
    """Whether an invariant counts people, and the files name none."""
    return invariant.rule in COUNTS and not names_users(resolved)


def _pairs_that_meet(invariant: Invariant, side: PolicySide, resolved: Resolved) -> Iterator[tuple[str, str]]:
    for here in held_access(side, paths_in(invariant.paths)):
        if invariant.domains is not None and here.domain not in invariant.domains:
            continue
        check = InvariantCheck(invariant, here.cells, resolved.catalog)
        held = {
            sub: here.access.held(sub) for sub in dict.fromkeys((*here.named, *here.declared)) if is_role(sub)
        }
        for one, other in combinations(check.suspects(held), 2):
            if check.broken_by(held[one] | held[other]):
                yield one, other
