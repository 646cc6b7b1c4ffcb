"""An access diff as text, for terminals and logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from rolegate.diagnostics import quoted
from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.change_groups import ChangeGroup, change_groups
from rolegate.review.change_reasons import ChangeReason, ReasonLine
from rolegate.review.changed_conditions import ChangedCondition
from rolegate.review.changed_periods import period_words
from rolegate.review.extents import AccessChange, Verb
from rolegate.review.fitted_lines import where_apart
from rolegate.review.sensitive_marks import ChangedMark
from rolegate.texts.escaping import plain

MARKS: dict[Verb, str] = {"gained": "+", "lost": "-", "widened": "↑", "narrowed": "↓", "changed": "~"}
_NAMES = 5
NAMES = 20
_NOBODY = "nobody in the files; users of the application may hold it"
"""So many are named where a change is told, and as many domains."""

_WORD = re.compile(r"[\w.@+-]+")


def diff_lines(diff: AccessDiff, *, reasons: bool = True) -> Iterator[str]:
    """The lines of a report; without differences, one that says so. *reasons* are left out if not wanted.

    Nothing in a name can end a line, or be obeyed by a terminal.
    """
    return map(plain, _lines(diff, reasons))


def _lines(diff: AccessDiff, reasons: bool) -> Iterator[str]:
    yield from _changes(diff, reasons) if diff else ("nobody's access changes",)
    if diff.notes:
        yield ""
    yield from (f"note: {note}" for note in diff.notes)


def _changes(diff: AccessDiff, reasons: bool) -> Iterator[str]:
    top = [*map(mark_line, diff.marks), *condition_lines(diff.conditions)]
    yield from top
    if not diff.subjects and not diff.conditions:
        yield "nobody's access changes"
    for number, group in enumerate(change_groups(diff, whenever=True)):
        if number or top:
            yield ""
        for subjects in group.subjects:
            yield f"{whom(subjects, NAMES)}{where_text(subjects)}{period_text(subjects)}"
        for line in change_lines(group.changes):
            yield f"  {line}"
        for line in group_reason_lines(group) if reasons else ():
            yield f"    {line}"


def mark_line(mark: ChangedMark) -> str:
    """What changes of what is sensitive, and where."""
    return f"! {mark}  {mark.file}:{mark.line}"


def condition_lines(conditions: Iterable[ChangedCondition], *, most: int | None = None) -> Iterator[str]:
    """Which records scopes have now, with those together that change alike for the same holders.

    Conditions that are longer than *most* are shown where they differ.
    """
    alike: dict[tuple[object, ...], list[ChangedCondition]] = {}
    for change in conditions:
        group = change.permission.rpartition(".")[0]
        said = (change.scope, change.verb, change.before, change.after, change.severity, change.holders)
        alike.setdefault((group, *said), []).append(change)
    for several in alike.values():
        change = several[0]
        group = change.permission.rpartition(".")[0]
        names = [*dict.fromkeys(known.permission.rpartition(".")[2] for known in several)]
        path = change.permission if len(names) == 1 else _together(group, names)
        scope = "" if change.scope is None else f" @{change.scope}"
        sensitive = "  (sensitive)" if change.severity == "sensitive" else ""
        unknown = "  (more or fewer records: not known)" if change.verb == "changed" else ""
        records = " → ".join(where_apart(change.before, change.after, most))
        yield f"{MARKS[change.verb]} records of {path}{scope}  {records}{unknown}{sensitive}"
        shown = ", ".join(map(str, change.holders[:_NAMES])) or _NOBODY
        more = len(change.holders) - _NAMES
        yield f"    for {shown}" + (f" and {more} more" if more > 0 else "")


def reason_lines(reason: ChangeReason) -> Iterator[str]:
    """Why something changes: what only one side has, what is in the way, and a question to try."""
    for line in reason.lines:
        yield f"{'now' if line.side == 'new' else 'was'}: {_place(line)}"
    for line in reason.blocked:
        yield f"{'not now' if line.side == 'new' else 'not before'}: {_place(line)}"
    answers = ("no", "yes")
    question = reason.question
    yield f"try: {question.command}  {answers[question.was]} → {answers[question.now]}"


def group_reason_lines(group: ChangeGroup, most: int | None = None) -> Iterator[str]:
    """Why it happens to the first of a group, and what else there is to say of others: *most* of them."""
    for number, (subjects, reasons) in enumerate(islice(group.reasons(), most)):
        if number:
            yield f"for {whom(subjects)}{where_text(subjects)}{period_text(subjects)}:"
        for reason in reasons:
            yield from reason_lines(reason)


def _place(line: ReasonLine) -> str:
    return line.text + (f"  {line.file}:{line.line}" if line.file else "")


def where_text(subjects: ChangedSubjects) -> str:
    """In which domains a change happens; empty for roles that all of them share."""
    return f" in {', '.join(map(named, subjects.domains))}" if subjects.domains else ""


def whom(subjects: ChangedSubjects, most: int = _NAMES) -> str:
    """Whom a change is about; of more than *most*, and one, the first ones and how many more."""
    if subjects.kind == "everybody else":
        return "everybody else"
    names = called(subjects)
    if len(names) == 1:
        return f"{subjects.kind} {names[0]}"
    more = len(names) - most
    shown = ", ".join(names[: most if more > 1 else None])
    return f"{len(names)} {subjects.kind}s: {shown}" + (f" and {more} more" if more > 1 else "")


def called(subjects: ChangedSubjects) -> list[str]:
    """The names of those whom a change is about; a role or a team of another domain has that before it."""
    here = ("", *subjects.domains)
    return [
        named(name) if owner in here else f"{named(owner)}/{named(name)}" for name, owner in subjects.owned
    ]


def named(name: str) -> str:
    """A name as it is, or in backticks where it could be read as more than one word."""
    return name if _WORD.fullmatch(name) else quoted(name)


def change_lines(changes: tuple[AccessChange, ...]) -> Iterator[str]:
    """A line for each change, with those together that happen alike to permissions of one group."""
    alike: dict[tuple[object, ...], dict[str, None]] = {}
    for change in changes:
        _, name = _place_of(change)
        names = alike.setdefault(_alike(change), {})
        names[name] = None  # several permissions may have become one
    for change in changes:
        group, _ = _place_of(change)
        together = alike.pop(_alike(change), None)
        if together is None:
            continue
        path = change.permission.said if len(together) == 1 else _together(group, together)
        sensitive = "  (sensitive)" if change.severity == "sensitive" else ""
        yield f"{MARKS[change.verb]} {path}{_extent(change)}{sensitive}"


def _together(group: str, names: Iterable[str]) -> str:
    """Several permissions of one group, or of none."""
    return f"{group}.{{{', '.join(names)}}}" if group else ", ".join(names)


def _place_of(change: AccessChange) -> tuple[str, str]:
    """The group of a permission, and its name in there; an alias is in none, and alone."""
    if change.permission.is_alias:
        return change.permission.said, ""
    group, _, name = change.permission.path.rpartition(".")
    return group, name


def _alike(change: AccessChange) -> tuple[object, ...]:
    group, _ = _place_of(change)
    return (change.verb, group, change.told, change.severity)


def _extent(change: AccessChange) -> str:
    before, after = (" ".join(filter(None, parts)) for parts in change.told)
    if change.verb == "gained":
        return f"  {after}" if after else ""
    if change.verb == "lost":
        return f"  {before}" if before else ""
    return f"  {before or 'all'} → {after or 'all'}"


def period_text(subjects: ChangedSubjects) -> str:
    """From when to when a change holds; empty where it holds from now on without end."""
    return period_words(subjects.since, subjects.until)
