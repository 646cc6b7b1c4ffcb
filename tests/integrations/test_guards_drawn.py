"""Guards ask about the value that the handler gets, whatever its type and however it is written.

Each application is made twice, with the guard and without. What the handler without a guard reports is what
it gets; with the guard it gets the same, where the gate allows that very value, and nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import wraps
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, NewType
from urllib.parse import unquote
from uuid import UUID

import django_desk  # noqa: F401  # configures Django, which what is below wants

# isort: split

import flask
import pytest
from django.core.checks import run_checks
from django.http import JsonResponse as DjangoJson
from django.test import Client, override_settings
from django.urls import include, path, re_path, register_converter
from django.utils.decorators import method_decorator
from django.views import View
from fastapi import APIRouter, Cookie, Depends, FastAPI, Header, Path, Query, WebSocket
from fastapi.testclient import TestClient
from flask.views import MethodView
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
from werkzeug.routing import UnicodeConverter

from drawing import some
from rolegate.errors import GuardError
from rolegate.gate.subject import Subject
from rolegate.integrations import django as in_django
from rolegate.integrations.asgi import RolegateMiddleware, subject_of
from rolegate.integrations.fastapi import PathParam, RolegateFastAPI, Unfit, unchanged
from rolegate.integrations.flask import RolegateFlask
from rolegate.integrations.instance_ids import id_of
from spellings import MANY, allowed, gate, subject

Answer = tuple[int, str | None]
"""A status, and the id that the handler got."""

Ask = Callable[[str, str], Answer]
"""Asks an application as a user, with one spelling."""


def compare(guarded: Ask, open_: Ask, spellings: list[str]) -> None:
    """Fail where the guard lets pass, or refuses, another value than the one the handler gets."""
    for spelling in spellings:
        gets = open_("ana", spelling)
        for user in ("ana", "bo"):
            expected = gets if gets[1] is None or allowed(user, gets[1]) else (403, None)
            assert (spelling, user, expected) == (spelling, user, guarded(user, spelling))


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
SIMPLE = [each for each in HAS_IDS if "Path(" not in str(each)]


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


def report(value: Any) -> dict[str, str]:
    return {"got": id_of(value)}


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
        mine, its = (each if "Path(" not in str(each) else int for each in (mine, its))
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
        assert [type(each) for each in rg.audit(guarded)] == [Unfit]
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
    assert ["which is not an id" in str(each) for each in rg.audit(app)] == [True]
    with pytest.raises(GuardError, match="is not an id"), TestClient(app):
        pass


# Flask


class Trimmed(UnicodeConverter):
    """A segment without the blanks around it."""

    def to_python(self, value: str) -> str:
        return value.strip()


def lowered(view: Any) -> Any:
    """A decorator that changes the argument."""
    return wraps(view)(lambda **given: view(**{**given, "inbox": str(given["inbox"]).lower().strip()}))


def timed(view: Any) -> Any:
    """A decorator that changes nothing."""
    return wraps(view)(lambda *args, **given: view(*args, **given))


CONVERTERS = [
    "",
    "string(minlength=1):",
    "int:",
    "int(signed=True):",
    "uuid:",
    "path:",
    "any(red, '7'):",
    "trimmed:",
]


def of_flask(build: Callable[[flask.Flask, RolegateFlask], Any], *, open_: bool = False) -> Ask:
    app = flask.Flask(__name__)
    app.testing = True
    app.url_map.converters["trimmed"] = Trimmed
    guards = RolegateFlask(gate, lambda: subject(flask.request.headers["x-user"]), app)
    if open_:
        guards.require = lambda *_, **__: guards.public  # type: ignore[method-assign]
    build(app, guards)
    client = app.test_client()

    def ask(user: str, spelling: str) -> Answer:
        found = client.get(f"/i/{spelling}", headers={"x-user": user})
        return found.status_code, found.get_json()["got"] if found.status_code == 200 else None

    return ask


@settings(deadline=None, max_examples=some(60))
@given(
    st.sampled_from(CONVERTERS),
    st.sampled_from(["function", "class", "above", "timed", "preprocessed", "before", "call", "method"]),
    MANY,
)
def test_flask_asks_with_what_the_view_gets(converter: str, how: str, spellings: list[str]) -> None:
    """After converters, functions that change the URL's values, and decorators above the guard."""

    def build(app: flask.Flask, guards: RolegateFlask) -> None:
        on: Any = (lambda inbox: inbox) if how == "call" else PathParam("inbox")
        guard = guards.require("inboxes.access", on=on)

        def view(inbox: Any) -> Any:
            return report(inbox)

        class Shown(MethodView):
            decorators = [guard]  # noqa: RUF012  # as Flask has it

            def get(self, inbox: Any) -> Any:
                return report(inbox)

        class Got(MethodView):
            @guard
            def get(self, inbox: Any) -> Any:
                return report(inbox)

        def change(values: Any) -> None:
            if values:
                values["inbox"] = str(values["inbox"]).strip().lower()

        views: dict[str, Any] = {
            "class": Shown.as_view("shown"),
            "method": Got.as_view("got"),
            "above": lowered(guard(view)),
            "timed": guard(unchanged(timed)(view)),
        }
        app.add_url_rule(f"/i/<{converter}inbox>", view_func=views.get(how) or guard(view))
        if how == "preprocessed":
            app.url_value_preprocessor(lambda _, values: change(values))
        if how == "before":
            app.before_request(lambda: change(flask.request.view_args))

    compare(of_flask(build), of_flask(build, open_=True), spellings)


@pytest.mark.parametrize("where", ["view", "class", "own", "method", "float"])
def test_flask_refuses_what_it_cannot_ask_about(where: str) -> None:
    """A decorator between the guard and the view, in classes also; a float, which has no one text."""
    guard = RolegateFlask(gate, lambda: subject("ana")).require("inboxes.access", on=PathParam("inbox"))

    def view(inbox: Any) -> Any:
        raise AssertionError(inbox)

    class Shown(MethodView):
        decorators = [guard]  # noqa: RUF012  # as Flask has it

        @lowered
        def get(self, inbox: Any) -> Any:
            raise AssertionError(inbox)

    class Own(MethodView):
        decorators = [guard]  # noqa: RUF012

        def dispatch_request(self, **_: Any) -> Any:
            return super().dispatch_request(inbox="7")

        def get(self, inbox: Any) -> Any:
            raise AssertionError(inbox)

    class Twice(MethodView):
        decorators = [lowered, guard]  # noqa: RUF012

        def get(self, inbox: Any) -> Any:
            raise AssertionError(inbox)

    app = flask.Flask(__name__)
    guards = RolegateFlask(gate, lambda: subject("ana"), app)
    if where == "view":
        with pytest.raises(GuardError, match="a decorator of `view`"):
            guard(lowered(view))
    elif where == "method":
        with pytest.raises(GuardError, match="a decorator of `twice`"):
            Twice.as_view("twice")
    else:
        classes = {"class": Shown, "own": Own}
        shown: Any = classes[where].as_view("shown") if where in classes else guard(view)
        app.add_url_rule(f"/i/<{'float:' if where == 'float' else ''}inbox>", view_func=shown)
        assert [type(each).__name__ for each in guards.audit(app)] == ["Unfit"]
        assert app.test_client().get("/i/7.0").status_code == 500


# Django


class Shorn:
    """A segment without the blanks around it."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.strip()

    def to_url(self, value: str) -> str:
        return value


register_converter(Shorn, "shorn")


def of_django(build: Callable[[Any], list[Any]], guard: Any) -> Ask:
    urls = type("Urls", (), {"urlpatterns": build(guard)})
    client = Client(raise_request_exception=True)

    def ask(user: str, spelling: str) -> Answer:
        with override_settings(
            ROOT_URLCONF=urls,
            MIDDLEWARE=["spellings.Users"],
            ROLEGATE_GATE="spellings.gate",
            ROLEGATE_SUBJECT="spellings.django_subject",
        ):
            found = client.get(f"/i/{spelling}", headers={"x-user": user})
        return found.status_code, found.json()["got"] if found.status_code == 200 else None

    return ask


@settings(deadline=None, max_examples=some(60))
@given(
    st.sampled_from(
        ["<inbox>", "<int:inbox>", "<slug:inbox>", "<uuid:inbox>", "<path:inbox>", "<shorn:inbox>"]
    ),
    st.sampled_from(["function", "class", "own", "above", "timed", "extra", "group", "call"]),
    MANY,
)
def test_django_asks_with_what_the_view_gets(pattern: str, how: str, spellings: list[str]) -> None:
    """After converters, arguments that `path` adds, and decorators above the guard; also in `self.kwargs`."""

    def build(guard: Any) -> list[Any]:
        def view(request: Any, inbox: Any) -> Any:
            return DjangoJson(report(inbox))

        @method_decorator(guard, name="dispatch")
        class Shown(View):  # type: ignore[misc]  # Django is not typed
            def get(self, request: Any, inbox: Any) -> Any:
                return DjangoJson(report(inbox))

        @method_decorator(guard, name="get")
        class Own(View):  # type: ignore[misc]
            def get(self, request: Any, **_: Any) -> Any:
                return DjangoJson(report(self.kwargs["inbox"]))

        def above(request: Any, inbox: Any) -> Any:
            return guard(view)(request, inbox=str(inbox).strip().lower())

        views = {"class": Shown.as_view(), "own": Own.as_view(), "above": above, "timed": None}
        views["timed"] = guard(unchanged(timed)(view))
        if how == "group":
            return [re_path(r"^i/(?P<inbox>[^/]+)$", guard(view))]
        if how == "extra":
            return [path(f"i/{pattern}", guard(view), kwargs={"inbox": "7"})]
        return [path(f"i/{pattern}", views.get(how) or guard(view))]

    with override_settings(ROLEGATE_GATE="spellings.gate"):
        on: Any = (lambda request, inbox: inbox) if how == "call" else PathParam("inbox")
        guard = in_django.require("inboxes.access", on=on)
    compare(of_django(build, guard), of_django(build, lambda view: view), spellings)


def test_a_class_of_django_may_dispatch_by_itself() -> None:
    """As long as the method that answers gets what the guard has asked about."""
    with override_settings(ROLEGATE_GATE="spellings.gate"):
        guard = in_django.require("inboxes.access", on=PathParam("inbox"))

    @method_decorator(guard, name="dispatch")
    class Shown(View):  # type: ignore[misc]  # Django is not typed
        def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
            super().setup(request, *args, **kwargs)
            self.kwargs["more"] = "1"

        def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return super().dispatch(request, *args, **kwargs, added="2")

        def get(self, request: Any, inbox: Any, added: str) -> Any:
            return DjangoJson(report(inbox))

    ask = of_django(lambda _: [path("i/<int:inbox>", Shown.as_view())], None)
    assert [ask("ana", spelling) for spelling in ("007", "08")] == [(403, None), (200, "8")]


@pytest.mark.parametrize(
    "where", ["view", "dispatch", "get", "kwargs", "own", "held", "around", "setup", "purge"]
)
def test_django_refuses_what_it_cannot_ask_about(where: str) -> None:
    """A decorator between the guard and the view; in classes when the first request comes."""
    with override_settings(ROLEGATE_GATE="spellings.gate"):
        guard = in_django.require("inboxes.access", on=PathParam("inbox"))

    def changed(view: Any) -> Any:
        return wraps(view)(lambda request, inbox: view(request, inbox=inbox.strip()))

    class Shown(View):  # type: ignore[misc]  # Django is not typed
        def get(self, request: Any, inbox: Any) -> Any:
            raise AssertionError(inbox)

    class Own(Shown):
        def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            return super().dispatch(request, inbox="7")

    class Held(Shown):
        def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            self.kwargs["inbox"] = "7"
            return super().dispatch(request, *args, **kwargs)

    class SetUp(Shown):
        def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
            super().setup(request, *args, **kwargs)
            self.kwargs["inbox"] = "7"

    class Purged(Shown):
        http_method_names = ("get", "purge")

        def purge(self, request: Any, inbox: Any) -> Any:
            raise AssertionError(inbox)

    def build(_: Any) -> list[Any]:
        view: Any = method_decorator([guard, changed], name="dispatch")(Shown)
        if where == "purge":
            view = method_decorator(guard, name="dispatch")(method_decorator(changed, name="purge")(Purged))
        if where == "setup":
            return [path("i/<inbox>", guard(SetUp.as_view()))]
        if where == "get":
            view = method_decorator(guard, name="dispatch")(method_decorator(changed, name="get")(Shown))
        if where == "kwargs":
            view = method_decorator([changed, guard], name="dispatch")(Shown)
        if where == "own":
            view = method_decorator(guard, name="dispatch")(Own)
        if where == "held":
            view = method_decorator(guard, name="dispatch")(Held)
        if where == "around":
            return [path("i/<inbox>", guard(Own.as_view()))]
        return [path("i/<inbox>", view.as_view())]

    if where == "view":
        with pytest.raises(GuardError, match="a decorator of `get`"):
            guard(changed(Shown().get))
    else:
        with pytest.raises(GuardError, match=r"decorator of|a class changes|(dispatch|setup)` may change"):
            of_django(build, None)("ana", "%207")


def test_a_check_of_django_finds_guards_that_do_not_fit_their_urls() -> None:
    """It stops `runserver` and `migrate`; a group without a name is not a parameter."""
    with override_settings(ROLEGATE_GATE="spellings.gate"):
        guard = in_django.require("inboxes.access", on=PathParam("inbox"))

    @method_decorator(guard, name="dispatch")
    class Whole(View):  # type: ignore[misc]  # Django is not typed
        pass

    @method_decorator(guard, name="get")
    class Got(View):  # type: ignore[misc]
        def get(self, request: Any, **_: Any) -> Any:
            raise AssertionError

    view = guard(lambda request, inbox: None)
    right = [path("a/<inbox>", view), re_path("b/(?P<inbox>.)", view), path("c", view, kwargs={"inbox": "7"})]
    right += [path("d/<int:inbox>/", include([path("show", Whole.as_view()), path("got", Got.as_view())]))]
    wrong = [path("a/<box>", view), re_path("b/(.)", view), path("d/", include([path("e", Whole.as_view())]))]
    wrong += [path("got", Got.as_view())]
    urls = type("Urls", (), {"urlpatterns": [*right, *wrong]})
    with override_settings(ROOT_URLCONF=urls):
        found = run_checks(tags=["rolegate"])
    assert [(each.id, each.msg.split(" ")[0]) for each in found] == [
        ("rolegate.E001", where) for where in ("a/<box>", "b/(.)", "d/e", "got")
    ]


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
