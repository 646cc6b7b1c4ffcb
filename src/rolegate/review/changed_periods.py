"""What is different for each subject between two policies, and from when to when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from rolegate.compiled.names import FULL, STRANGER, is_role, parse_subject
from rolegate.grants.resolve import Resolved
from rolegate.policy.policy import Policy
from rolegate.review.access import SideAccess
from rolegate.review.asked_changes import AskedChanges, ToldChanges
from rolegate.review.cells import Cells
from rolegate.review.differences import PolicySide, SubjectDifference, differences
from rolegate.review.extents import AccessChange
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.repeated_changes import UnchangedDomains, home_of, is_only_the_place_new
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
        return (subject_word(self.difference.sub), changes_said(self.changes), self.since, self.until)


def changes_said(changes: Sequence[AccessChange]) -> tuple[object, ...]:
    """Equal for changes that are told alike."""
    return tuple((change.permission.paths, change.verb, change.before, change.after) for change in changes)


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
            if is_only_the_place_new(difference, at, homes):
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
    resolved = (old.resolved, new.resolved)
    unchanged = UnchangedDomains(resolved, times[0])
    return (
        period
        for known in periods.values()
        for period in known
        if not (_repeated(period, periods, resolved) and unchanged.keep(period.difference))
    )


def _side(policy: Policy, moment: datetime, *, first: bool) -> PolicySide:
    """A policy at one moment: the first is asked for reasons as well, so it is kept with its index."""
    return PolicySide.of(policy.snapshot(moment)) if first else PolicySide.at(policy.resolved, moment)


def _repeated(
    period: ChangedPeriod,
    periods: Mapping[_Names, Sequence[ChangedPeriod]],
    sides: tuple[Resolved, Resolved],
) -> bool:
    """Whether a role changes in a domain as it does where it belongs, all that time, or in a part of that.

    A role of a domain belongs to that one; a default role where everything is offered, and where a domain has
    another one in its place.
    """
    names = (period.difference.names(0), period.difference.names(1))
    if not is_role(names[1][0]):
        return False
    meant = (home_of(sides[0], *names[0]), home_of(sides[1], *names[1]))
    own = (home_of(sides[0], names[0][0], FULL), home_of(sides[1], names[1][0], FULL))
    return any(
        _spans(known, period) and period.difference.is_part_of(known.difference)
        for home in {meant, own} - {names}
        for known in periods.get(home, ())
    )


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
