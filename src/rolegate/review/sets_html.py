"""The access diff of several policy sets as one web page."""

from __future__ import annotations

from rolegate.review.access_diff import AccessDiff
from rolegate.review.diff_html import diff_page, diff_parts
from rolegate.review.sets_diff import SetsDiff
from rolegate.review.sets_text import alone_text, nobody_text, title_of, told_sets
from rolegate.texts.escaping import in_html


def sets_html(diff: SetsDiff) -> str:
    """One page for all sets that change."""
    parts = ["<h1>Changes of access</h1>"]
    for known in told_sets(diff):
        parts.append(f"<h2>{in_html(title_of(known))}</h2>")
        if known.diff is None:
            parts.append(f"<p>{alone_text(known)}</p>")
        parts += diff_parts(known.diff or AccessDiff(()), known.verdict)
    if len(parts) == 1:
        parts.append(f"<p>{nobody_text(diff)}</p>")
    return diff_page(parts)
