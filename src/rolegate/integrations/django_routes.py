"""The URLs of a Django project, each with what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from rolegate.documents.route_lock import NOTHING, GuardedRoute
from rolegate.integrations.django_audit import ViewURL, is_open, unguarded_methods, urls
from rolegate.integrations.guard import PUBLIC
from rolegate.integrations.guard_texts import guard_text, marks_on


def routes(urlconf: str | None = None) -> tuple[GuardedRoute, ...]:
    """Every URL of the project with what is asked for, for a file of routes; see `rolegate.lock_text`.

    A view that is a function answers `ANY` method.
    """
    return tuple(route for url in urls(urlconf) for route in _of(url))


def _of(url: ViewURL) -> Iterator[GuardedRoute]:
    view = url.view
    while isinstance(view, partial):
        view = view.func
    kind: Any = getattr(view, "view_class", None)
    given = getattr(view, "view_initkwargs", {})
    names = given.get("http_method_names", getattr(kind, "http_method_names", ()))
    unguarded = unguarded_methods(url.view)
    answered = {name.upper() for name in names if hasattr(kind, name)} | set(unguarded or ())
    for method in sorted(answered) or ["ANY"]:
        if is_open(url.name, url.namespaces):
            guard = PUBLIC
        elif unguarded is None or method in unguarded or (method == "ANY" and unguarded):
            guard = NOTHING
        else:
            answering = (view, getattr(kind, "dispatch", None), getattr(kind, method.lower(), None))
            guard = guard_text(marks_on(answering))
            if guard == NOTHING and method == "OPTIONS":
                continue  # Django's own, which lists the methods
        yield GuardedRoute(url.path, method, guard)
