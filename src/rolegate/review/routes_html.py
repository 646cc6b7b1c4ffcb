"""The routes of an application that change, as a part of a web page."""

from __future__ import annotations

from rolegate.answers.web_page import mark
from rolegate.review.compared_routes import NO_OLDER, ComparedRoutes
from rolegate.review.route_changes import RouteChange, named_texts, why_refused
from rolegate.review.verdict_text import routes_text
from rolegate.texts.escaping import in_html

_HEADS = ("Route", "Before", "After")


def routes_part(routes: ComparedRoutes) -> str:
    """The section about routes, the refused ones first; empty where there is nothing to say."""
    if not routes.changes and not routes.is_new:
        return ""
    refused = routes.refused
    title = f"Refused: {routes_text(refused)}" if refused else "Routes"
    about = f"<p>{NO_OLDER[0].upper()}{NO_OLDER[1:]}.</p>" if routes.is_new else ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in _HEADS)
    rows = "".join(map(_row, sorted(routes.changes, key=lambda change: not change.unguarded)))
    table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if rows else ""
    kind = "routes refused" if refused else "routes"
    return f'<section class="{kind}"><h2>{title}</h2>{about}{table}</section>'


def _row(change: RouteChange) -> str:
    said = [in_html(change.name)]
    if change.unguarded:
        said.append(f"{mark('refused')} {in_html(why_refused(change))}")
    if change.was is not None:
        said.append(f"called before: {in_html(change.was)}")
    said += [f"may be called by: {in_html(named_texts(names))}" for names in change.callers]
    guards = "".join(f"<td>{_guard(guard)}</td>" for guard in (change.before, change.after))
    kind = ' class="unguarded"' if change.unguarded else ""
    return f'<tr{kind}><th scope="row">{"<br>".join(said)}</th>{guards}</tr>'


def _guard(guard: str | None) -> str:
    return "no such route" if guard is None else in_html(guard)
