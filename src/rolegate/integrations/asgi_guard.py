"""For Starlette and any other ASGI application: a guard around a route, or around a whole application.

Route("/inboxes/{inbox}", inbox, middleware=[
    Middleware(RolegateGuard, gate=gate, permission="inboxes.access", on=PathParam("inbox")),
])
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from inspect import iscoroutinefunction, signature
from typing import TYPE_CHECKING, Any

from rolegate.errors import GuardError
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.asgi import App, Receive, Scope, Send, subject_of
from rolegate.integrations.ask_guard import ask_on, somebody, written
from rolegate.integrations.guard import MARK, Guard, PathParam
from rolegate.integrations.refusal_language import told

if TYPE_CHECKING:
    from rolegate.gate.gate import Gate
    from rolegate.gate.instance_paths import On


class RolegateGuard:
    """Calls an application for those alone who may use a permission; put a `RolegateMiddleware` around it.

    Whoever has not signed in gets 401, and whoever may not gets 403 with a body that programs can read; a web
    socket is closed with 1008. `on` is a raw id, a path of ids, or `PathParam("inbox")`, the path parameter
    as the route around it converts it.
    """

    def __init__(
        self,
        app: App,
        gate: Gate,
        permission: str,
        *,
        on: On | PathParam | None = None,
        scope: str | None = None,
    ) -> None:
        """Guard *app* with a question to *gate*.

        Raises:
            UnknownNameError: for what the catalog does not have.
            TypeError: if *on* is a function, or a path parameter where *app* has routes of its own: these may
                have another parameter of that name, which their handler would get.
        """
        if callable(on) and not isinstance(on, PathParam):
            raise TypeError("`on` of a RolegateGuard is an id or a PathParam, not a function")
        if isinstance(on, PathParam) and any(hasattr(inner, "routes") for inner in _within(app)):
            raise TypeError(
                "a RolegateGuard with a PathParam guards one route: put it on each of the routes in it"
            )
        self.app = app
        self.guard = Guard(gate, permission, written(on), scope)
        setattr(self, MARK, self.guard)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] not in ("http", "websocket"):
            raise GuardError(f"the guard of `{self.guard.permission}` cannot ask about a {scope['type']}")
        subject = somebody(subject_of(scope))
        if subject is None:
            await _refuse(scope, send, 401, {"error": "unauthorized", "message": "sign in first"}, {})
            return
        on = self.guard.on
        try:
            ask_on(
                self.guard, subject, on.of(scope.get("path_params", {})) if isinstance(on, PathParam) else on
            )
        except Forbidden as error:
            await _refuse(scope, send, 403, *told(error, _accepted(scope)))
            return
        await self.app(scope, receive, send)


def wrapped(app: Any) -> list[Any]:
    """*app*, and what it wraps, from the outside inwards; of a method, that is what it is a method of."""
    found: list[Any] = []
    while app is not None and app not in found:
        found.append(app)
        inner = getattr(app, "__self__", None)  # a router gives its middleware a method of itself
        app = getattr(app, "app", None) if inner is None else inner
    return found


def _within(app: Any) -> list[Any]:
    """*app*, and every application that it wraps or that a function around one holds on to."""
    found: list[Any] = []
    waiting = [app]
    for outer in waiting:
        for one in wrapped(outer):
            if not any(one is known for known in found):
                found.append(one)
                waiting += filter(_is_app, _held_by(one))
    return found


def _held_by(called: Any) -> Iterator[Any]:
    """What a function has from where it was made and from its module, a partial calls, or an object has."""
    yield from (getattr(called, "func", None), *getattr(called, "args", ()))
    yield from (*getattr(called, "keywords", {}).values(), *getattr(called, "__dict__", {}).values())
    for cell in getattr(called, "__closure__", None) or ():
        with suppress(ValueError):  # not known yet
            yield cell.cell_contents
    names = getattr(called, "__globals__", {})
    used = getattr(getattr(called, "__code__", None), "co_names", ())
    yield from (names[name] for name in used if name in names)


def _is_app(value: Any) -> bool:
    """Whether *value* can be called with what an ASGI application gets; an endpoint gets a request alone."""
    if isinstance(value, type) or not callable(value):
        return False
    with suppress(TypeError, ValueError):
        signature(value).bind(*range(3))
        return iscoroutinefunction(value) or iscoroutinefunction(type(value).__call__)
    return False


def _accepted(scope: Scope) -> str | None:
    named = (value for name, value in scope.get("headers", ()) if name.lower() == b"accept-language")
    return ", ".join(value.decode("latin-1") for value in named) or None


async def _refuse(
    scope: Scope, send: Send, status: int, body: dict[str, Any], headers: dict[str, str]
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
        return
    sent = {"Content-Type": "application/json", **headers}
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
