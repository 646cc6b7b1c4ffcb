"""The routes of a FastAPI application, each with what is asked for, as its audit goes through them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from rolegate.documents.route_lock import GuardedRoute
from rolegate.integrations.fastapi_audit import flat, marks_of, mounted
from rolegate.integrations.guard_texts import guard_text


def guarded_routes(app: Any, prefix: str = "") -> Iterator[GuardedRoute]:
    """Each route with each of its methods, those of mounted applications as well; FastAPI's own are left out.

    A web socket, and whatever else has no methods, has `ANY`.
    """
    for route in flat(app):
        if getattr(getattr(route, "endpoint", None), "__module__", "") == FastAPI.__module__:
            continue
        path = prefix + str(getattr(route, "path", None) or getattr(route, "host", None) or "")
        marks = marks_of(getattr(route, "dependant", None))
        if not marks and getattr(route, "routes", None):
            app_of = getattr(route, "app", None)
            yield from guarded_routes(
                mounted(route) or (app_of if hasattr(app_of, "routes") else route), path
            )
            continue
        for method in sorted(getattr(route, "methods", None) or ["ANY"]):
            yield GuardedRoute(path, method, guard_text(marks))
