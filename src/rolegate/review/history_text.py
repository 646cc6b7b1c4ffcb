"""The history of somebody's access as text: a line for each commit, and below it what changed."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.documents.git_history import SetCommit
from rolegate.review.access_history import AccessHistory, HistoryStep
from rolegate.review.diff_text import diff_lines
from rolegate.review.fitted_lines import fitted_lines
from rolegate.texts.escaping import plain

_LISTED = 5
_LONG = 1000


def history_lines(history: AccessHistory) -> Iterator[str]:
    """The lines of a report; without a step, one that says so.

    Nothing in a name can end a line, or be obeyed by a terminal.
    """
    return map(plain, _lines(history))


def _lines(history: AccessHistory) -> Iterator[str]:
    if history.note:
        yield history.note
        yield ""
    if not any(step.diff for step in history.steps):
        yield "no commit changes this access" + (" in the part that was looked at" if history.more else "")
    for number, step in enumerate(history.steps):
        if number or not any(known.diff for known in history.steps):
            yield ""
        yield commit_line(step.commit)
        for line in _step_lines(step):
            yield f"  {line}" if line else ""
    if history.more:
        yield ""
        yield "older commits were not looked at"


def commit_line(commit: SetCommit | None) -> str:
    """When, which, by whom, and its title."""
    if commit is None:
        return "not committed yet"
    day = "no valid date" if commit.when is None else f"{commit.when:%Y-%m-%d}"
    return f"{day}  {commit.short}  {commit.author}  {commit.title}"


def _step_lines(step: HistoryStep) -> Iterator[str]:
    commit = step.commit
    if step.state == "broken":
        first, more = step.errors[0], len(step.errors) - 1
        place = f"{first.span.file}:{first.span.line}"
        yield f"does not load: {place}: {first.code}: {first.message}" + (
            f", and {more} more" if more else ""
        )
        return
    if commit is not None and commit.moved_from is not None:
        yield f"the policy set moved here from {commit.moved_from or '.'}"
    if step.state != "changed":
        yield "the policy set is new" if step.state == "new" else "the policy set is gone"
    for several, word in (
        (step.brought, "brought by the merge"),
        (step.bridged, "or by one that does not load"),
    ):
        shown = [f"{word}: {commit_line(known)}" for known in several[:_LISTED]]
        yield from shown
        if len(several) > _LISTED:
            yield f"{word}: {len(several) - _LISTED} more"
    if step.in_merge:
        files = fitted_lines(step.in_merge, _LONG, most=_LISTED)
        yield f"changed in the merge itself: {', '.join(files)}"
    if step.was is not None:
        yield f"called before: {step.was.said()}"
    if step.diff:
        yield from (line for line in diff_lines(step.diff) if not line.lstrip().startswith("try: "))
