"""Guards ask about the value that the handler of FastAPI gets, whatever its type and however it is written.

Each application is made twice, with the guard and without. What the handler without a guard reports is what
it gets; with the guard it gets the same, where the gate allows that very value, and nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, NewType
from urllib.parse import unquote
from uuid import UUID

import pytest
from fastapi import APIRouter, Cookie, Depends, FastAPI, Header, Path, Query, WebSocket
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import AfterValidator, BeforeValidator, StringConstraints
from starlette.applications import Starlette
from starlette.convertors import Convertor, register_url_convertor
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from drawing import some
from handlers import Answer, Ask, compare, report
from rolegate.errors import GuardError
from rolegate.gate.subject import Subject
from rolegate.integrations.asgi import RolegateMiddleware, subject_of
from rolegate.integrations.fastapi import PathParam, RolegateFastAPI, Unfit
from rolegate.integrations.instance_ids import id_of
from spellings import MANY, gate, subject


class Color(Enum):
    red = "red"
    seven = "7"


class Number(Enum):
    seven = 7
    eight = 8


def strip(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def mend(value: str) -> str:
    return value.strip().lower()


HAS_IDS: list[Any] = [
    int,
    UUID,
    str,
    Any,
    Color,
    Number,
    int | UUID,
    NewType("InboxId", int),
    Literal["7", "red"],
    Annotated[int, Path(ge=1)],
    Annotated[int, BeforeValidator(strip)],
    Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)],
    Annotated[str, BeforeValidator(strip)],
    Annotated[str, AfterValidator(mend)],
    Annotated[str, Path(pattern="^[^A-Z]*$"), AfterValidator(strip)],
]
HAS_NONE: list[Any] = [float, bool, Decimal, date, IPv4Address, bytes, float | int]
SIMPLE = [kind for kind in HAS_IDS if "Path(" not in str(kind)]


def typed(handler: Any, annotation: Any, default: Any = None) -> Any:
    """*handler*, whose parameter `inbox` is annotated so."""
    handler.__annotations__ = {**handler.__annotations__, "inbox": annotation}
    if default is not None:
        handler.__defaults__ = (default,)
    return handler


# FastAPI


def who(x_user: Annotated[str, Header()]) -> Subject:
    return subject(x_user)


rg = RolegateFastAPI(gate, who)
BY_PATH = rg.require("inboxes.access", on=PathParam("inbox"))


class Stripping(Convertor[str]):
    """Starlette: a segment without the blanks around it."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        return value.strip()

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("stripped", Stripping())


def of_fastapi(app: FastAPI, url: str = "/i/{}", kind: str = "path") -> Ask:
    client = TestClient(app)

    def ask(user: str, spelling: str) -> Answer:
        headers = {"x-user": user}
        found = client.get(url.format(spelling), headers=headers)
        return found.status_code, found.json()["got"] if found.status_code == 200 else None

    return ask


def made(guard: Any, add: Callable[[FastAPI, list[Any]], None]) -> FastAPI:
    """An application with one route, which *add* adds with its dependencies."""
    app = FastAPI()
    rg.install(app)
    add(app, [Depends(guard)])
    return app


@settings(deadline=None, max_examples=some(60))
@given(
    st.sampled_from(HAS_IDS),
    st.sampled_from(["", ":path", ":stripped", ":int", ":uuid"]),
    st.sampled_from(["own", "router", "mounted", "dependency"]),
    MANY,
)
def test_fastapi_asks_with_a_path_parameter_as_the_route_reads_it(
    annotation: Any, convertor: str, where: str, spellings: list[str]
) -> None:
    """On the route, under prefixes of routers, in mounted applications, and read by a dependency."""

    def loaded(inbox: Any) -> Any:
        return inbox

    def handler(inbox: Any) -> Any:
        return report(inbox)

    def handler_of_loaded(found: Any = Depends(typed(loaded, annotation))) -> Any:  # noqa: B008
        return report(found)

    def add(app: FastAPI, dependencies: list[Any]) -> None:
        segment = f"/i/{{inbox{convertor}}}"
        chosen = handler_of_loaded if where == "dependency" else typed(handler, annotation)
        if where == "router":
            inner, outer = APIRouter(), APIRouter(prefix=segment, dependencies=dependencies)
            inner.get("/show")(chosen)
            outer.include_router(inner)
            app.include_router(outer)
        elif where == "mounted":
            below = FastAPI()
            below.get(segment, dependencies=dependencies)(chosen)
            app.mount("/i/{tenant}", below)
        else:
            app.get(segment, dependencies=dependencies)(chosen)

    url = {"router": "/i/{}/show", "mounted": "/i/acme/i/{}"}.get(where, "/i/{}")
    app = made(BY_PATH, add)
    assert rg.audit(app) == ()
    compare(of_fastapi(app, url), of_fastapi(made(rg.public, add), url), spellings)


@settings(deadline=None, max_examples=some(20))
@given(st.sampled_from(SIMPLE), MANY)
def test_a_web_socket_asks_with_what_it_gets(annotation: Any, spellings: list[str]) -> None:
    """Refused before it is accepted."""

    async def handler(socket: WebSocket, inbox: Any) -> None:
        await socket.accept()
        await socket.send_json(report(inbox))
        await socket.close()

    def add(app: FastAPI, dependencies: list[Any]) -> None:
        app.websocket("/i/{inbox}", dependencies=dependencies)(typed(handler, annotation))

    def of(app: FastAPI) -> Ask:
        client = TestClient(app)

        def ask(user: str, spelling: str) -> Answer:
            try:
                with client.websocket_connect(f"/i/{spelling}", headers={"x-user": user}) as socket:
                    return 200, socket.receive_json()["got"]
            except WebSocketDisconnect as closed:
                return (403 if "permission" in closed.reason else closed.code), None

        return ask

    compare(of(made(BY_PATH, add)), of(made(rg.public, add)), spellings)


@settings(deadline=None, max_examples=some(80))
@given(
    st.sampled_from([*HAS_IDS, *HAS_NONE]),
    st.sampled_from([*HAS_IDS, *HAS_NONE]),
    st.booleans(),
    st.sampled_from(["path", "query", "header", "cookie", "default"]),
    MANY,
)
def test_a_guard_that_reads_by_itself_reads_as_the_handler_or_nothing_starts(
    mine: Any, its: Any, alike: bool, place: str, spellings: list[str]
) -> None:
    """`on` is a dependency, with a parameter from anywhere; the first of several values or the last."""
    if alike or place == "path":
        mine = its if alike else mine
    if place != "path":
        mine, its = (kind if "Path(" not in str(kind) else int for kind in (mine, its))
    sources: dict[str, Any] = {"query": Query, "header": Header, "cookie": Cookie}
    source = sources[place]() if place in sources else None
    default = "8" if place == "default" else None

    def handler(inbox: Any) -> Any:
        return report(inbox)

    def asked(inbox: Any) -> Any:
        return inbox

    def declared(function: Any, annotation: Any) -> Any:
        return typed(function, annotation if source is None else Annotated[annotation, source], default)

    declared(handler, its), declared(asked, mine)

    def add(app: FastAPI, dependencies: list[Any]) -> None:
        app.get("/i/{inbox}" if place == "path" else "/i", dependencies=dependencies)(handler)

    def of(app: FastAPI) -> Ask:
        client = TestClient(app)

        def ask(user: str, spelling: str) -> Answer:
            headers, url, said = {"x-user": user}, "/i", unquote(spelling)
            if place in ("header", "cookie") and not (said.isascii() and said.isprintable()):
                said = "8"
            if place == "path":
                url = f"/i/{spelling}"
            elif place in ("query", "default"):
                url = f"/i?inbox=8&inbox={spelling}" if place == "query" else f"/i?inbox={spelling}&other=1"
            elif place == "header":
                headers["inbox"] = said
            else:
                headers["cookie"] = f"inbox={said}"
            found = client.get(url, headers=headers)
            return found.status_code, found.json()["got"] if found.status_code == 200 else None

        return ask

    guarded = made(rg.require("inboxes.access", on=asked), add)
    text = (str, Any)
    if mine is not its and mine != its and not (mine in text and its in text):
        assert [type(finding) for finding in rg.audit(guarded)] == [Unfit]
        with pytest.raises(GuardError, match="`inbox`"):
            of(guarded)("ana", spellings[0])
    elif its in HAS_IDS:
        assert rg.audit(guarded) == ()
        compare(of(guarded), of(made(rg.public, add)), spellings)


@pytest.mark.parametrize("annotation", HAS_NONE, ids=str)
def test_a_type_without_one_text_is_refused_at_the_start(annotation: Any) -> None:
    """In FastAPI by its annotation, or by the convertor of the path; the audit says so."""

    def add(app: FastAPI, dependencies: list[Any]) -> None:
        app.get("/i/{inbox}", dependencies=dependencies)(typed(lambda inbox: report(inbox), annotation))

    app = made(BY_PATH, add)
    assert ["which is not an id" in str(finding) for finding in rg.audit(app)] == [True]
    with pytest.raises(GuardError, match="is not an id"), TestClient(app):
        pass


# Flask


# ASGI: the handler asks by itself, with what it gets


@settings(deadline=None, max_examples=some(20))
@given(st.sampled_from(["", ":path", ":stripped", ":int", ":uuid"]), st.booleans(), MANY)
def test_a_handler_of_starlette_asks_with_what_it_gets(
    convertor: str, socket: bool, spellings: list[str]
) -> None:
    """`RolegateMiddleware` knows who asks; `path_params` holds what the convertor made."""

    def answer(scope: Any, asks: bool) -> dict[str, str] | None:
        value = scope["path_params"]["inbox"]
        me = subject_of(scope)
        assert me is not None
        return report(value) if not asks or me.can("inboxes.access", on=id_of(value)) else None

    def of(asks: bool) -> Ask:
        async def show(request: Request) -> JSONResponse:
            found = answer(request.scope, asks)
            return JSONResponse(found or {}, status_code=200 if found else 403)

        async def live(connection: WebSocket) -> None:
            found = answer(connection.scope, asks)
            if found is None:
                await connection.close(3403)
            else:
                await connection.accept()
                await connection.send_json(found)
                await connection.close()

        def who_asks(scope: Any) -> Subject:
            return subject(dict(scope["headers"])[b"x-user"].decode())

        segment = f"/i/{{inbox{convertor}}}"
        client = TestClient(
            Starlette(
                routes=[Route(segment, show), WebSocketRoute(segment, live)],
                middleware=[Middleware(RolegateMiddleware, subject=who_asks)],
            )
        )

        def ask(user: str, spelling: str) -> Answer:
            if not socket:
                found = client.get(f"/i/{spelling}", headers={"x-user": user})
                return found.status_code, found.json()["got"] if found.status_code == 200 else None
            try:
                with client.websocket_connect(f"/i/{spelling}", headers={"x-user": user}) as connection:
                    return 200, connection.receive_json()["got"]
            except WebSocketDisconnect as closed:
                return closed.code % 3000, None

        return ask

    compare(of(True), of(False), spellings)
