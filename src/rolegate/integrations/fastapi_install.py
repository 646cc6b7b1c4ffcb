"""What `install` adds to an application: the answer to refusals, and a start that stops unfit guards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from rolegate.errors import GuardError
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.fastapi_audit import INSTALLED, answers, flat, misfits, mounted
from rolegate.integrations.fastapi_openapi import describe
from rolegate.integrations.refusal_language import told
from rolegate.integrations.unfit_guards import refusing

if TYPE_CHECKING:
    pass


_CLOSING = 123
"""The longest reason, in bytes, that fits into the frame that closes a web socket."""


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


def start_guarded(app: ASGIApp, outer: Starlette) -> ASGIApp:
    """Not a middleware, but called as one when *outer* starts, after everything has been mounted."""
    if isinstance(outer, FastAPI):
        describe(outer, refuse)  # again, if the application has an `openapi` of its own since
    _install_below(outer)
    why = refusing(misfits(outer))
    return app if why is None else _closed(why)


setattr(start_guarded, INSTALLED, True)


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
