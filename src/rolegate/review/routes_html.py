"""The routes of an application that change, as a part of a web page."""

from __future__ import annotations

from rolegate.answers.web_page import mark
from rolegate.review.compared_routes import NO_OLDER, ComparedRoutes
from rolegate.review.route_changes import LOOKED_UP, RouteChange, named_texts, why_refused
from rolegate.review.verdict_text import routes_text
from rolegate.texts.escaping import in_html, message_in_html


def routes_part(routes: ComparedRoutes) -> str:
    """The section about routes, the refused ones first; empty where there is nothing to say."""
    if not routes.changes and not routes.is_new:
        return ""
    refused = routes.refused
    title = f"Refused: {routes_text(refused)}" if refused else "Routes"
    about = f"<p>{NO_OLDER[0].upper()}{NO_OLDER[1:]}.</p>" if routes.is_new else ""
    items = "".join(map(_item, sorted(routes.changes, key=lambda change: not change.unguarded)))
    kind = "routes refused" if refused else "routes"
    return f'<section class="{kind}"><h2>{title}</h2>{about}<ul>{items}</ul></section>'


def _item(change: RouteChange) -> str:
    same = change.before == change.after
    guards = (change.after,) if same else (change.before or "new", change.after or "gone")
    said = [f"<b>{in_html(change.name)}</b> {' → '.join(in_html(guard or '') for guard in guards)}"]
    if change.unguarded:
        said.append(f"{mark('refused', 'lost')} {message_in_html(why_refused(change))}")
    if change.looked_up:
        said.append(message_in_html(LOOKED_UP))
    if change.was is not None:
        said.append(f"called before: {in_html(change.was)}")
    told = (message_in_html(named_texts(names)) for names in change.callers)
    said += [f'<span class="callers">may be called by: {names}</span>' for names in told]
    return f"<li>{'<br>'.join(said)}</li>"
