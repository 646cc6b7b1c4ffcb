"""An access diff as Markdown, for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.catalog_notes import IN_COMMENTS
from rolegate.review.change_groups import ChangeGroup, change_groups, counted, headline
from rolegate.review.diff_text import (
    NAMES,
    called,
    change_lines,
    condition_lines,
    group_reason_lines,
    mark_line,
    named,
    period_text,
)
from rolegate.review.extents import AccessChange
from rolegate.review.fitted_lines import fitted_lines, shortened, text_size
from rolegate.texts.escaping import in_code_block, in_markdown, in_summary

LIMIT = 65_000
"""A comment has at most so many characters; GitHub refuses one with more than 65,536."""

OPEN = 6
"""So many groups are shown unfolded, as far as each is short."""

Escaper = Callable[[str], str]

_SHORT = 12
_REASONS, _AT_TOP = 5, 8_000
_CONDITION = 180
"""Two conditions of this length, and the words around them, are not cut by the limit of a line."""
_KINDS = {"+": "+", "↑": "+", "-": "-", "↓": "-", "~": "!"}
"""The marks of changes as a block of `diff` colours them."""


def diff_markdown(diff: AccessDiff, top: Sequence[str] = (), elsewhere: str = "", end: str = "") -> str:
    """The comment: *top*, which is Markdown, how many gain and lose, each group of equal changes, and *end*.

    Where that goes beyond `LIMIT`, the reasons are left out, then whole groups, those that gain nothing
    first; these are counted, and *elsewhere* says where to see all.
    """
    groups = change_groups(diff)
    who = headline(groups) if groups or not diff.conditions else "the conditions on records change"
    said = [*top, f"**Access: {who}.**", *_at_top(diff)]
    room = LIMIT - text_size("\n\n".join([*said, end])) - _LAST
    left: list[ChangeGroup] = []
    texts = [_group(group, len(groups) > OPEN, reasons=True) for group in groups]
    if sum(text_size(text) + 2 for text in texts) > room:
        texts = [_group(group, len(groups) > OPEN, reasons=False) for group in groups]
    for group, text in zip(groups, texts, strict=True):
        if text_size(text) + 2 > room:
            left.append(group)
            continue
        room -= text_size(text) + 2
        said.append(text)
    if left:
        said.append(_left_out(left, elsewhere))
    said += [end] * bool(end)
    return "\n\n".join(said) + "\n"


_LAST = 1_000
"""So much is kept free for saying what was left out."""


def _at_top(diff: AccessDiff) -> Iterator[str]:
    """What changes of marks and of conditions on records, and what has to be known."""
    parts = (
        ("What is sensitive changes:", list(map(mark_line, diff.marks))),
        ("Which records a scope has changes:", list(condition_lines(diff.conditions, most=_CONDITION))),
        ("To know:", [str(note) for note in diff.notes if note.kind in IN_COMMENTS]),
    )
    for title, lines in parts:
        if lines:
            told = [in_markdown(shortened(line)) for line in lines]
            listed = "\n".join(fitted_lines(told, _AT_TOP, most=NAMES, mark="- "))
            yield f"**{title}**\n\n{listed}"


def _left_out(groups: Sequence[ChangeGroup], elsewhere: str) -> str:
    number = sum(len(group.changes) for group in groups)
    changes = "1 more change is" if number == 1 else f"{number} more changes are"
    where = in_markdown(elsewhere[:200] or "run rolegate diff")
    return f"**{changes} not shown here: {headline(groups)}.** To see all of it: {where}"


def _group(group: ChangeGroup, folded: bool, reasons: bool) -> str:
    """A group: whom it is about, and what changes for them."""
    lines = list(_diff_lines(group.changes))
    block = in_code_block(lines, "diff")
    others = "\n".join(_others(group.subjects[1:]))
    also = f"The same for\n\n{others}\n\n" if others else ""
    block += _reasons(group) if reasons else ""
    if folded or len(lines) + len(group.subjects) > _SHORT:
        who = _who(group.subjects[0], in_summary)
        more = f" and {len(group.subjects) - 1} more" if others else ""
        summary = f"<summary><b>{who}</b>{more}: {_counted(group.changes)}</summary>"
        return f"<details>{summary}\n\n{also}{block}\n\n</details>"
    return f"**{_who(group.subjects[0], in_markdown)}**\n\n{also}{block}"


def _others(subjects: tuple[ChangedSubjects, ...]) -> Iterator[str]:
    """A list of the first ones, and who the others are, in numbers."""
    yield from (f"- {_who(known, in_markdown)}" for known in subjects[:NAMES])
    for who, _ in counted([ChangeGroup(subjects[NAMES:])]):
        yield f"- and {len(subjects) - NAMES} more: {who}"


def _reasons(group: ChangeGroup) -> str:
    """Why it changes: each line as it is in a file, or what is in the way, and a question to try."""
    lines = list(group_reason_lines(group, _REASONS))
    return "\n\n" + "\n".join(f"- {in_markdown(line)}" for line in lines) if lines else ""


def _diff_lines(changes: tuple[AccessChange, ...]) -> Iterator[str]:
    for line in change_lines(changes):
        yield _KINDS[line[0]] + line[1:]


def _counted(changes: Iterable[AccessChange]) -> str:
    """How many permissions are gained and lost, in words."""
    verbs = [change.verb for change in changes]
    return ", ".join(f"{verbs.count(verb)} {verb}" for verb in dict.fromkeys(verbs))


def _who(subjects: ChangedSubjects, escaped: Escaper) -> str:
    """Whom it is about, where and when, each name as *escaped*."""
    names = _names(called(subjects), escaped)
    number = f"{len(subjects.names)} {subjects.kind}s: " if len(subjects.names) > 1 else f"{subjects.kind} "
    who = "everybody else" if subjects.kind == "everybody else" else f"{number}{names}"
    where = f" in {_names(list(map(named, subjects.domains)), escaped)}" if subjects.domains else ""
    return f"{who}{where}{period_text(subjects)}"


def _names(names: Sequence[str], escaped: Escaper) -> str:
    """The first of *names*, and how many more there are; one more is named as well."""
    more = len(names) - NAMES
    shown = ", ".join(escaped(name) for name in names[: NAMES if more > 1 else None])
    return shown + (f" and {more} more" if more > 1 else "")
