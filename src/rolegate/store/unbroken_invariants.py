"""Whoever changes a set at run time keeps its invariants as well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from rolegate.administration.administered_set import AdministeredSet
from rolegate.diagnostics import Report
from rolegate.giving.may_give import Refusal
from rolegate.review.invariant_findings import find_broken


def newly_broken(before: AdministeredSet, after: AdministeredSet) -> Iterator[Refusal]:
    """What a change would break; an invariant that is broken already keeps nobody from other changes."""
    if not after.known.invariants:
        return
    now = datetime.now(UTC)
    old, new = Report(), Report()
    find_broken(before.known, "", now, old)
    find_broken(after.known, "", now, new)
    known = {(found.code, found.message) for found in old.diagnostics}
    for found in new.sorted():
        if found.severity == "error" and (found.code, found.message) not in known:
            yield Refusal("invalid", None, finding=found)
