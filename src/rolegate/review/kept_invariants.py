"""Which invariants of the older side a change breaks: a change cannot drop the rule that judges it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rolegate.diagnostics import Report
from rolegate.grants.resolve import Resolved
from rolegate.review.broken_invariants import BrokenInvariant, broken
from rolegate.review.gate_rules import invariant_rule
from rolegate.review.invariants import Invariant, read_invariant


def newly_broken(
    old: Resolved, new: Resolved, at: datetime, is_dropped: Callable[[str], bool]
) -> Iterator[str]:
    """What breaks an invariant of *old* in *new* that held in *old*, or held longer there, each in one text.

    One that cannot be read in *new*, whose names are gone, does not hold. An invariant counts that *new*
    does not have any more, unless *is_dropped* says of its rule that this is approved.
    """
    asked: dict[Invariant, Invariant] = {}
    kept = set(map(invariant_rule, new.invariants))
    for shape in old.invariants:
        before, rule = read_invariant(shape, old, Report()), invariant_rule(shape)
        if before is None or (rule not in kept and is_dropped(f"{rule}: gone")):
            continue
        report = Report()
        after = read_invariant(shape, new, report)
        if after is None:
            yield f"`{before.text}`: {report.sorted()[0].message}"
        else:
            asked[after] = before
    if not asked:
        return
    was = {found.invariant: found for found in broken(tuple(asked.values()), old, at)}
    for found in broken(tuple(asked), new, at):
        if _is_earlier(found, was.get(asked[found.invariant])):
            since = "" if found.since is None else f" from {found.since:%Y-%m-%dT%H:%M:%SZ}"
            yield f"`{found.invariant.text}`{since}: {found.witness}"


def _is_earlier(now: BrokenInvariant, before: BrokenInvariant | None) -> bool:
    if before is None:
        return True
    return before.since is not None and (now.since is None or now.since < before.since)
