"""The access diff of several policy sets as one web page."""

from __future__ import annotations

from rolegate.review.access_diff import AccessDiff
from rolegate.review.compared_routes import ComparedRoutes
from rolegate.review.diff_html import diff_page, diff_parts
from rolegate.review.routes_html import routes_part
from rolegate.review.sets_diff import SetsDiff
from rolegate.review.sets_text import alone_text, nobody_text, title_of, told_sets
from rolegate.texts.escaping import in_html


def sets_html(diff: SetsDiff, routes: ComparedRoutes | None = None) -> str:
    """One page for all sets that change, and for the *routes*."""
    parts = ["<h1>Changes of access</h1>"]
    changed = told_sets(diff)
    if not changed:
        parts.append(f"<p>{nobody_text(diff)}</p>")
    if routes is not None:
        parts.append(routes_part(routes))
    elsewhere = routes is not None and routes.refused > 0
    for known in changed:
        parts.append(f"<h2>{in_html(title_of(known))}</h2>")
        if known.diff is None:
            parts.append(f"<p>{in_html(alone_text(known))}</p>")
        parts += diff_parts(known.diff or AccessDiff(()), known.verdict, elsewhere=elsewhere)
    return diff_page(parts)
