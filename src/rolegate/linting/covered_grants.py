"""RG800: a grant without which its role, or its line, gives the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import chain

from rolegate.diagnostics import Report, Span
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, patterns
from rolegate.grants.roles import Rights
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet, same_growth


@dataclass(frozen=True, slots=True)
class CoveredGrant:
    """A grant that adds nothing; `by` is where something of it is given as well, if `except` leaves any."""

    entry: GrantEntry
    by: Span | None


def find_covered_grants(linted: LintedSet, report: Report) -> None:
    """Report each grant that can go, all together, without a change of anybody's access."""
    for role in linted.roles:
        if role.grants and linted.masks.may_have_covered_grants(role):
            inherited = {
                right: role.rights[right] for right in linted.inherited(role) if right in role.rights
            }
            above = tuple(linted.whole_above(role)) if role.parents else ()
            for found in covered_grants(role.grants, role.rights, linted, inherited, above):
                problems.grant_covered(report, found.entry, found.by, f"role `{role.name}`")
    for line in linted.resolved.bindings:
        if len(line.entries) > 1 and line.rights is not None:
            for found in covered_grants(line.entries, line.rights, linted):
                problems.grant_covered(report, found.entry, found.by, "the line")


def covered_grants(
    entries: Iterable[GrantEntry],
    rights: Rights,
    linted: LintedSet,
    inherited: Rights | None = None,
    above: Iterable[GrantEntry] = (),
) -> Iterator[CoveredGrant]:
    """Those of *entries* that add nothing to *rights*, which are all that is held in the end.

    What is *inherited* stays. What is named goes before stars, and a star only where another one among
    *entries* or those *above* takes in what is added later as well. Nothing is found where more would have to
    be compared than is in one set.
    """
    entries, inherited = tuple(entries), inherited or {}
    if not all(map(linted.may_compare, entries)):
        return
    brought = {number: (entry, linted.brought(entry)) for number, entry in enumerate(entries)}
    held = _Held(rights, Counter(inherited.keys()))
    for _, own in brought.values():
        held.counts.update(own)
    above = tuple(above)
    for number in sorted(brought, key=lambda number: (brought[number][0].grant.star, -number)):
        entry, own = brought[number]
        also = held.also(own)
        if also is None:
            continue
        others = (other for key, (other, _) in brought.items() if key != number)
        if entry.grant.star and not same_growth(chain(others, above), entry.grant):
            continue
        del brought[number]
        held.counts.subtract(own)
        yield CoveredGrant(entry, _place(also, brought, inherited))


@dataclass(slots=True)
class _Held:
    """How many entries bring each right."""

    rights: Mapping[Right, object]
    counts: Counter[Right] = field(default_factory=Counter)

    def also(self, own: Set[Right]) -> list[Right] | None:
        """What takes in each of *own* that is held, if all of it is brought by others as well."""
        found = []
        for right in own:
            if right in self.rights:
                wider = self._wider(right, own)
                if wider is None:
                    return None
                found.append(wider)
        return found

    def _wider(self, right: Right, own: Set[Right]) -> Right | None:
        for obj in patterns(right.obj):
            other = Right(right.path, obj, right.scope)
            if self.counts[other] > (other in own) and other in self.rights:
                return other
        return None


def _place(
    also: Iterable[Right], brought: Mapping[int, tuple[GrantEntry, Set[Right]]], inherited: Rights
) -> Span | None:
    """Where the first of *also*, as they are sorted, is written."""
    first = min(also, default=None)
    if first is None:
        return None
    own = next((entry.span for entry, rights in brought.values() if first in rights), None)
    return own if own is not None else inherited[first].written
