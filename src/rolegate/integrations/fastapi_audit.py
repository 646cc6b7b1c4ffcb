"""The audit of a FastAPI application: routes without a guard, and guards that cannot ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI, routing
from starlette.applications import Starlette
from starlette.routing import Host, Mount, compile_path

from rolegate.errors import RolegateError
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.fastapi_same_value import unfit
from rolegate.integrations.guard import MARK, Guard, Unguarded
from rolegate.integrations.unfit_guards import Unfit, misfit

INSTALLED = "__rolegate_installed__"
"""The attribute of what `install` adds to an application."""


def findings(app: Any) -> Iterator[Unguarded]:
    """Every route without a guard, every guard that cannot ask, and every application without an answer."""
    yield from _findings(app, "", {}, covered=False)


def misfits(app: Any) -> list[Unfit]:
    """The guards that cannot ask about what their handlers get."""
    return [found for found in _findings(app, "", {}, covered=None) if isinstance(found, Unfit)]


def answers(app: Starlette) -> bool:
    """Whether *app* has an answer to `Forbidden`."""
    return Forbidden in app.exception_handlers or RolegateError in app.exception_handlers


def mounted(route: Any) -> Starlette | None:
    """The application that is mounted as *route*, without the middleware around it."""
    if not isinstance(getattr(route, "original_route", route), (Mount, Host)):
        return None
    inner = getattr(route, "app", None)
    while inner is not None and not isinstance(inner, Starlette):
        inner = getattr(inner, "app", None)
    return inner


def flat(app: Any) -> Iterator[Any]:
    """The routes, including those of routers, which newer versions of FastAPI keep as one entry each."""
    contexts: Callable[[Iterable[Any]], Iterator[Any]] = getattr(routing, "iter_route_contexts", iter)
    for route in contexts(app.routes):
        # An included route that is not of FastAPI, such as a web socket; some versions wrap it.
        included = getattr(getattr(route, "_route_context", None), "starlette_route", None)
        yield included or route
    # Pages of `frontend`, which newer versions keep apart because every other route comes first.
    late = getattr(getattr(app, "router", app), "_iter_low_priority_routes", tuple)
    for group in late():
        prefix = getattr(group, "frontend_prefix", "")
        for page in getattr(group, "original_route", group).routes:
            yield _Page(prefix + page.path, page.methods, group.dependant)


def _findings(
    app: Any, prefix: str, outer: dict[str, Any], *, covered: bool | None, name: str | None = None
) -> Iterator[Unguarded]:
    """What is wrong with *app*, mounted at *prefix*, whose path parameters are *outer*.

    It is *covered* if an application around it has not started yet, and will then give it an answer to
    `Forbidden`; None means that this does not matter.
    """
    if isinstance(app, Starlette) and covered is not None:
        covered = app.middleware_stack is None and (
            covered or any(hasattr(getattr(around, "cls", None), INSTALLED) for around in app.user_middleware)
        )
        if not (covered or answers(app)):
            reason = "a refusal is answered with 500 here, not 403; call `rg.install(app)`"
            yield Unfit(prefix or "/", (), name or type(app).__name__, reason)
    overrides = getattr(app, "dependency_overrides", {})
    for route in flat(app):
        own: str = getattr(route, "path", None) or ""
        path = prefix + own
        of_fastapi = getattr(getattr(route, "endpoint", None), "__module__", "") == FastAPI.__module__
        if of_fastapi:
            continue
        parameters = outer | compile_path(own or getattr(route, "host", ""))[2]
        methods = tuple(sorted(getattr(route, "methods", None) or ()))
        called = getattr(route, "name", None) or type(getattr(route, "original_route", route)).__name__
        marks = marks_of(getattr(route, "dependant", None))
        if not marks and getattr(route, "routes", None):
            app_of = getattr(route, "app", None)
            inner = mounted(route) or (app_of if hasattr(app_of, "routes") else route)
            name_of = getattr(route, "name", None)
            yield from _findings(inner, path, parameters, covered=covered, name=name_of)
        elif not marks:
            yield Unguarded(path, methods, called)
        else:
            guards = [mark for mark in marks if isinstance(mark, Guard)]
            missed = misfit(guards, parameters) or next(
                filter(None, (unfit(g, route, overrides) for g in guards)), None
            )
            if missed is not None:
                yield Unfit(path, methods, called, missed)


class _Page(NamedTuple):
    """Files that a `frontend` serves."""

    path: str
    methods: set[str]
    dependant: Any
    name: str = "frontend"


def marks_of(dependant: Any) -> list[Any]:
    """The marks of the guards among the dependencies, at any depth."""
    waiting = list(dependant.dependencies) if dependant is not None else []
    found = []
    while waiting:
        below = waiting.pop()
        mark = getattr(below.call, MARK, None)
        if mark is not None:
            found.append(mark)
        waiting += below.dependencies
    return found
