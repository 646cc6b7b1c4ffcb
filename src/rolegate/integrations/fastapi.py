"""FastAPI: guards are dependencies; a permission that does not exist fails when the module is imported.

rg = RolegateFastAPI(gate, subject=current_subject)   # current_subject is a dependency of yours
rg.install(app)                                        # 403 with a body that programs can read

@app.get("/inboxes/{inbox}", dependencies=[Depends(rg.require("inboxes.access", on=PathParam("inbox")))])
def inbox(inbox: str) -> ...: ...

assert rg.audit(app) == ()                             # in a test: every route has a guard
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from fastapi.responses import JSONResponse
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from rolegate.documents.route_lock import GuardedRoute
from rolegate.errors import GuardError
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.ask_guard import ask_on, somebody, written
from rolegate.integrations.changed_arguments import unchanged
from rolegate.integrations.check_wiring import check_wiring
from rolegate.integrations.fastapi_audit import INSTALLED, answers, findings, flat, misfits, mounted
from rolegate.integrations.fastapi_openapi import describe
from rolegate.integrations.fastapi_routes import guarded_routes
from rolegate.integrations.fastapi_same_value import ASIDE, WHO, field_of, route_of, unfit
from rolegate.integrations.guard import MARK, PUBLIC, SIGNED_IN, Guard, PathParam, Unguarded, Where
from rolegate.integrations.refusal_language import told
from rolegate.integrations.unfit_guards import Unfit, refusing

if TYPE_CHECKING:
    from rolegate.gate.gate import Gate

__all__ = ["PathParam", "RolegateFastAPI", "Unfit", "Unguarded", "unchanged"]

_CLOSING = 123
"""The longest reason, in bytes, that fits into the frame that closes a web socket."""


class RolegateFastAPI:
    """Guards for the routes of an application.

    *subject* is a dependency that returns the `rolegate.Subject` of a request, or None if nobody has signed
    in (answered with 401). FastAPI calls it once per request, so all guards and the route share one subject.
    """

    def __init__(self, gate: Gate, subject: Callable[..., Any]) -> None:
        """Guards that ask *gate*.

        Raises:
            TypeError: for something else than a gate and a function.
        """
        check_wiring(gate, subject)
        self.gate = gate
        self.subject = _some(subject)
        """A dependency that returns the subject, unguarded: `Annotated[Subject, Depends(rg.subject)]`."""
        self.signed_in = _mark(_some(self.subject), SIGNED_IN)
        """A dependency that admits whoever has signed in."""

    def require(
        self,
        permission: str,
        *,
        on: Where = None,
        scope: str | None = None,
        record: Callable[..., Any] | None = None,
    ) -> Callable[..., Any]:
        """A dependency that admits whoever may use *permission*, and returns the subject.

        `on` is a raw id, `PathParam("inbox")`, or a dependency that returns the id. `record` is a dependency
        that returns the record in question; if the route depends on it as well, it gets the same record.

        Raises:
            UnknownNameError: when called, for what the catalog does not have.
        """
        guard = Guard(self.gate, permission, written(on), scope, record)
        fits = _fits(guard)
        who, fitting, where = Depends(self.subject), Depends(fits), Depends(_instance(on, fits))
        seen = Depends(_path_params, use_cache=False)  # read before the record or the instance
        if record is not None:
            what = Depends(record)

            # Not async, because checking a record may read related records from the database.
            def ask_record(
                now: HTTPConnection,
                subject: Any = who,
                _: Any = fitting,
                before: Any = seen,
                found: Any = what,
            ) -> Any:
                _same_path(before, now)
                guard.ask(subject, record=found)
                return subject

            return _mark(ask_record, guard)

        async def ask(
            now: HTTPConnection,
            subject: Any = who,
            _: Any = fitting,
            before: Any = seen,
            instance: Any = where,
        ) -> Any:
            _same_path(before, now)
            ask_on(guard, subject, instance)
            return subject

        return _mark(ask, guard)

    async def public(self) -> None:
        """A dependency that says that a route is open to everyone on purpose."""

    setattr(public, MARK, PUBLIC)

    def install(self, app: FastAPI) -> None:
        """Answer `Forbidden`, raised by guards or by routes, with 403; a web socket is closed.

        This includes the applications that are mounted in *app* before it starts, unless they have an answer
        of their own. The OpenAPI page of each of them lists 401 and 403 for the routes with a guard.

        Raises:
            RuntimeError: when *app* has started.
        """
        app.add_exception_handler(Forbidden, refuse)
        describe(app, refuse)
        app.add_middleware(_start, outer=app)

    def audit(self, app: FastAPI) -> tuple[Unguarded, ...]:
        """Every route without a guard, including those of mounted applications.

        Among them, as `Unfit`, are routes whose guard asks for a path parameter that they do not have, and
        applications without `install`, which would answer `Forbidden` with an error of the server.
        FastAPI's own pages, `/openapi.json` and the documentation, are left out.
        """
        return tuple(findings(app))

    def routes(self, app: FastAPI) -> tuple[GuardedRoute, ...]:
        """Every route and method with what is asked for, for a file of routes; see `rolegate.lock_text`."""
        return tuple(guarded_routes(app))


async def refuse(connection: HTTPConnection, error: Exception) -> JSONResponse:
    """The answer to `Forbidden`: 403 and what was asked for; a web socket is closed with 1008.

    The message is in the language that the request accepts, if the set has it.
    """
    accepted = connection.headers.get("accept-language")
    body, headers = told(error, accepted) if isinstance(error, Forbidden) else ({"error": "forbidden"}, {})
    if isinstance(connection, WebSocket):
        reason = str(body.get("message", "")).encode()[:_CLOSING].decode(errors="ignore")
        await connection.close(code=1008, reason=reason)
    return JSONResponse(body, status_code=403, headers=headers)


def _start(app: ASGIApp, outer: Starlette) -> ASGIApp:
    """Not a middleware, but called as one when *outer* starts, after everything has been mounted."""
    if isinstance(outer, FastAPI):
        describe(outer, refuse)  # again, if the application has an `openapi` of its own since
    _install_below(outer)
    why = refusing(misfits(outer))
    return app if why is None else _closed(why)


setattr(_start, INSTALLED, True)


def _install_below(outer: Starlette) -> None:
    for route in flat(outer):
        inner = mounted(route)
        if inner is not None:
            if inner.middleware_stack is None and not answers(inner):
                inner.add_exception_handler(Forbidden, refuse)
            if isinstance(inner, FastAPI):
                describe(inner, refuse)
            _install_below(inner)


def _closed(why: str) -> ASGIApp:
    """An application that does not start, and answers every request with an error."""

    async def closed(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.failed", "message": why})
        raise GuardError(why)

    return closed


def _some(provider: Callable[..., Any]) -> Callable[..., Any]:
    resolved = Depends(provider)

    async def subject(found: Any = resolved) -> Any:
        if somebody(found) is None:
            raise HTTPException(401, "sign in first")
        return found

    return _aside(subject, WHO)


def _fits(guard: Guard) -> Callable[..., Any]:
    """A dependency that stops the request if *guard* may ask about another value than the handler gets.

    An application with `install` does not start then; this covers those without, and routes added later. It
    returns the fields with which the handler reads the path parameters that are asked about.
    """
    names = guard.on.names if isinstance(guard.on, PathParam) else ()
    known: dict[int, tuple[Any, str | None, dict[str, Any]]] = {}

    async def fits(connection: HTTPConnection) -> dict[str, Any]:
        route, overrides = route_of(connection.scope), _overrides(connection)
        found = known.get(id(route)) if not overrides else None
        if found is None:
            reason = unfit(guard, route, overrides)
            fields = (
                {name: field_of(name, route.dependant, overrides) for name in names} if not reason else {}
            )
            found = route, reason, fields
            if not overrides:
                known[id(route)] = found  # keep the route, so that its number is not given to another one
        if found[1] is not None:
            raise GuardError(found[1])
        return found[2]

    return _aside(fits)


async def _path_params(connection: HTTPConnection) -> dict[str, Any]:
    return dict(connection.path_params)


setattr(_path_params, ASIDE, "ours")


def _same_path(before: dict[str, Any], now: HTTPConnection) -> None:
    """Stop the request if what the guard depends on has changed its path parameters, for the handler to get.

    Raises:
        GuardError: naming the first of them.
    """
    for name in {**before, **now.path_params}:
        if name not in before or now.path_params.get(name) is not before[name]:
            raise GuardError(f"a dependency of the guard changes the path parameter `{name}` of the request")


def _instance(on: Where, fits: Callable[..., Any]) -> Callable[..., Any]:
    """The dependency that returns the instance."""
    if isinstance(on, PathParam):
        reading = Depends(fits)

        async def from_path(connection: HTTPConnection, fields: Any = reading) -> Any:
            return on.of(_as_the_handler(fields, connection))

        return _aside(from_path)
    if callable(on):
        return on

    async def fixed() -> Any:
        return on

    return fixed


def _as_the_handler(fields: dict[str, Any], connection: HTTPConnection) -> dict[str, Any]:
    """The path parameters, read with *fields* as the handler reads them; what it refuses is refused."""
    found = dict(connection.path_params)
    for name, field in fields.items():
        if field is not None and name in found:
            values, errors = request_params_to_args([field], connection.path_params)
            if errors:
                raise _Invalid[isinstance(connection, WebSocket)](errors)
            found[name] = values[field.name]
    return found


_Invalid = {True: WebSocketRequestValidationError, False: RequestValidationError}


def _overrides(connection: HTTPConnection) -> dict[Any, Any]:
    """The dependencies that are replaced, mostly in tests."""
    return getattr(connection.scope.get("app"), "dependency_overrides", {})


def _aside(dependency: Callable[..., Any], what: str = "ours") -> Callable[..., Any]:
    setattr(dependency, ASIDE, what)
    return dependency


def _mark(dependency: Callable[..., Any], guard: Guard | str) -> Callable[..., Any]:
    setattr(dependency, MARK, guard)
    return dependency
