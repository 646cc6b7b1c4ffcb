"""What is different for each subject between two policies, and from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rolegate.compiled.names import FULL, STRANGER, is_role, parse_subject
from rolegate.encoding import decode, encode
from rolegate.policy.policy import Policy
from rolegate.review.access import SideAccess
from rolegate.review.asked_changes import AskedChanges, ToldChanges
from rolegate.review.cells import Cells
from rolegate.review.differences import PolicySide, SubjectDifference, differences
from rolegate.review.extents import AccessChange
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.sensitive_marks import is_sensitive

SubjectWord = Literal["role", "team", "user", "everybody else"]
SUBJECT_WORDS: tuple[SubjectWord, ...] = ("role", "team", "user", "everybody else")

Period = tuple[datetime | None, datetime | None]
"""From when, None for now, and until when, None for ever."""

_Names = tuple[tuple[str, str], tuple[str, str]]
"""A subject and a domain as the older and as the newer side calls them."""


@dataclass(frozen=True, slots=True)
class ChangedPeriod:
    """What is different for one subject from one moment to another."""

    difference: SubjectDifference
    changes: tuple[AccessChange, ...]
    since: datetime | None
    until: datetime | None = None

    @property
    def alike(self) -> tuple[object, ...]:
        """Equal for those whose access changes alike."""
        said = tuple(
            (change.permission.paths, change.verb, change.before, change.after) for change in self.changes
        )
        return (subject_word(self.difference.sub), said, self.since, self.until)


def changed_periods(
    sides: tuple[Policy, Policy],
    pairs: tuple[PairedPermission, ...],
    times: Sequence[datetime],
    asked: AskedChanges | None,
) -> Iterator[ChangedPeriod]:
    """What is different for each subject in each domain, and how long, from the first of *times* on."""
    old, new = sides
    periods: dict[_Names, list[ChangedPeriod]] = {}
    told = ToldChanges(frozenset(pair for pair in pairs if is_sensitive(pair, old.catalog)))
    for number, moment in enumerate(times):
        until = times[number + 1] if number + 1 < len(times) else None
        since = moment if number else None
        at = (_side(old, moment, first=not number), _side(new, moment, first=not number))
        homes: dict[Cells, SideAccess] = {}
        for difference in differences(*at, pairs):
            if _is_only_the_place_new(difference, at, homes):
                continue
            changes = told.of(difference)
            if asked is not None:
                changes = asked(difference, changes, at)
                if not changes:
                    continue
            found = ChangedPeriod(difference, changes, since, until)
            before = periods.setdefault((difference.names(0), difference.names(1)), [])
            if before and before[-1].until == since and _said(before[-1]) == _said(found):
                found = ChangedPeriod(before[-1].difference, found.changes, before.pop().since, until)
            before.append(found)
    return (
        period
        for known in periods.values()
        for period in known
        if not (_repeated(period, periods) and _is_offered_alike(period.difference, sides))
    )


def _side(policy: Policy, moment: datetime, *, first: bool) -> PolicySide:
    """A policy at one moment: the first is asked for reasons as well, so it is kept with its index."""
    return PolicySide.of(policy.snapshot(moment)) if first else PolicySide.at(policy.resolved, moment)


def _is_only_the_place_new(
    difference: SubjectDifference, sides: tuple[PolicySide, PolicySide], homes: dict[Cells, SideAccess]
) -> bool:
    """Whether a role holds in a new domain what it holds where it belongs: then it gains nothing by it.

    What it gains where it belongs is told there, and whoever has the role in the new domain is told by name.
    """
    home = _at_home(difference.sub)[1]
    if not is_role(difference.sub) or home == difference.dom or difference.before:
        return False
    if difference.was[1] in sides[0].lines.offered:
        return False
    access = homes.get(difference.cells)
    if access is None:
        access = homes[difference.cells] = SideAccess(sides[1].lines, difference.cells, 1)
    return not difference.after & ~access.at(home).held(difference.sub)


def _repeated(period: ChangedPeriod, periods: Mapping[_Names, Sequence[ChangedPeriod]]) -> bool:
    """Whether a role changes in a domain as it does where it belongs, all that time, or in a part of that.

    A role of a domain belongs to that one; a default role where everything is offered.
    """
    names = (period.difference.names(0), period.difference.names(1))
    if not is_role(names[1][0]):
        return False
    home = (_at_home(names[0][0]), _at_home(names[1][0]))
    return home != names and any(
        _spans(known, period) and period.difference.is_part_of(known.difference)
        for known in periods.get(home, ())
    )


def _is_offered_alike(difference: SubjectDifference, sides: tuple[Policy, Policy]) -> bool:
    """Whether a domain that both sides have is of one kind, with one plan and the same add-ons.

    Otherwise a role gains there what the domain has now, whatever else it gains where it belongs.
    """
    names = (decode(difference.names(number)[1]) for number in (0, 1))
    known = [side.resolved.domains.by_name.get(name) for side, name in zip(sides, names, strict=True)]
    offers = {(one.kind, one.plan, one.addons) for one in known if one is not None}
    return len(offers) < 2


def _at_home(sub: str) -> tuple[str, str]:
    domain = parse_subject(sub).domain
    return (sub, FULL if domain is None else encode(domain))


def _spans(known: ChangedPeriod, period: ChangedPeriod) -> bool:
    begins = known.since is None or (period.since is not None and known.since <= period.since)
    ends = known.until is None or (period.until is not None and known.until >= period.until)
    return begins and ends


def _said(period: ChangedPeriod) -> tuple[object, ...]:
    return period.alike[:-2]


def subject_word(sub: str) -> SubjectWord:
    if sub == STRANGER:
        return "everybody else"
    kind = parse_subject(sub).kind
    return next(word for word in SUBJECT_WORDS if word == kind)


def period_words(since: datetime | None, until: datetime | None) -> str:
    """From when to when something holds; empty where it holds from now on without end."""
    begins = "" if since is None else f" from {_day(since)}"
    ends = "" if until is None else f" until {_day(until)}"
    return f"{begins}{ends}"


def _day(moment: datetime) -> str:
    """A moment, as a date where the day begins with it."""
    is_midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    return f"{moment:%Y-%m-%d}" if is_midnight else f"{moment:%Y-%m-%d %H:%M:%S} UTC"
