"""The access diff of several policy sets, as text, as Markdown and as a web page."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.review.access_diff import AccessDiff
from rolegate.review.diff_html import diff_page, diff_parts
from rolegate.review.diff_markdown import LIMIT, diff_markdown
from rolegate.review.diff_text import diff_lines
from rolegate.review.sets_diff import SetDiff, SetsDiff
from rolegate.review.verdict_text import verdict_lines, verdict_markdown
from rolegate.texts.escaping import in_html, in_markdown, plain


def sets_lines(diff: SetsDiff) -> Iterator[str]:
    """What changes in each set that changes; otherwise, that nothing does in so many."""
    changed = _told(diff)
    for number, known in enumerate(changed):
        if number:
            yield ""
        yield f"{plain(_title(known))}:"
        for line in diff_lines(known.diff) if known.diff is not None else (_alone(known),):
            yield f"  {line}" if line else ""
        if known.verdict is not None:
            yield ""
            yield from (f"  {line}" for line in verdict_lines(known.verdict))
    if not changed:
        yield _nobody(diff)


def sets_markdown(diff: SetsDiff) -> str:
    """The comment for all sets; those that no longer fit are named."""
    changed = _told(diff)
    if not changed:
        return f"**Access: {_nobody(diff)}.**\n"
    said, left, room = [], [], LIMIT - 2_000
    for known in changed:
        judged = () if known.verdict is None else verdict_markdown(known.verdict)
        top = (f"### {in_markdown(_title(known))}", *judged)
        text = "\n\n".join((*top, f"**{_alone(known)}.**\n"))
        if known.diff is not None:
            text = diff_markdown(known.diff, top)
        if len(text) > room:
            left.append(in_markdown(known.folder[:100]))
            continue
        room -= len(text) + 1
        said.append(text)
    if left:
        more = f" and {len(left) - 10} more" if len(left) > 10 else ""
        said.append(f"**Access changes in these as well: {', '.join(left[:10])}{more}**\n")
    return "\n".join(said)


def sets_html(diff: SetsDiff) -> str:
    """One page for all sets that change."""
    parts = ["<h1>Changes of access</h1>"]
    for known in _told(diff):
        parts.append(f"<h2>{in_html(_title(known))}</h2>")
        if known.diff is None:
            parts.append(f"<p>{_alone(known)}</p>")
        parts += diff_parts(known.diff or AccessDiff(()), known.verdict)
    if len(parts) == 1:
        parts.append(f"<p>{_nobody(diff)}</p>")
    return diff_page(parts)


def _told(diff: SetsDiff) -> list[SetDiff]:
    """The sets of which there is something to say."""
    said = {
        known.folder
        for known in diff.sets
        if known.verdict is not None and (known.verdict.refusals or known.verdict.findings)
    }
    return [known for known in diff.sets if known or known.folder in said]


def _title(known: SetDiff) -> str:
    return known.folder if known.former is None else f"{known.former} → {known.folder}"


def _alone(known: SetDiff) -> str:
    if known.state == "new":
        return "the policy set is new: it is compared with nothing, and all that it gives is given anew"
    return "the policy set is gone: it is compared with nothing, and all that it gave is taken away"


def _nobody(diff: SetsDiff) -> str:
    number = len(diff.sets)
    return f"nobody's access changes in {number} policy set{'' if number == 1 else 's'}"
