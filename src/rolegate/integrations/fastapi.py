"""FastAPI: guards are dependencies, and a permission that does not exist fails when the module is imported.

rg = RolegateFastAPI(gate, subject=current_subject)   # current_subject is a dependency of yours
rg.install(app)                                        # 403 with a body programs can read

@app.get("/inboxes/{inbox}", dependencies=[Depends(rg.require("inboxes.access", on=PathParam("inbox")))])
def inbox(inbox: str) -> ...: ...

assert rg.audit(app) == ()                             # in a test: no route without a guard
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, HTTPException, routing
from fastapi.responses import JSONResponse
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute
from starlette.websockets import WebSocket

from rolegate.gates.forbidden import Forbidden
from rolegate.integrations.guard import MARK, PUBLIC, SIGNED_IN, Guard, PathParam, Unguarded, Where, marked

if TYPE_CHECKING:
    from rolegate.gate import Gate

__all__ = ["PathParam", "RolegateFastAPI", "Unguarded"]


class RolegateFastAPI:
    """Guards for the routes of an application.

    *subject* is a dependency that gives the `rolegate.Subject` of a request, or None when nobody has signed
    in (answered with 401). FastAPI calls it once per request, so all guards and the route share one subject.
    """

    def __init__(self, gate: Gate, subject: Callable[..., Any]) -> None:
        self.gate = gate
        self.subject = _some(subject)
        """A dependency of the subject; it guards nothing: `Annotated[Subject, Depends(rg.subject)]`."""
        self.signed_in = _mark(_some(self.subject), SIGNED_IN)
        """A dependency that lets pass whoever has signed in."""

    def require(
        self,
        permission: str,
        *,
        on: Where = None,
        scope: str | None = None,
        record: Callable[..., Any] | None = None,
    ) -> Callable[..., Any]:
        """A dependency that lets pass who may use *permission*, and gives the subject.

        `on` is a raw id, `PathParam("inbox")`, or a dependency that gives the id. `record` is a dependency
        that gives the record in question; the route may depend on it, too, and gets the same one.

        Raises:
            UnknownName: when called, for what the catalog does not know.
        """
        guard = Guard(self.gate, permission, on, scope, record)
        who, where = Depends(self.subject), Depends(_instance(on))
        if record is not None:
            what = Depends(record)

            # Not async: the check of a record may read what belongs to it from the database.
            def ask_record(subject: Any = who, found: Any = what) -> Any:
                guard.ask(subject, record=found)
                return subject

            return _mark(ask_record, guard)

        async def ask(subject: Any = who, instance: Any = where) -> Any:
            guard.ask(subject, on=instance)
            return subject

        return _mark(ask, guard)

    async def public(self) -> None:
        """A dependency that asks nothing: it says that a route is open to everyone on purpose."""

    setattr(public, MARK, PUBLIC)

    def install(self, app: FastAPI) -> None:
        """Answer `Forbidden`, from guards and from routes themselves, with 403; a web socket is closed."""
        app.add_exception_handler(Forbidden, refuse)

    def audit(self, app: FastAPI) -> tuple[Unguarded, ...]:
        """Every route without a guard, those of mounted applications included.

        FastAPI's own pages, `/openapi.json` and the documentation, are left out.
        """
        return tuple(_unguarded(app.routes, ""))


async def refuse(connection: HTTPConnection, error: Exception) -> JSONResponse:
    """The answer to `Forbidden`: 403, and what was asked for; a web socket is closed with 1008."""
    body = error.to_dict() if isinstance(error, Forbidden) else {"error": "forbidden"}
    if isinstance(connection, WebSocket):
        await connection.close(code=1008, reason=str(error))
    return JSONResponse(body, status_code=403)


def _some(provider: Callable[..., Any]) -> Callable[..., Any]:
    resolved = Depends(provider)

    async def subject(found: Any = resolved) -> Any:
        if found is None:
            raise HTTPException(401, "sign in first")
        return found

    return subject


def _instance(on: Where) -> Callable[..., Any]:
    """The dependency that gives the instance."""
    if isinstance(on, PathParam):

        async def from_path(connection: HTTPConnection) -> Any:
            return on.of(connection.path_params)

        return from_path
    if callable(on):
        return on

    async def fixed() -> Any:
        return on

    return fixed


def _mark(dependency: Callable[..., Any], guard: Guard | str) -> Callable[..., Any]:
    setattr(dependency, MARK, guard)
    return dependency


def _unguarded(routes: Sequence[BaseRoute], prefix: str) -> Iterator[Unguarded]:
    for route in _flat(routes):
        path = prefix + (getattr(route, "path", None) or "")
        inner = getattr(route, "routes", None)
        of_fastapi = getattr(getattr(route, "endpoint", None), "__module__", "") == FastAPI.__module__
        if of_fastapi or _asks(getattr(route, "dependant", None)):
            continue
        if inner:
            yield from _unguarded(inner, path)
        else:
            methods = tuple(sorted(getattr(route, "methods", None) or ()))
            yield Unguarded(path, methods, getattr(route, "name", None) or type(route).__name__)


def _flat(routes: Sequence[BaseRoute]) -> Iterator[Any]:
    """The routes with those of included routers: newer versions of FastAPI keep a router as one entry."""
    contexts = getattr(routing, "iter_route_contexts", None)
    yield from contexts(routes) if contexts is not None else routes


def _asks(dependant: Any) -> bool:
    """Whether a guard is among the dependencies, at any depth."""
    waiting = list(dependant.dependencies) if dependant is not None else []
    while waiting:
        each = waiting.pop()
        if marked(each.call):
            return True
        waiting += each.dependencies
    return False
