"""The dependencies that a guard of FastAPI is made of: who asks, about what, and whether it fits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fastapi import Depends, HTTPException
from fastapi.dependencies.utils import request_params_to_args
from fastapi.exceptions import RequestValidationError, WebSocketRequestValidationError
from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from rolegate.errors import GuardError
from rolegate.integrations.ask_guard import somebody
from rolegate.integrations.fastapi_same_value import ASIDE, WHO, field_of, route_of, unfit
from rolegate.integrations.guard import MARK, Guard, PathParam, Where

if TYPE_CHECKING:
    pass


def signed_in_only(provider: Callable[..., Any]) -> Callable[..., Any]:
    """A dependency that gives what *provider* gives, and answers 401 where that is nobody."""
    resolved = Depends(provider)

    async def subject(found: Any = resolved) -> Any:
        if somebody(found) is None:
            raise HTTPException(401, "sign in first")
        return found

    return _aside(subject, WHO)


def fit_check(guard: Guard) -> Callable[..., Any]:
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


async def path_params_now(connection: HTTPConnection) -> dict[str, Any]:
    """A dependency that gives the path parameters as they are when it is called."""
    return dict(connection.path_params)


setattr(path_params_now, ASIDE, "ours")


def same_path(before: dict[str, Any], now: HTTPConnection) -> None:
    """Stop the request if what the guard depends on has changed its path parameters, for the handler to get.

    Raises:
        GuardError: naming the first of them.
    """
    for name in {**before, **now.path_params}:
        if name not in before or now.path_params.get(name) is not before[name]:
            raise GuardError(f"a dependency of the guard changes the path parameter `{name}` of the request")


def instance_of(on: Where, fits: Callable[..., Any]) -> Callable[..., Any]:
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


def marked_as(dependency: Callable[..., Any], guard: Guard | str) -> Callable[..., Any]:
    """*dependency* with the mark by which an audit finds guards."""
    setattr(dependency, MARK, guard)
    return dependency
