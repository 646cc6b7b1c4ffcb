"""A guard around a Starlette route, and the routes of such an application as a file."""

from __future__ import annotations

import asyncio
import functools
from pathlib import Path
from typing import Any

import pytest
from fastapi import Depends, FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Host, Mount, Route, Router, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from desk import desk
from rolegate import GuardError, UnknownNameError, lock_text
from rolegate.gate.gate import Gate
from rolegate.integrations.asgi import RolegateMiddleware, Scope
from rolegate.integrations.asgi_guard import RolegateGuard
from rolegate.integrations.asgi_routes import public, routes
from rolegate.integrations.fastapi import RolegateFastAPI
from rolegate.integrations.guard import PathParam


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return desk(tmp_path)


async def shown(request: Request) -> JSONResponse:
    return JSONResponse(dict(request.path_params))


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def application(gate: Gate) -> Starlette:
    def asks(permission: str, **more: Any) -> list[Middleware]:
        return [Middleware(RolegateGuard, gate=gate, permission=permission, **more)]

    def who(scope: Scope) -> Any:
        user = dict(scope["headers"]).get(b"x-user", b"").decode()
        return gate.subject(user, "acme") if user else None

    inner, rg = FastAPI(), RolegateFastAPI(gate, lambda: None)
    inner.get("/v", dependencies=[Depends(rg.require("settings.edit"))])(lambda: "")
    box = asks("inboxes.access", on=PathParam("inbox"))
    return Starlette(
        routes=[
            Route("/settings", shown, methods=["PUT"], middleware=asks("settings.edit")),
            Route("/inboxes/{inbox}", shown, methods=["GET"], middleware=box),
            WebSocketRoute("/talk", talk, middleware=asks("settings.edit")),
            Route("/health", public(lambda request: JSONResponse([])), methods=["GET"]),
            Mount("/admin", routes=[Route("/x", shown, methods=["GET"])], middleware=asks("settings.edit")),
            Mount("/api", RolegateGuard(inner, gate, "settings.edit")),
            Mount("/opaque", public(asgi)),
            Host("h.example", Router([Route("/y", shown, methods=["GET"])])),
        ],
        middleware=[Middleware(RolegateMiddleware, subject=who)],
    )


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("called")


def test_the_file_has_each_route_with_all_that_guards_it(gate: Gate) -> None:
    """Around it, around what it is mounted in, and in a FastAPI application; what has nothing says so."""
    assert lock_text(routes(application(gate))).splitlines()[1:] == [
        "GET /admin/x -> settings.edit",
        "HEAD /admin/x -> settings.edit",
        "GET /api/v -> settings.edit",
        "GET /health -> public",
        "HEAD /health -> public",
        "GET /inboxes/{inbox} -> inboxes.access[{inbox}]",
        "HEAD /inboxes/{inbox} -> inboxes.access[{inbox}]",
        "ANY /opaque -> public",
        "PUT /settings -> settings.edit",
        "ANY /talk -> settings.edit",
        "GET h.example/y -> nothing",
        "HEAD h.example/y -> nothing",
    ]
    guarded = Starlette(
        routes=[Route("/z", shown, methods=["PUT"])],
        middleware=[Middleware(RolegateGuard, gate=gate, permission="settings.edit")],
    )
    assert [str(route) for route in routes(guarded)] == ["PUT /z -> settings.edit"]


def test_what_the_file_says_is_what_happens(gate: Gate) -> None:
    """401 for nobody, 403 with a body for whoever may not; the instance is that of the path."""
    with TestClient(application(gate)) as client:
        assert client.put("/settings").status_code == 401
        refused = client.put("/settings", headers={"x-user": "ana"})
        assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
        assert client.put("/settings", headers={"x-user": "bo"}).status_code == 200
        assert client.get("/admin/x", headers={"x-user": "ana"}).status_code == 403
        answers = {
            inbox: gate.subject("ana", "acme").can("inboxes.access", on=inbox)
            for inbox in ("Support", "Complaints", "other")
        }
        for inbox, may in answers.items():
            found = client.get(f"/inboxes/{inbox}", headers={"x-user": "ana"})
            assert found.status_code == (200 if may else 403)
        assert len(set(answers.values())) == 2
        with client.websocket_connect("/talk", headers={"x-user": "bo"}):
            pass
        with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect("/talk"):
            pass
        assert closed.value.code == 1008


def in_a_closure(app: Any) -> Any:
    async def around(scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    return around


def in_two_functions(app: Any) -> Any:
    return in_a_closure(in_a_closure(app))


def in_a_partial(app: Any) -> Any:
    async def around(app: Any, scope: Any, receive: Any, send: Any) -> None:
        await app(scope, receive, send)

    return functools.partial(around, app)


def in_an_object(app: Any) -> Any:
    class Around:
        def __init__(self) -> None:
            self.inner = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            await self.inner(scope, receive, send)

    return Around()


def in_the_module(app: Any) -> Any:
    names: dict[str, Any] = {"app": app}
    exec("async def around(scope, receive, send): await app(scope, receive, send)", names)
    return names["around"]


def test_a_guard_that_could_ask_about_something_else_is_refused(gate: Gate) -> None:
    """A parameter around routes, whatever is between, a function, an unknown name, and another protocol."""
    inner = Starlette(routes=[Route("/{inbox}", shown)])
    with pytest.raises(TypeError, match="put it on each of the routes"):
        RolegateGuard(
            RolegateMiddleware(inner, lambda _: None), gate, "inboxes.access", on=PathParam("inbox")
        )
    asks = [Middleware(RolegateGuard, gate=gate, permission="inboxes.access", on=PathParam("inbox"))]
    with pytest.raises(TypeError, match="put it on each of the routes"):
        # The guard would ask about the inbox of a mount around it, and the handler get the inner one.
        Router(routes=[Route("/{inbox}", shown)], middleware=asks)
    for around in (in_a_closure, in_a_partial, in_an_object, in_the_module, in_two_functions):
        with pytest.raises(TypeError, match="put it on each of the routes"):
            RolegateGuard(around(inner), gate, "inboxes.access", on=PathParam("inbox"))
        for plain in (asgi, shown):  # an application without routes, and an endpoint in its place
            RolegateGuard(around(plain), gate, "inboxes.access", on=PathParam("inbox"))
    with pytest.raises(TypeError, match="not a function"):
        RolegateGuard(asgi, gate, "inboxes.access", on=lambda scope: "x")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        RolegateGuard(asgi, gate, "settings.edti")
    for scope, error in (({"type": "other"}, GuardError), ({"type": "http"}, LookupError)):
        with pytest.raises(error):
            asyncio.run(RolegateGuard(asgi, gate, "settings.edit")(scope, None, None))  # type: ignore[arg-type]
