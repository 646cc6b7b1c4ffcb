"""The access diff: who gains and who loses what, and when, with those together whose access changes alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from rolegate.compiled.names import FULL, is_role, parse_subject
from rolegate.encoding import decode, encode
from rolegate.engine.times import moment_of
from rolegate.grants.resolve import Resolved
from rolegate.policy.policy import Policy
from rolegate.review.differences import STRANGER, PolicySide, SubjectDifference, differences, moments
from rolegate.review.extents import AccessChange, access_change
from rolegate.review.paired_permissions import paired_permissions

SubjectWord = Literal["role", "team", "user", "everybody else"]


@dataclass(frozen=True, slots=True)
class ChangedSubjects:
    """Subjects of one kind whose access changes alike in some domains, and how.

    `everybody else`, which has no names, are all users whom no line of the domain names. There are no
    `domains` for roles that belong to none; a role of a domain has its own. The change holds from `since` on,
    None for now, to `until`, None without end. `difference` has the cells of the first of them.
    """

    kind: SubjectWord
    names: tuple[str, ...]
    domains: tuple[str, ...]
    changes: tuple[AccessChange, ...]
    since: datetime | None
    until: datetime | None
    difference: SubjectDifference = field(repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON; times are in ISO 8601, and left out where there are none."""
        return {
            "kind": self.kind,
            "names": list(self.names),
            "domains": list(self.domains),
            **({} if self.since is None else {"since": self.since.isoformat()}),
            **({} if self.until is None else {"until": self.until.isoformat()}),
            "changes": [change.to_dict() for change in self.changes],
        }

    @property
    def gains(self) -> bool:
        """Whether something is allowed to them that was not."""
        return bool(self.difference.gained)

    @property
    def loses(self) -> bool:
        """Whether something is no longer allowed to them."""
        return bool(self.difference.lost)


@dataclass(frozen=True, slots=True)
class AccessDiff:
    """The access that differs between two policies, now and at each later moment that one of them names.

    It is empty, and false, where every question has the same answer at every time.
    """

    subjects: tuple[ChangedSubjects, ...]

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"changed": bool(self), "gains": self.gains, "subjects": [s.to_dict() for s in self.subjects]}

    def __bool__(self) -> bool:
        return bool(self.subjects)

    @property
    def gains(self) -> bool:
        """Whether somebody is allowed, at some time, what they were not."""
        return any(subjects.gains for subjects in self.subjects)


@dataclass(frozen=True, slots=True)
class _Period:
    """What is different for one subject from one moment to another."""

    difference: SubjectDifference
    changes: tuple[AccessChange, ...]
    since: datetime | None
    until: datetime | None = None

    @property
    def alike(self) -> tuple[object, ...]:
        """Equal for those whose access changes alike."""
        said = tuple((change.permission.paths, change.before, change.after) for change in self.changes)
        return (_kind(self.difference.sub), said, self.since, self.until)


def access_diff(old: Policy, new: Policy, *, at: date | None = None) -> AccessDiff:
    """What *new* allows and *old* does not, and the other way round, for everybody, from *at* or now on.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    since = datetime.now(UTC) if at is None else moment_of(at)
    return _difference(old.resolved, new.resolved, since)


def _difference(old: Resolved, new: Resolved, at: datetime) -> AccessDiff:
    periods: dict[tuple[str, str], list[_Period]] = {}
    pairs = paired_permissions(old.catalog, new.catalog)
    times = moments((old, new), at)
    for number, moment in enumerate(times):
        until = times[number + 1] if number + 1 < len(times) else None
        since = moment if number else None
        for difference in differences(PolicySide.at(old, moment), PolicySide.at(new, moment), pairs):
            found = _Period(difference, changes_of(difference), since, until)
            before = periods.setdefault((difference.dom, difference.sub), [])
            if before and before[-1].until == since and _said(before[-1]) == _said(found):
                found = _Period(before[-1].difference, found.changes, before.pop().since, until)
            before.append(found)
    kept = [period for known in periods.values() for period in known if not _repeated(period, periods)]
    return AccessDiff(tuple(sorted(_together(kept), key=_place)))


def _repeated(period: _Period, periods: Mapping[tuple[str, str], Sequence[_Period]]) -> bool:
    """Whether a role changes in an inner domain as it does in the domain that it belongs to."""
    sub, dom = period.difference.sub, period.difference.dom
    home = parse_subject(sub).domain if is_role(sub) else None
    if home is None or encode(home) == dom:
        return False
    return any(_said(period) == _said(known) for known in periods.get((encode(home), sub), ()))


def changes_of(difference: SubjectDifference) -> tuple[AccessChange, ...]:
    """The change of each permission, in the order of the catalog."""
    cells = difference.cells
    return tuple(
        access_change(cells, pair, before, after)
        for pair, (before, after) in cells.by_permission(difference.before, difference.after)
        if before != after
    )


def _said(period: _Period) -> tuple[object, ...]:
    return period.alike[:-2]


def _together(periods: Iterable[_Period]) -> Iterator[ChangedSubjects]:
    """*periods* with those together in which the same happens to several subjects, or in several domains."""
    by_domain: dict[tuple[object, ...], list[_Period]] = {}
    for period in periods:
        by_domain.setdefault((period.difference.dom, period.alike), []).append(period)
    alike: dict[tuple[object, ...], list[list[_Period]]] = {}
    for together in by_domain.values():
        subs = tuple(period.difference.sub for period in together)
        alike.setdefault((subs, together[0].alike), []).append(together)
    for several in alike.values():
        first = several[0][0]
        sub = first.difference.sub
        names = () if sub == STRANGER else tuple(parse_subject(p.difference.sub).name for p in several[0])
        doms = (together[0].difference.dom for together in several)
        domains = tuple(decode(dom) for dom in doms if dom != FULL)
        yield ChangedSubjects(
            _kind(sub), names, domains, first.changes, first.since, first.until, first.difference
        )


_KINDS: tuple[SubjectWord, ...] = ("role", "team", "user", "everybody else")


def _place(subjects: ChangedSubjects) -> tuple[object, ...]:
    since = "" if subjects.since is None else subjects.since.isoformat()
    return (subjects.domains, _KINDS.index(subjects.kind), subjects.names, since)


def _kind(sub: str) -> SubjectWord:
    if sub == STRANGER:
        return "everybody else"
    kind = parse_subject(sub).kind
    return next(word for word in _KINDS if word == kind)
