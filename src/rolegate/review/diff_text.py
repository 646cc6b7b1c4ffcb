"""An access diff as text, for terminals and logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.extents import AccessChange, Verb

MARKS: dict[Verb, str] = {"gained": "+", "lost": "-", "widened": "↑", "narrowed": "↓", "changed": "~"}
_NAMES = 5


def diff_lines(diff: AccessDiff) -> Iterator[str]:
    """The lines of a report; without differences, one that says so."""
    if not diff:
        yield "nobody's access changes"
        return
    said: dict[tuple[AccessChange, ...], str] = {}
    for number, subjects in enumerate(diff.subjects):
        if number:
            yield ""
        who = whom(subjects)
        yield f"{who}{_where(subjects)}{period_text(subjects)}"
        as_before = said.setdefault(subjects.changes, who)
        if as_before != who:
            yield f"  as {as_before}"
        else:
            for line in change_lines(subjects.changes):
                yield f"  {line}"


def _where(subjects: ChangedSubjects) -> str:
    return f" in {', '.join(subjects.domains)}" if subjects.domains else ""


def whom(subjects: ChangedSubjects) -> str:
    """Whom a change is about; of many, the first few and how many more."""
    if subjects.kind == "everybody else":
        return "everybody else"
    if len(subjects.names) == 1:
        return f"{subjects.kind} {subjects.names[0]}"
    shown = ", ".join(subjects.names[:_NAMES])
    more = f" and {len(subjects.names) - _NAMES} more" if len(subjects.names) > _NAMES else ""
    return f"{len(subjects.names)} {subjects.kind}s: {shown}{more}"


def change_lines(changes: tuple[AccessChange, ...]) -> Iterator[str]:
    """A line for each change, with those together that happen alike to permissions of one group."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for change in changes:
        group, _, name = change.permission.path.rpartition(".")
        alike.setdefault((change.verb, group, change.before, change.after), []).append(name)
    for change in changes:
        group, _, _ = change.permission.path.rpartition(".")
        names = alike.pop((change.verb, group, change.before, change.after), None)
        if names is None:
            continue
        path = change.permission.path if len(names) == 1 else f"{group}.{{{', '.join(names)}}}"
        yield f"{MARKS[change.verb]} {path}{_extent(change)}"


def _extent(change: AccessChange) -> str:
    before, after = " ".join(filter(None, change.before)), " ".join(filter(None, change.after))
    if change.verb == "gained":
        return f"  {after}" if after else ""
    if change.verb == "lost":
        return f"  {before}" if before else ""
    return f"  {before or 'all'} → {after or 'all'}"


def period_text(subjects: ChangedSubjects) -> str:
    """From when to when a change holds; empty where it holds from now on without end."""
    since = "" if subjects.since is None else f" from {_day(subjects.since)}"
    until = "" if subjects.until is None else f" until {_day(subjects.until)}"
    return f"{since}{until}"


def _day(moment: datetime) -> str:
    """A moment, as a date where the day begins with it."""
    return (
        f"{moment:%Y-%m-%d}"
        if (moment.hour, moment.minute, moment.second) == (0, 0, 0)
        else f"{moment:%Y-%m-%d %H:%M:%S} UTC"
    )
