"""Flask: an extension with a decorator for views, and a mode that denies every view without a guard.

rg = RolegateFlask(gate, current_subject, deny_by_default=True)   # current_subject() -> Subject | None
rg.init_app(app)

@app.get("/inboxes/<inbox>")
@rg.require("inboxes.access", on=PathParam("inbox"))    # below the route: Flask ignores what is above it
def inbox(inbox): ...

assert rg.audit(app) == ()                              # in a test: every view has a guard
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response, abort, current_app, jsonify, request

from rolegate.documents.route_lock import GuardedRoute
from rolegate.errors import GuardError
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.ask_guard import ask_on, somebody, written
from rolegate.integrations.asked_arguments import AskedArguments, arguments
from rolegate.integrations.changed_arguments import kept, unchanged
from rolegate.integrations.check_wiring import check_wiring
from rolegate.integrations.flask_kept_arguments import DispatchGuard
from rolegate.integrations.flask_routes import guarded_routes, methods_of
from rolegate.integrations.flask_rules import answered_by_flask, is_preprocessed
from rolegate.integrations.flask_views import (
    changed_below,
    class_of_view,
    guards_on,
    handler_of,
    unguarded_methods,
)
from rolegate.integrations.guard import (
    MARK,
    PUBLIC,
    SIGNED_IN,
    Guard,
    PathParam,
    Unguarded,
    Where,
)
from rolegate.integrations.refusal_language import nothing_guards, told
from rolegate.integrations.unfit_guards import Unfit, check_view, misfit, refusing

if TYPE_CHECKING:
    from rolegate.gate.gate import Gate
    from rolegate.gate.subject import Subject

__all__ = ["PathParam", "RolegateFlask", "Unfit", "Unguarded", "unchanged"]

_log = logging.getLogger("rolegate")

View = TypeVar("View", bound=Callable[..., Any])


class RolegateFlask:
    """Guards for the views of an application.

    *subject* is called at most once in a request, and returns its `rolegate.Subject`, or None if nobody has
    signed in (answered with 401). Like everything that guards call, it may be asynchronous.
    """

    def __init__(
        self,
        gate: Gate,
        subject: Callable[[], Subject | Awaitable[Subject | None] | None],
        app: Flask | None = None,
        *,
        deny_by_default: bool = False,
        open_endpoints: Collection[str] = ("static",),
    ) -> None:
        """With *deny_by_default*, a view without `require`, `signed_in` or `public` answers with 403.

        *open_endpoints* are open to everyone; name there the endpoints of views that cannot be decorated.

        Raises:
            TypeError: for something else than a gate, a function and an application.
        """
        check_wiring(gate, subject)
        self.gate = gate
        self.deny_by_default = deny_by_default
        self.open_endpoints = frozenset(open_endpoints)
        self._provider = subject
        self._key = f"rolegate.subject.{id(self)}"
        self._checked: dict[Flask, str | None] = {}
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Answer `Forbidden` with 403 and a body that programs can read; deny by default if that is chosen.

        If a guard cannot ask about what its view gets, the application answers every request with an error.

        Raises:
            TypeError: for something else than an application.
        """
        if not isinstance(app, Flask):
            kind = type(app).__name__
            raise TypeError(f"`app` has to be an application, not `{kind}`: write `app = Flask(__name__)`")
        app.extensions["rolegate"] = self
        app.register_error_handler(Forbidden, _refuse)
        app.before_request(self._stop_misfits)
        if self.deny_by_default:
            app.before_request(self._refuse_unguarded)

    @property
    def subject(self) -> Subject:
        """Who makes the request; does not change during it. Aborts with 401 if nobody has signed in."""
        # Kept with the request, not in `g`: requests made inside one `app.app_context()` share `g`.
        if self._key not in request.environ:
            found = current_app.ensure_sync(self._provider)()
            request.environ[self._key] = somebody(found)
        subject: Subject | None = request.environ[self._key]
        if subject is None:
            abort(401)
        return subject

    def require(
        self,
        permission: str,
        *,
        on: Where = None,
        scope: str | None = None,
        record: Callable[..., Any] | None = None,
    ) -> Callable[[View], View]:
        """A decorator that admits whoever may use *permission*. Put it below the decorator of the route.

        `on` is a raw id, `PathParam("inbox")`, or a callable that returns the id; `record` is a callable that
        returns the record in question. Callables get the arguments of the view, by name.

        Raises:
            UnknownNameError: when called, for what the catalog does not have; when it decorates a view, for a
                path parameter that the view does not take.
        """
        guard = Guard(self.gate, permission, written(on), scope, record)

        def decorate(view: View) -> View:
            check_view(view, guard)
            dispatch = DispatchGuard()

            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                subject = self.subject
                asked = _asked(guard, view, args, kwargs)
                if record is not None:
                    guard.ask(subject, record=current_app.ensure_sync(record)(**kwargs))
                else:
                    ask_on(guard, subject, _instance(on, kwargs))
                return dispatch.call(guarded, view, asked, args, kwargs)

            setattr(guarded, MARK, guard)
            return kept(guarded)  # type: ignore[return-value]  # the same signature, by `wraps`

        return decorate

    def public(self, view: View) -> View:
        """A decorator that says that a view is open to everyone on purpose."""

        @wraps(view)
        def opened(*args: Any, **kwargs: Any) -> Any:
            return current_app.ensure_sync(view)(*args, **kwargs)

        setattr(opened, MARK, PUBLIC)
        return kept(opened)  # type: ignore[return-value]  # the same signature, by `wraps`

    def signed_in(self, view: View) -> View:
        """A decorator that admits whoever has signed in."""

        @wraps(view)
        def known(*args: Any, **kwargs: Any) -> Any:
            _ = self.subject
            return current_app.ensure_sync(view)(*args, **kwargs)

        setattr(known, MARK, SIGNED_IN)
        return kept(known)  # type: ignore[return-value]  # the same signature, by `wraps`

    def audit(self, app: Flask) -> tuple[Unguarded, ...]:
        """Every rule whose view has no guard, or has one above the decorator of the route, without effect.

        A guard that asks for a path parameter that the rule does not have is among them, as an `Unfit`.
        """
        found: list[Unguarded] = []
        for rule in app.url_map.iter_rules():
            view = app.view_functions.get(rule.endpoint)
            if rule.endpoint in self.open_endpoints:
                continue
            methods = methods_of(rule, view)
            unasked = unguarded_methods(view, sorted(methods))
            if unasked:
                found.append(Unguarded(rule.rule, tuple(unasked), rule.endpoint))
            else:
                guards = list(guards_on(view, sorted(methods)))
                converters = getattr(rule, "_converters", {})
                parameters = {name: converters.get(name) for name in rule.arguments}
                missed = None if is_preprocessed(app, rule.endpoint) else misfit(guards, parameters)
                reason = missed or changed_below(view, methods)
                if reason is not None:
                    found.append(Unfit(rule.rule, tuple(sorted(methods)), rule.endpoint, reason))
        return tuple(found)

    def routes(self, app: Flask) -> tuple[GuardedRoute, ...]:
        """Every rule and method with what is asked for, for a file of routes; see `rolegate.lock_text`."""
        return tuple(guarded_routes(app, self.open_endpoints))

    def _stop_misfits(self) -> None:
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # behind the proxy
        if app not in self._checked:
            self._checked[app] = refusing([found for found in self.audit(app) if isinstance(found, Unfit)])
        why = self._checked[app]
        if why is not None:
            raise GuardError(why)

    def _refuse_unguarded(self) -> Response | None:
        endpoint, rule = request.endpoint, request.url_rule
        if endpoint is None or rule is None or endpoint in self.open_endpoints:
            return None
        if request.method == "OPTIONS" and answered_by_flask(rule):
            return None
        if not unguarded_methods(current_app.view_functions.get(endpoint), [request.method]):
            return None
        _log.error(
            "denied: nothing guards `%s`; put `require` or `public` below its route"
            " (a decorator without `functools.wraps` hides a guard below it)",
            endpoint,
        )
        locales = self.gate.policy.locales
        return _answer(*nothing_guards(request.headers.get("Accept-Language"), locales))


def _refuse(error: Forbidden) -> Response:
    return _answer(*told(error, request.headers.get("Accept-Language")))


def _answer(body: dict[str, Any], headers: dict[str, str]) -> Response:
    answer: Response = jsonify(body)
    answer.status_code = 403
    answer.headers.update(headers)
    return answer


def _instance(on: Where, params: dict[str, Any]) -> Any:
    if isinstance(on, PathParam):
        return on.of(params)
    return current_app.ensure_sync(on)(**params) if callable(on) else on


def _asked(guard: Guard, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> AskedArguments:
    """What *guard* asks about in a call of *view*.

    Raises:
        GuardError: if *view*, or the method of its class that answers, gets something else.
    """
    asked = AskedArguments.of(guard, (), kwargs)
    kind = class_of_view(view)
    if not guard.looks:
        return asked
    if kind is None:
        asked.compare(view, arguments(view, args, kwargs))
    else:
        handler = handler_of(view, request.method) or getattr(kind, "dispatch_request", view)
        asked.compare(handler, arguments(handler, (kind, *args), kwargs))
    return asked
