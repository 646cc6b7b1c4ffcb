"""The access diff: who gains and who loses what, and when, with those together whose access changes alike."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from rolegate.compiled.names import FULL, STRANGER, parse_subject
from rolegate.encoding import decode
from rolegate.engine.asked_moment import moment_of
from rolegate.loading.collector import collector_held
from rolegate.policy.policy import Policy
from rolegate.review.asked_changes import AskedChanges
from rolegate.review.catalog_notes import ChangeNote, change_notes
from rolegate.review.change_reasons import ChangeReason
from rolegate.review.changed_conditions import ChangedCondition, changed_conditions, with_holders
from rolegate.review.changed_periods import (
    SUBJECT_WORDS,
    ChangedPeriod,
    SubjectWord,
    changed_periods,
    subject_word,
)
from rolegate.review.compared_lines import in_same_words, is_of_lines, notes_on_lines, without_hidden
from rolegate.review.differences import PolicySide, SubjectDifference, moments
from rolegate.review.extents import SEVERITIES, AccessChange, ChangeSeverity, most_severe
from rolegate.review.group_reasons import group_reasons
from rolegate.review.paired_permissions import paired_permissions
from rolegate.review.sensitive_marks import ChangedMark, changed_marks


@dataclass(frozen=True, slots=True)
class ChangedSubjects:
    """Subjects of one kind whose access changes alike in some domains, and how.

    `everybody else`, which has no names, are all users whom no line of the domain names. There are no
    `domains` for roles that belong to none; a role of a domain has its own. The change holds from `since` on,
    None for now, to `until`, None without end. `difference` has the cells of the first of them, and `reasons`
    why they change: at most one for what is gained, and one for what is lost.
    """

    kind: SubjectWord
    names: tuple[str, ...]
    domains: tuple[str, ...]
    changes: tuple[AccessChange, ...]
    since: datetime | None
    until: datetime | None
    difference: SubjectDifference = field(repr=False, compare=False)
    reasons: tuple[ChangeReason, ...] = field(default=(), compare=False)
    was: tuple[str, ...] = field(default=(), compare=False)
    """What each of `names` was called, where one of them has another name now."""
    domains_were: tuple[str, ...] = field(default=(), compare=False)
    """The same for `domains`."""
    owners: tuple[str, ...] = field(default=(), compare=False, repr=False)
    """The domain to which each of `names` belongs; empty for one that belongs to none."""

    def part(self, some: Collection[tuple[str, str]], domains: tuple[str, ...]) -> ChangedSubjects:
        """*some* of them, each by its name and its owner, in some of the domains."""
        kept = [number for number, one in enumerate(self.owned) if one in some]
        names, was, owners = (
            tuple(texts[number] for number in kept) if texts else ()
            for texts in (self.names, self.was, self.owners)
        )
        before = dict(zip(self.domains, self.domains_were, strict=False))
        were = tuple(before[domain] for domain in domains if before)
        return replace(self, names=names, domains=domains, was=was, domains_were=were, owners=owners)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON; times are in ISO 8601, and left out where there are none."""
        return {
            "kind": self.kind,
            "names": list(self.names),
            **self.belonging,
            **({"was": list(self.was)} if self.was else {}),
            "domains": list(self.domains),
            **({"domains_were": list(self.domains_were)} if self.domains_were else {}),
            **({} if self.since is None else {"since": self.since.isoformat()}),
            **({} if self.until is None else {"until": self.until.isoformat()}),
            "severity": self.severity,
            "changes": [change.to_dict() for change in self.changes],
            "reasons": [reason.to_dict() for reason in self.reasons],
        }

    @property
    def owned(self) -> tuple[tuple[str, str], ...]:
        """Each of the names with its owner."""
        return tuple(zip(self.names, (*self.owners, *("" for _ in self.names)), strict=False))

    @property
    def belonging(self) -> dict[str, list[str]]:
        """The owners as JSON, if one of them is another domain than the one in which it happens."""
        elsewhere = any(owner and self.domains != (owner,) for owner in self.owners)
        return {"owners": list(self.owners)} if elsewhere else {}

    @property
    def severity(self) -> ChangeSeverity:
        """That of the most severe change."""
        return most_severe(change.severity for change in self.changes)

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

    The most severe changes come first. `marks` are those of what is sensitive that differ, and `conditions`
    those on records. It is empty, and false, where every question has the same answer at every time, and
    marks and conditions are the same on both sides. `notes` are on what else differs, which is no change.
    """

    subjects: tuple[ChangedSubjects, ...]
    marks: tuple[ChangedMark, ...] = ()
    conditions: tuple[ChangedCondition, ...] = ()
    notes: tuple[ChangeNote, ...] = field(default=(), compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "changed": bool(self),
            "gains": self.gains,
            "severity": self.severity,
            "marks": [mark.to_dict() for mark in self.marks],
            "conditions": [condition.to_dict() for condition in self.conditions],
            "subjects": [subjects.to_dict() for subjects in self.subjects],
            "notes": [note.to_dict() for note in self.notes],
        }

    def __bool__(self) -> bool:
        return bool(self.subjects or self.marks or self.conditions)

    @property
    def severity(self) -> ChangeSeverity | None:
        """That of the most severe change; None without any."""
        found = [*(mark.severity for mark in self.marks), *(known.severity for known in self.conditions)]
        found += (known.severity for known in self.subjects)
        return most_severe(found) if found else None

    @property
    def gains(self) -> bool:
        """Whether somebody is allowed, at some time, what they were not, or perhaps more records."""
        return any(known.gains for known in self.subjects) or any(known.gains for known in self.conditions)


@collector_held()
def access_diff(
    old: Policy,
    new: Policy,
    *,
    at: date | None = None,
    asked: AskedChanges | None = None,
    unheld: bool = False,
) -> AccessDiff:
    """What *new* allows and *old* does not, and the other way round, for everybody, from *at* or now on.

    With *asked*, the changes of other subjects and of other permissions are left out. With *unheld*, wider
    conditions are told as well that concern nobody in the files.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    start = datetime.now(UTC) if at is None else moment_of(at)
    old, new = in_same_words(old, new)
    lines = is_of_lines(old, new)
    pairs = paired_permissions(old.catalog, new.catalog)
    pairs = without_hidden(pairs) if lines else pairs
    times = (start,) if lines else moments((old.resolved, new.resolved), start)
    found = []
    periods = list(changed_periods((old, new), pairs, times, asked))
    for subjects in sorted(_together(periods), key=place_of):
        asked_at = subjects.since if at is None or subjects.since is not None else start
        moment = start if subjects.since is None else subjects.since
        if not lines:
            reasons = group_reasons(subjects.difference, subjects.changes, (old, new), moment, asked_at)
            subjects = replace(subjects, reasons=tuple(reasons))
        found.append(subjects)
    conditions = with_holders(
        () if lines else changed_conditions(pairs, old.catalog, new.catalog),
        (PolicySide.of(new.snapshot(moment)) for moment in times),
        unheld=unheld,
    )
    changed = {change.permission for subjects in found for change in subjects.changes}
    touched = {period.difference.sub for period in periods}
    touched |= {decode(period.difference.dom) for period in periods if period.difference.dom != FULL}
    notes = (
        *notes_on_lines(old, new, start),
        *change_notes(old.resolved, new.resolved, pairs, changed, touched),
    )
    return AccessDiff(tuple(found), changed_marks(pairs, old.catalog, new.catalog), conditions, notes)


def _together(periods: Iterable[ChangedPeriod]) -> Iterator[ChangedSubjects]:
    """*periods* with those together in which the same happens to several subjects, or in several domains."""
    by_domain: dict[tuple[object, ...], list[ChangedPeriod]] = {}
    for period in periods:
        by_domain.setdefault((period.difference.dom, period.alike), []).append(period)
    alike: dict[tuple[object, ...], list[list[ChangedPeriod]]] = {}
    for together in by_domain.values():
        together.sort(key=lambda period: period.difference.sub)
        subs = tuple((period.difference.sub, period.difference.was[0]) for period in together)
        everywhere = together[0].difference.dom == FULL  # this has no name among domains
        alike.setdefault((subs, together[0].alike, everywhere), []).append(together)
    for several in alike.values():
        several.sort(key=lambda together: together[0].difference.dom)
        first = several[0][0]
        sub = first.difference.sub
        (was, were), (names, domains) = (_names_on(side, several) for side in (0, 1))
        yield ChangedSubjects(
            subject_word(sub),
            names,
            domains,
            first.changes,
            first.since,
            first.until,
            first.difference,
            was=() if was == names else was,
            domains_were=() if were == domains else were,
            owners=tuple(parse_subject(p.difference.sub).domain or "" for p in several[0] if names),
        )


def _names_on(
    side: int, several: Sequence[Sequence[ChangedPeriod]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What one side calls the subjects, and the domains; users whom no line names have no name."""
    subs = (period.difference.names(side)[0] for period in several[0])
    doms = (together[0].difference.names(side)[1] for together in several)
    names = (parse_subject(sub).name for sub in subs if sub != STRANGER)
    return tuple(names), tuple(decode(dom) for dom in doms if dom != FULL)


def place_of(subjects: ChangedSubjects) -> tuple[object, ...]:
    """Where a line is in a diff."""
    since = "" if subjects.since is None else subjects.since.isoformat()
    severity = -SEVERITIES.index(subjects.severity)
    return (severity, subjects.domains, SUBJECT_WORDS.index(subjects.kind), subjects.names, since)
