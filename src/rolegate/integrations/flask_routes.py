"""The routes of a Flask application, each with what is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from flask import Flask

from rolegate.documents.route_lock import NOTHING, GuardedRoute
from rolegate.integrations.flask_rules import answered_by_flask
from rolegate.integrations.flask_views import class_of_view, handler_of, unguarded_methods
from rolegate.integrations.guard import PUBLIC
from rolegate.integrations.guard_texts import guard_text, marks_on


def methods_of(rule: Any, view: Any) -> set[str]:
    """The methods of *rule* that *view* answers for itself."""
    methods = set(rule.methods or getattr(view, "methods", None) or {"GET"})
    if answered_by_flask(rule):
        methods -= {"OPTIONS"}
    if "GET" in methods and handler_of(view, "HEAD") is handler_of(view, "GET"):
        methods -= {"HEAD"}
    return methods


def guarded_routes(app: Flask, open_endpoints: Collection[str]) -> Iterator[GuardedRoute]:
    """Each rule with each of its methods; the endpoints that are open on purpose are public."""
    for rule in app.url_map.iter_rules():
        view = app.view_functions.get(rule.endpoint)
        where = f"{rule.host or rule.subdomain or ''}{rule.rule}"
        for method in sorted(methods_of(rule, view)):
            yield GuardedRoute(where, method, _guard(view, method, rule.endpoint in open_endpoints))


def _guard(view: Any, method: str, is_open: bool) -> str:
    if is_open:
        return PUBLIC
    if unguarded_methods(view, [method]):
        return NOTHING
    around = getattr(class_of_view(view), "dispatch_request", None)
    return guard_text(marks_on((view, around, handler_of(view, method))))
