"""The routes of a Starlette application, or of any ASGI application with `routes`, each with its guards."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from rolegate.documents.route_lock import NOTHING, GuardedRoute, split_guards
from rolegate.integrations.asgi_guard import RolegateGuard, wrapped
from rolegate.integrations.guard import MARK, PUBLIC
from rolegate.integrations.guard_texts import guard_text, marks_on

Endpoint = TypeVar("Endpoint")


def public(endpoint: Endpoint) -> Endpoint:
    """Say that an endpoint, or a mounted application, is open to everyone on purpose."""
    setattr(endpoint, MARK, PUBLIC)
    return endpoint


def routes(app: Any) -> tuple[GuardedRoute, ...]:
    """Every route and method with what it asks for, for a file of routes; see `rolegate.lock_text`.

    Guards are those of `RolegateGuard`, around a route or around what has it, and those of a FastAPI
    application that is mounted. What has no list of methods answers `ANY`.
    """
    return tuple(_routes(app, "", ()))


def _routes(app: Any, prefix: str, around: Sequence[Any]) -> Iterator[GuardedRoute]:
    """The routes of *app*, which is mounted at *prefix*, and guarded by the marks *around* it as well."""
    layers = wrapped(app)
    marks = [*around, *(getattr(layer, MARK, None) for layer in layers)]
    having = next((layer for layer in layers if hasattr(layer, "routes")), None)
    marks = [mark for mark in marks if mark is not None]
    if having is None:
        yield GuardedRoute(prefix or "/", "ANY", guard_text(marks))
        return
    marks += _middleware(having)
    if _of_fastapi(having):
        from rolegate.integrations.fastapi_routes import guarded_routes

        for inner in guarded_routes(having, prefix):
            parts = () if inner.guard == NOTHING else split_guards(inner.guard)
            yield GuardedRoute(inner.path, inner.method, guard_text([*marks, *parts]))
        return
    for route in having.routes:
        yield from _of(route, prefix, marks)


def _of(route: Any, prefix: str, around: Sequence[Any]) -> Iterator[GuardedRoute]:
    path = prefix + str(getattr(route, "path", None) or getattr(route, "host", None) or "")
    endpoint = getattr(route, "endpoint", None)
    inner = getattr(route, "app", None)
    if endpoint is None and inner is not None:
        yield from _routes(inner, path, around)
        return
    layers = (getattr(layer, MARK, None) for layer in wrapped(inner))
    found = [*around, *(mark for mark in layers if mark is not None), *marks_on((endpoint,))]
    for method in sorted(getattr(route, "methods", None) or ["ANY"]):
        yield GuardedRoute(path, method, guard_text(found))


def _middleware(app: Any) -> Iterator[Any]:
    """The guards among the middleware of an application, which is built when the application starts."""
    for entry in getattr(app, "user_middleware", ()):
        if entry.cls is RolegateGuard:
            named = getattr(entry, "kwargs", None) or getattr(entry, "options", {})  # older versions
            yield entry.cls(_nothing, *getattr(entry, "args", ()), **named).guard


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    """An application that is never called."""


def _of_fastapi(app: Any) -> bool:
    known = sys.modules.get("fastapi")
    return known is not None and isinstance(app, known.FastAPI)
