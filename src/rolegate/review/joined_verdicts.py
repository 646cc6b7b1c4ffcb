"""The verdict on a change that is compared part by part: each with some of the domains, and no other at hand.

INVARIANT: it says what the verdict on the whole says, but for invariants, which only the whole can judge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain
from types import MappingProxyType

from rolegate.compiled.names import role_name
from rolegate.encoding import encode
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, ChangedSubjects, access_diff, place_of
from rolegate.review.catalog_notes import ChangeNote, change_notes, domain_notes
from rolegate.review.changed_conditions import ChangedCondition, in_order
from rolegate.review.changed_periods import changes_said
from rolegate.review.gate_verdict import GateVerdict, aside_parts, changed_rule_texts, verdict_of
from rolegate.review.paired_permissions import paired_permissions


@dataclass(slots=True)
class JoinedVerdict:
    """Compares the parts of two policies, one after the other, and keeps of each what changes.

    The first part is what all domains have in common, and has no domain.
    """

    _first: tuple[Policy, Policy] | None = None
    _moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    _diffs: list[AccessDiff] = field(default_factory=list)
    _rules: dict[str, None] = field(default_factory=dict)
    _aside: dict[str, None] = field(default_factory=dict)
    _notes: dict[ChangeNote, None] = field(default_factory=dict)

    def add(
        self, old: Policy, new: Policy, alike: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    ) -> AccessDiff:
        """Compare one more part, and give the access that changes there.

        There are no other users than the first of those who are *alike*: the same happens to all of these.
        """
        diff = access_diff(old, new, unheld=True)
        self._rules |= dict.fromkeys(changed_rule_texts(old, new, diff, self._moment))
        self._aside |= dict.fromkeys(aside_parts(new))
        if self._first is None:
            self._first = (old, new)
        else:
            self._notes |= dict.fromkeys(domain_notes(old.resolved, new.resolved, _touched(diff.subjects)))
            diff = replace(diff, subjects=tuple(line for line in diff.subjects if line.domains))
        lines = tuple(_of_all(line, alike) for line in diff.subjects)
        self._diffs.append(replace(diff, subjects=lines, notes=()))
        return diff

    def verdict(self) -> GateVerdict:
        """The verdict on all parts."""
        assert self._first is not None  # noqa: S101 - there is always a part
        old, new = self._first
        diff = joined_diff(self._diffs)
        pairs = paired_permissions(old.catalog, new.catalog)
        changed = {change.permission for line in diff.subjects for change in line.changes}
        shared = change_notes(old.resolved, new.resolved, pairs, changed, _touched(diff.subjects))
        diff = replace(diff, notes=tuple(dict.fromkeys((*shared, *self._notes))))
        found = verdict_of(diff, self._rules, tuple(self._aside), (old, new), self._moment)
        return replace(found, findings=())  # an approval may name what is in no part that is at hand


def _of_all(line: ChangedSubjects, alike: Mapping[str, tuple[str, ...]]) -> ChangedSubjects:
    """*line* with everybody who is like one of its users."""
    if line.kind != "user" or alike.keys().isdisjoint(line.names):
        return line
    names = sorted((name for one in line.names for name in alike.get(one, (one,))), key=encode)
    return replace(line, names=tuple(names), owners=tuple("" for _ in names))


def joined_diff(diffs: Sequence[AccessDiff]) -> AccessDiff:
    """One diff of those of several parts, in which no domain is in two."""
    alike: dict[object, list[ChangedSubjects]] = {}
    for line in chain.from_iterable(diff.subjects for diff in diffs):
        about = (line.kind, line.owned, line.was or line.names, changes_said(line.changes))
        alike.setdefault((*about, line.since, line.until, bool(line.domains)), []).append(line)
    lines = sorted(map(_together, alike.values()), key=place_of)
    marks = diffs[0].marks if diffs else ()
    return AccessDiff(tuple(lines), marks, tuple(_conditions(diffs)))


def _together(lines: Sequence[ChangedSubjects]) -> ChangedSubjects:
    """Lines in which the same happens to the same ones, as one: what it is told by is in its first domain."""
    if len(lines) == 1:
        return lines[0]
    places = [
        (encode(domain), domain, was, line)
        for line in lines
        for domain, was in zip(line.domains, line.domains_were or line.domains, strict=True)
    ]
    places.sort(key=lambda place: place[0])
    domains, were = tuple(place[1] for place in places), tuple(place[2] for place in places)
    return replace(places[0][3], domains=domains, domains_were=() if were == domains else were)


def _conditions(diffs: Iterable[AccessDiff]) -> Iterable[ChangedCondition]:
    """The conditions of all parts, each once, with everybody whom it concerns."""
    found: dict[ChangedCondition, list[ChangedCondition]] = {}
    for condition in chain.from_iterable(diff.conditions for diff in diffs):
        found.setdefault(replace(condition, holders=()), []).append(condition)
    for bare, several in found.items():
        holders = {holder for one in several for holder in one.holders}
        yield replace(bare, holders=in_order(holders))


def _touched(lines: Iterable[ChangedSubjects]) -> set[str]:
    """The roles whose access differs, by their names in lines, and the domains in which anybody's does."""
    found: set[str] = set()
    for line in lines:
        found |= {*line.domains}
        if line.kind == "role":
            found |= {role_name(name, owner or None) for name, owner in line.owned}
    return found
