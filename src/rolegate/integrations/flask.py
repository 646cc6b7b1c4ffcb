"""Flask: an extension, a decorator for views, and a mode in which a view without it answers nobody.

rg = RolegateFlask(gate, current_subject, deny_by_default=True)   # current_subject() -> Subject | None
rg.init_app(app)

@app.get("/inboxes/<inbox>")
@rg.require("inboxes.access", on=PathParam("inbox"))    # below the route: Flask ignores what stands above it
def inbox(inbox): ...

assert rg.audit(app) == ()                              # in a test: no view without a guard
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, abort, current_app, jsonify, request

from rolegate.gates.forbidden import Forbidden
from rolegate.integrations.guard import MARK, PUBLIC, SIGNED_IN, Guard, PathParam, Unguarded, Where, marked

if TYPE_CHECKING:
    from rolegate.gate import Gate
    from rolegate.gates.subject import Subject

__all__ = ["PathParam", "RolegateFlask", "Unguarded"]

_log = logging.getLogger("rolegate")

View = TypeVar("View", bound=Callable[..., Any])


class RolegateFlask:
    """Guards for the views of an application.

    *subject* is called within a request, at most once, and gives its `rolegate.Subject`, or None when nobody
    has signed in (answered with 401).
    """

    def __init__(
        self,
        gate: Gate,
        subject: Callable[[], Subject | None],
        app: Flask | None = None,
        *,
        deny_by_default: bool = False,
        open_endpoints: Collection[str] = ("static",),
    ) -> None:
        """With *deny_by_default* a view that has none of `require`, `signed_in` and `public` answers 403.

        *open_endpoints* are open to everyone: the endpoints of views that cannot be decorated.
        """
        self.gate = gate
        self.deny_by_default = deny_by_default
        self.open_endpoints = frozenset(open_endpoints)
        self._provider = subject
        self._key = f"rolegate.subject.{id(self)}"
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Answer `Forbidden` with 403 and a body programs can read, and deny by default if so told."""
        app.extensions["rolegate"] = self
        app.register_error_handler(Forbidden, _refuse)
        if self.deny_by_default:
            app.before_request(self._refuse_unguarded)

    @property
    def subject(self) -> Subject:
        """Who makes the request, the same all through it. Aborts with 401 when nobody has signed in."""
        # Kept with the request, not in `g`: requests made inside one `app.app_context()` share `g`.
        if self._key not in request.environ:
            request.environ[self._key] = self._provider()
        found: Subject | None = request.environ[self._key]
        if found is None:
            abort(401)
        return found

    def require(
        self,
        permission: str,
        *,
        on: Where = None,
        scope: str | None = None,
        record: Callable[..., Any] | None = None,
    ) -> Callable[[View], View]:
        """A decorator that lets pass who may use *permission*. It stands below the decorator of the route.

        `on` is a raw id, `PathParam("inbox")`, or a callable that gives the id; `record` is a callable that
        gives the record in question. Callables get the arguments of the view, by name.

        Raises:
            UnknownName: when called, for what the catalog does not know.
        """
        guard = Guard(self.gate, permission, on, scope, record)

        def decorate(view: View) -> View:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                subject = self.subject
                found = record(**kwargs) if record is not None else None
                guard.ask(subject, on=_instance(on, kwargs), record=found)
                return current_app.ensure_sync(view)(*args, **kwargs)

            setattr(guarded, MARK, guard)
            return guarded  # type: ignore[return-value]  # the same signature, by `wraps`

        return decorate

    def public(self, view: View) -> View:
        """A decorator that asks nothing: it says that a view is open to everyone on purpose."""

        @wraps(view)
        def opened(*args: Any, **kwargs: Any) -> Any:
            return current_app.ensure_sync(view)(*args, **kwargs)

        setattr(opened, MARK, PUBLIC)
        return opened  # type: ignore[return-value]  # the same signature, by `wraps`

    def signed_in(self, view: View) -> View:
        """A decorator that lets pass whoever has signed in."""

        @wraps(view)
        def known(*args: Any, **kwargs: Any) -> Any:
            _ = self.subject
            return current_app.ensure_sync(view)(*args, **kwargs)

        setattr(known, MARK, SIGNED_IN)
        return known  # type: ignore[return-value]  # the same signature, by `wraps`

    def audit(self, app: Flask) -> tuple[Unguarded, ...]:
        """Every rule whose view has no guard, or has it above the decorator of the route to no effect."""
        found = []
        for rule in app.url_map.iter_rules():
            implied = {"OPTIONS"} if _answered_by_flask(rule) else set()
            implied |= {"HEAD"} if "GET" in (rule.methods or ()) else set()
            methods = sorted((rule.methods or {"GET"}) - implied)
            unasked = _unasked(app.view_functions.get(rule.endpoint), methods)
            if unasked and rule.endpoint not in self.open_endpoints:
                found.append(Unguarded(rule.rule, tuple(unasked), rule.endpoint))
        return tuple(found)

    def _refuse_unguarded(self) -> tuple[Response, int] | None:
        endpoint, rule = request.endpoint, request.url_rule
        if endpoint is None or rule is None or endpoint in self.open_endpoints:
            return None
        if request.method == "OPTIONS" and _answered_by_flask(rule):
            return None
        method = "GET" if request.method == "HEAD" else request.method
        if not _unasked(current_app.view_functions.get(endpoint), [method]):
            return None
        _log.error("denied: nothing guards `%s`; put `require` or `public` below its route", endpoint)
        return jsonify({"error": "forbidden", "message": "nothing says who may do this"}), 403


def _refuse(error: Forbidden) -> tuple[Response, int]:
    return jsonify(error.to_dict()), 403


def _answered_by_flask(rule: object) -> bool:
    """Whether OPTIONS is answered without calling the view."""
    return bool(getattr(rule, "provide_automatic_options", False))


def _instance(on: Where, params: dict[str, Any]) -> Any:
    if isinstance(on, PathParam):
        return on.of(params)
    return on(**params) if callable(on) else on


def _unasked(view: Any, methods: Iterable[str]) -> list[str]:
    """Those of *methods* that *view* answers without a guard."""
    kind = getattr(view, "view_class", None)
    if marked(view) or marked(getattr(kind, "dispatch_request", None)):
        return []
    return [method for method in methods if not marked(getattr(kind, method.lower(), None))]
