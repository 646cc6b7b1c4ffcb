"""The guards on a Flask view: on itself, around the methods of its class, and on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask.views import MethodView

from rolegate.integrations.changed_arguments import changed
from rolegate.integrations.guard import MARK, Guard, guards_of, marked
from rolegate.integrations.unfit_guards import OTHERWISE


def unguarded_methods(view: Any, methods: Iterable[str]) -> list[str]:
    """The ones of *methods* that *view* answers without a guard."""
    if marked(view) or marked(getattr(class_of_view(view), "dispatch_request", None)):
        return []
    return [method for method in methods if not marked(handler_of(view, method))]


def guards_on(view: Any, methods: Iterable[str]) -> Iterator[Guard]:
    """The guards of *view* for *methods*."""
    around = getattr(class_of_view(view), "dispatch_request", None)
    return guards_of((view, around, *(handler_of(view, method) for method in methods)))


def changed_below(view: Any, methods: Iterable[str]) -> str | None:
    """Why the methods of a class may get other arguments than the guard around all of them asks about."""
    around = getattr(view, MARK, None)
    kind = class_of_view(view)
    if kind is None or not isinstance(around, Guard) or not around.looks:
        return None
    if issubclass(kind, MethodView) and kind.dispatch_request is not MethodView.dispatch_request:
        return f"`{kind.__name__}.dispatch_request` may change what the guard asks about; put the guard on it"
    below = [getattr(kind, "dispatch_request", None), *(handler_of(view, method) for method in methods)]
    return next(filter(None, (changed(handler, OTHERWISE) for handler in below if handler is not None)), None)


def class_of_view(view: Any) -> type | None:
    """The class that *view* is made of; None for a function."""
    kind = getattr(view, "view_class", None)
    return kind if isinstance(kind, type) else None


def handler_of(view: Any, method: str) -> Any:
    """What a view of a class calls for *method*; None if a guard on that would not be asked."""
    kind = class_of_view(view)
    if kind is None or not issubclass(kind, MethodView):
        return None  # any other `View` has one method, `dispatch_request`
    found = getattr(kind, method.lower(), None)
    return getattr(kind, "get", None) if found is None and method == "HEAD" else found
