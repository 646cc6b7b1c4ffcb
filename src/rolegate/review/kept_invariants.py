"""Which invariants of the older side a change breaks: a change cannot drop the rule that judges it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from rolegate.diagnostics import Report
from rolegate.policy.policy import Policy
from rolegate.review.broken_invariants import BrokenInvariant, broken
from rolegate.review.gate_rules import invariant_rule
from rolegate.review.invariants import Invariant, read_invariant
from rolegate.review.paired_names import renamed_domains
from rolegate.review.paired_permissions import paired_permissions


def newly_broken(old: Policy, new: Policy, at: datetime, is_dropped: Callable[[str], bool]) -> Iterator[str]:
    """What breaks an invariant of *old* in *new* that held in *old*, or held longer there, each in one text.

    One that cannot be read in *new*, whose names are gone, does not hold, nor one that leaves out there what
    was moved out of what it names. An invariant counts that *new*
    does not have any more, unless *is_dropped* says of its rule that this is approved.
    """
    asked: dict[Invariant, Invariant] = {}
    kept = set(map(invariant_rule, new.resolved.invariants))
    for shape in old.resolved.invariants:
        before, rule = read_invariant(shape, old.resolved, Report()), invariant_rule(shape)
        if before is None or (rule not in kept and is_dropped(f"{rule}: gone")):
            continue
        report = Report()
        after = read_invariant(shape, new.resolved, report)
        if after is None:
            yield f"`{before.text}`: {report.sorted()[0].message}"
        else:
            asked[after] = before
            yield from (f"`{before.text}`: {left}" for left in _left_out(before, after, old, new))
    if not asked:
        return
    now = broken(tuple(asked), new.resolved, at, new.snapshot(at))
    doubtful = tuple(asked[found.invariant] for found in now)
    was = {}
    if doubtful:
        was = {found.invariant: found for found in broken(doubtful, old.resolved, at, old.snapshot(at))}
    for found in now:
        if _is_earlier(found, was.get(asked[found.invariant])):
            since = "" if found.since is None else f" from {found.since:%Y-%m-%dT%H:%M:%SZ}"
            yield f"`{found.invariant.text}`{since}: {found.witness}"


def _left_out(before: Invariant, after: Invariant, old: Policy, new: Policy) -> Iterator[str]:
    """What the same words meant in *old*, and do not mean in *new*, where it has another path or place.

    Whether it breaks the invariant now or later: the next change is judged by what the words mean then.
    """
    paired = paired_permissions(old.catalog, new.catalog)
    other_kinds = {pair.paths[0] for pair in paired if pair.kinds_of is not None}
    moved = {pair.old.path: pair.new.path for pair in paired if pair.old and pair.new and not pair.is_alias}
    was, now = ([*found.regions, found.held or ()] for found in (before, after))
    left: dict[str, None] = {}
    for first, second in zip(was, now, strict=True):
        kept = {part.permission.path for part in second}
        left |= {
            part.permission.path: None for part in first if moved.get(part.permission.path, "") not in kept
        }
        named = dict.fromkeys(part.permission.path for part in first if part.obj is not None)
        yield from (f"it is about other instances of `{path}`" for path in named if path in other_kinds)
    for path in left:
        if moved.get(path, path) != path:
            yield f"it is no longer about `{path}`, which is `{moved[path]}` now"
    domains = renamed_domains(old.resolved, new.resolved)
    for name in sorted(before.domains or ()):
        today = domains.get(name, name)
        if after.domains is not None and today in new.resolved.domains and today not in after.domains:
            yield f"it is no longer about domain `{today}`"


def _is_earlier(now: BrokenInvariant, before: BrokenInvariant | None) -> bool:
    if before is None:
        return True
    return before.since is not None and (now.since is None or now.since < before.since)
