"""Plain ASGI: the subject is in the scope, whatever is inside."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from desk import desk
from rolegate.gate.gate import Gate
from rolegate.gate.subject import Subject
from rolegate.integrations.asgi import RolegateMiddleware, Scope, subject_of


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return desk(tmp_path)


async def show(request: Request) -> JSONResponse:
    subject = subject_of(request.scope)
    may = subject.can("settings.edit") if subject is not None else None
    return JSONResponse([subject and subject.user, may])


def test_the_subject_is_in_the_scope(gate: Gate) -> None:
    """A coroutine function finds the subject; None is nobody."""

    async def who(scope: Scope) -> Subject | None:
        user = dict(scope["headers"]).get(b"x-user", b"").decode()
        return gate.subject(user, "acme") if user else None

    app = Starlette(routes=[Route("/", show)], middleware=[Middleware(RolegateMiddleware, subject=who)])
    with TestClient(app) as client:  # runs the lifespan, which has no subject
        found = [client.get("/", headers={"x-user": user}).json() for user in ("ana", "bo")]
        assert found == [["ana", False], ["bo", True]]
        assert client.get("/").json() == [None, None]


def run(app: Any, scope: dict[str, Any]) -> None:
    async def receive() -> dict[str, Any]:
        return {}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.run(app(scope, receive, send))


@pytest.mark.parametrize("kind", ["http", "websocket", "lifespan"])
def test_any_application_and_a_plain_function_will_do(gate: Gate, kind: str) -> None:
    """The scope inside is a copy; the server's own stays as it was, and a lifespan has no subject."""
    seen: list[Scope] = []

    async def inside(scope: Scope, receive: Any, send: Any) -> None:
        seen.append(scope)

    outer = {"type": kind}
    run(RolegateMiddleware(inside, subject=lambda _: gate.subject("ana", "acme")), outer)
    assert outer == {"type": kind}
    if kind == "lifespan":
        assert seen == [{"type": kind}]
    else:
        found = subject_of(seen[0])
        assert found is not None
        assert found.user == "ana"


def test_without_the_middleware_nobody_is_guessed() -> None:
    """A missing middleware is an error, not a stranger."""
    with pytest.raises(LookupError, match="RolegateMiddleware"):
        subject_of({"type": "http"})


def test_an_error_while_finding_out_reaches_the_server() -> None:
    """The application is not called when it is not known who asks."""

    def who(scope: Scope) -> Subject:
        raise ValueError("bad token")

    async def inside(scope: Scope, receive: Any, send: Any) -> None:
        raise AssertionError("called")

    with pytest.raises(ValueError, match="bad token"):
        run(RolegateMiddleware(inside, subject=who), {"type": "http"})
