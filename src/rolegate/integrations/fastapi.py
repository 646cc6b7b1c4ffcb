"""FastAPI: guards are dependencies, and a permission that does not exist fails when the module is imported.

rg = RolegateFastAPI(gate, subject=current_subject)   # current_subject is a dependency of yours
rg.install(app)                                        # 403 with a body programs can read

@app.get("/inboxes/{inbox}", dependencies=[Depends(rg.require("inboxes.access", on=PathParam("inbox")))])
def inbox(inbox: str) -> ...: ...

assert rg.audit(app) == ()                             # in a test: no route without a guard
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from fastapi import Depends, FastAPI, HTTPException, routing
from fastapi.responses import JSONResponse
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Host, Mount, compile_path
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from rolegate.errors import RolegateError
from rolegate.gates.forbidden import Forbidden
from rolegate.integrations.asking import ask_on, somebody, written
from rolegate.integrations.fitting import Unfit, misfit
from rolegate.integrations.guard import MARK, PUBLIC, SIGNED_IN, Guard, PathParam, Unguarded, Where

if TYPE_CHECKING:
    from rolegate.gate import Gate

__all__ = ["PathParam", "RolegateFastAPI", "Unfit", "Unguarded"]

_CLOSING = 123
"""As many bytes of a reason fit the frame that closes a web socket."""


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
        guard = Guard(self.gate, permission, written(on), scope, record)
        who, where = Depends(self.subject), Depends(_instance(on))
        if record is not None:
            what = Depends(record)

            # Not async: the check of a record may read what belongs to it from the database.
            def ask_record(subject: Any = who, found: Any = what) -> Any:
                guard.ask(subject, record=found)
                return subject

            return _mark(ask_record, guard)

        async def ask(subject: Any = who, instance: Any = where) -> Any:
            ask_on(guard, subject, instance)
            return subject

        return _mark(ask, guard)

    async def public(self) -> None:
        """A dependency that asks nothing: it says that a route is open to everyone on purpose."""

    setattr(public, MARK, PUBLIC)

    def install(self, app: FastAPI) -> None:
        """Answer `Forbidden`, from guards and from routes themselves, with 403; a web socket is closed.

        Holds for the applications that are mounted in *app* before it starts, too, but for those that have
        an answer of their own.

        Raises:
            RuntimeError: when *app* has started.
        """
        app.add_exception_handler(Forbidden, refuse)
        app.add_middleware(_install_below, outer=app)

    def audit(self, app: FastAPI) -> tuple[Unguarded, ...]:
        """Every route without a guard, those of mounted applications included.

        Among them are, as `Unfit`, routes whose guard asks for a path parameter that they have not, and
        applications that answer `Forbidden` with an error of the server: those without `install`.
        FastAPI's own pages, `/openapi.json` and the documentation, are left out.
        """
        return tuple(_findings(app, "", frozenset(), covered=False))


async def refuse(connection: HTTPConnection, error: Exception) -> JSONResponse:
    """The answer to `Forbidden`: 403, and what was asked for; a web socket is closed with 1008."""
    body = error.to_dict() if isinstance(error, Forbidden) else {"error": "forbidden"}
    if isinstance(connection, WebSocket):
        reason = str(error).encode()[:_CLOSING].decode(errors="ignore")
        await connection.close(code=1008, reason=reason)
    return JSONResponse(body, status_code=403)


def _install_below(app: ASGIApp, outer: Starlette) -> ASGIApp:
    """No middleware, but called as one when *outer* starts: by then everything is mounted."""
    for route in _flat(outer):
        inner = _mounted(route)
        if inner is not None:
            if inner.middleware_stack is None and not _answers(inner):
                inner.add_exception_handler(Forbidden, refuse)
            _install_below(inner, inner)
    return app


def _answers(app: Starlette) -> bool:
    return Forbidden in app.exception_handlers or RolegateError in app.exception_handlers


def _some(provider: Callable[..., Any]) -> Callable[..., Any]:
    resolved = Depends(provider)

    async def subject(found: Any = resolved) -> Any:
        if somebody(found) is None:
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


def _findings(
    app: Any, prefix: str, outer: frozenset[str], *, covered: bool, name: str | None = None
) -> Iterator[Unguarded]:
    """What is wrong with *app*, mounted at *prefix*, whose path parameters are *outer*.

    It is *covered* when an application around it has yet to start, and will then give it an answer.
    """
    if isinstance(app, Starlette):
        covered = app.middleware_stack is None and (
            covered or any(getattr(each, "cls", None) is _install_below for each in app.user_middleware)
        )
        if not (covered or _answers(app)):
            reason = "`Forbidden` is an error of the server here; call `install`"
            yield Unfit(prefix or "/", (), name or type(app).__name__, reason)
    for route in _flat(app):
        own: str = getattr(route, "path", None) or ""
        path = prefix + own
        of_fastapi = getattr(getattr(route, "endpoint", None), "__module__", "") == FastAPI.__module__
        if of_fastapi:
            continue
        names = outer | set(compile_path(own or getattr(route, "host", ""))[2])
        methods = tuple(sorted(getattr(route, "methods", None) or ()))
        called = getattr(route, "name", None) or type(getattr(route, "original_route", route)).__name__
        marks = _marks(getattr(route, "dependant", None))
        if not marks and getattr(route, "routes", None):
            app_of = getattr(route, "app", None)
            inner = _mounted(route) or (app_of if hasattr(app_of, "routes") else route)
            name_of = getattr(route, "name", None)
            yield from _findings(inner, path, names, covered=covered, name=name_of)
        elif not marks:
            yield Unguarded(path, methods, called)
        else:
            missed = misfit((each for each in marks if isinstance(each, Guard)), names)
            if missed is not None:
                yield Unfit(path, methods, called, missed)


class _Page(NamedTuple):
    """Files that a `frontend` serves."""

    path: str
    methods: set[str]
    dependant: Any
    name: str = "frontend"


def _flat(app: Any) -> Iterator[Any]:
    """The routes with those of included routers: newer versions of FastAPI keep a router as one entry."""
    contexts: Callable[[Iterable[Any]], Iterator[Any]] = getattr(routing, "iter_route_contexts", iter)
    yield from contexts(app.routes)
    # Pages of `frontend`, which newer versions keep apart because any other route goes before them.
    late = getattr(getattr(app, "router", app), "_iter_low_priority_routes", tuple)
    for group in late():
        prefix = getattr(group, "frontend_prefix", "")
        for page in getattr(group, "original_route", group).routes:
            yield _Page(prefix + page.path, page.methods, group.dependant)


def _mounted(route: Any) -> Starlette | None:
    """The application that is mounted as *route*, within whatever stands around it."""
    if not isinstance(getattr(route, "original_route", route), (Mount, Host)):
        return None
    inner = getattr(route, "app", None)
    while inner is not None and not isinstance(inner, Starlette):
        inner = getattr(inner, "app", None)
    return inner


def _marks(dependant: Any) -> list[Any]:
    """The marks of the guards among the dependencies, at any depth."""
    waiting = list(dependant.dependencies) if dependant is not None else []
    found = []
    while waiting:
        each = waiting.pop()
        mark = getattr(each.call, MARK, None)
        if mark is not None:
            found.append(mark)
        waiting += each.dependencies
    return found
