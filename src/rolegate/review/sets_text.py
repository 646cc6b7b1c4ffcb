"""The access diff of several policy sets, as text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.review.diff_markdown import LIMIT, diff_markdown
from rolegate.review.diff_text import diff_lines
from rolegate.review.sets_diff import SetDiff, SetsDiff
from rolegate.texts.escaping import in_markdown, plain


def sets_lines(diff: SetsDiff) -> Iterator[str]:
    """What changes in each set that changes; otherwise, that nothing does in so many."""
    changed = [known for known in diff.sets if known]
    for number, known in enumerate(changed):
        if number:
            yield ""
        yield f"{plain(_title(known))}:"
        for line in diff_lines(known.diff) if known.diff is not None else (_alone(known),):
            yield f"  {line}" if line else ""
    if not changed:
        yield _nobody(diff)


def sets_markdown(diff: SetsDiff) -> str:
    """The comment for all sets; those that no longer fit are named."""
    changed = [known for known in diff.sets if known]
    if not changed:
        return f"**Access: {_nobody(diff)}.**\n"
    said, left, room = [], [], LIMIT - 2_000
    for known in changed:
        title = f"### {in_markdown(_title(known))}"
        text = f"{title}\n\n**{_alone(known)}.**\n"
        if known.diff is not None:
            text = diff_markdown(known.diff, (title,))
        if len(text) > room:
            left.append(in_markdown(known.folder[:100]))
            continue
        room -= len(text) + 1
        said.append(text)
    if left:
        more = f" and {len(left) - 10} more" if len(left) > 10 else ""
        said.append(f"**Access changes in these as well: {', '.join(left[:10])}{more}**\n")
    return "\n".join(said)


def _title(known: SetDiff) -> str:
    return known.folder if known.former is None else f"{known.former} → {known.folder}"


def _alone(known: SetDiff) -> str:
    if known.state == "new":
        return "the policy set is new: it is compared with nothing, and all that it gives is given anew"
    return "the policy set is gone: it is compared with nothing, and all that it gave is taken away"


def _nobody(diff: SetsDiff) -> str:
    number = len(diff.sets)
    return f"nobody's access changes in {number} policy set{'' if number == 1 else 's'}"
