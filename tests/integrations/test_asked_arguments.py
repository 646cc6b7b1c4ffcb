"""What the callable of a guard gets is what the handler gets: below a class, and with the defaults."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django_desk

# isort: split
# The line above configures Django, which the ones below want.

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.decorators import method_decorator
from django.views import View
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient
from flask import Flask
from flask.views import MethodView

from desk import desk
from rolegate import Forbidden, Gate
from rolegate.errors import GuardError
from rolegate.integrations.django import require
from rolegate.integrations.fastapi import RolegateFastAPI
from rolegate.integrations.flask import PathParam, RolegateFlask

OTHER = "Sales"
"""What is shown instead of the `Support` that a guard has asked about."""


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return desk(tmp_path)


@pytest.fixture
def app(gate: Gate) -> Flask:
    """An application for which `rg_of` gives the guards of `ana`, who may access `Support` alone."""
    app = Flask(__name__)
    app.testing = True  # errors come through
    RolegateFlask(gate, lambda: gate.subject("ana", "acme"), app)
    return app


def rg_of(app: Flask) -> RolegateFlask:
    found: RolegateFlask = app.extensions["rolegate"]
    return found


class Shown(MethodView):
    """Shows the inbox, by whatever method."""

    def get(self, inbox: str) -> str:
        return inbox

    def put(self, inbox: str) -> str:
        return inbox


def page(app: Flask, dispatch: Any, on: Any, **options: Any) -> Any:
    """What asks for a page of a class with its own `dispatch_request`, which is guarded."""
    guarded = rg_of(app).require("inboxes.access", on=on)(dispatch)
    kind: Any = type("Own", (Shown,), {"dispatch_request": guarded, **options})
    app.add_url_rule("/<inbox>", view_func=kind.as_view("own"))
    return app.test_client()


def named(call: Any) -> Any:
    """*call* as Flask and the guard know it."""
    call.__name__ = "dispatch_request"
    return call


DISPATCHING = {
    "by name": lambda self, inbox: MethodView.dispatch_request(self, inbox=OTHER),
    "by position": lambda self, inbox: self.get(OTHER),
    "another method": lambda self, inbox: self.put(inbox=OTHER),
}
GUARDS = {"a parameter": PathParam("inbox"), "a callable": lambda inbox: inbox}


@pytest.mark.parametrize("on", GUARDS.values(), ids=GUARDS)
@pytest.mark.parametrize("dispatch", DISPATCHING.values(), ids=DISPATCHING)
@pytest.mark.parametrize("anew", [True, False], ids=["anew", "shared"])
def test_flask_dispatches_what_was_asked_about(app: Flask, on: Any, dispatch: Any, anew: bool) -> None:
    """Whichever method an own `dispatch_request` calls; also of an instance that answers every request."""

    def dispatching(self: Any, inbox: str) -> Any:
        return dispatch(self, inbox)

    client = page(app, named(dispatching), on, init_every_request=anew)
    for _ in range(2):
        with pytest.raises(GuardError, match="changes `inbox`"):
            client.get("/Support")
    assert 403 == client.get("/Sales").status_code


@pytest.mark.parametrize("on", GUARDS.values(), ids=GUARDS)
def test_flask_dispatches_below_a_guard(app: Flask, on: Any) -> None:
    """What is passed on as it is is answered, by each method."""

    def dispatching(self: Any, inbox: str) -> Any:
        return MethodView.dispatch_request(self, inbox=inbox)

    client = page(app, named(dispatching), on, init_every_request=False)
    for _ in range(2):
        assert ["Support", "Support"] == [client.open("/Support", method=m).text for m in ("GET", "PUT")]
    assert 403 == client.put("/Sales").status_code


def test_flask_passes_by_an_argument_of_dispatch_alone(app: Flask) -> None:
    """The language of a page may end in `dispatch_request`, where the guard asks about the inbox."""

    def dispatching(self: Any, inbox: str, language: str) -> Any:
        return MethodView.dispatch_request(self, inbox=inbox)

    guarded = rg_of(app).require("inboxes.access", on=PathParam("inbox"))(named(dispatching))
    kind: Any = type("Own", (Shown,), {"dispatch_request": guarded})
    app.add_url_rule("/<language>/<inbox>", view_func=kind.as_view("own"))
    assert "Support" == app.test_client().get("/de/Support").text


# -- defaults ------------------------------------------------------------------------------------------------


def support(inbox: str = "Support") -> str:
    return inbox


def test_flask_compares_defaults(app: Flask) -> None:
    """A guard that falls back on another inbox than the view does not ask about what the view gets."""
    rg = rg_of(app)

    def show(inbox: str = OTHER) -> str:
        return inbox

    def shown(inbox: str = "Support", zoom: float = float("1.5")) -> str:
        return inbox

    def zoomed(inbox: str = "Support", zoom: float = float("1.5")) -> str:
        return inbox

    class Page(MethodView):
        def get(self, inbox: str = OTHER) -> str:
            return inbox

    guard = rg.require("inboxes.access", on=support)
    app.add_url_rule("/other", "other", guard(show))
    app.add_url_rule("/same", "same", rg.require("inboxes.access", on=zoomed)(shown))
    app.add_url_rule("/class", view_func=guard(Page.as_view("page")))
    app.add_url_rule("/record", "record", rg.require("inboxes.access", record=support)(show))
    for path in ("/other", "/class", "/record"):
        with pytest.raises(GuardError, match="another `inbox`"):
            app.test_client().get(path)
    assert "Support" == app.test_client().get("/same").text


@pytest.fixture(scope="module")
def ana() -> Iterator[User]:
    call_command("migrate", verbosity=0)
    yield User.objects.create_user("ana")
    User.objects.all().delete()


def asked(user: User) -> HttpRequest:
    request: HttpRequest = RequestFactory().get("/")
    request.user = user
    return request


def in_django(request: HttpRequest, inbox: str = "Support") -> str:
    return inbox


def test_django_compares_defaults(ana: User) -> None:
    """Of a function, and of the method of a class."""
    guard = require("inboxes.access", on=in_django)

    @guard
    def show(request: HttpRequest, inbox: str = OTHER) -> HttpResponse:
        return HttpResponse(inbox)

    @guard
    def shown(request: HttpRequest, inbox: str = "Support") -> HttpResponse:
        return HttpResponse(inbox)

    class Page(View):  # type: ignore[misc]  # Django is not typed
        def get(self, request: HttpRequest, inbox: str = OTHER) -> HttpResponse:
            return HttpResponse(inbox)

    dispatching = method_decorator(guard, name="dispatch")(type("Own", (Page,), {}))
    getting = method_decorator(guard, name="get")(type("Own", (Page,), {"get": Page.get}))
    for view in (show, guard(Page.as_view()), dispatching.as_view(), getting.as_view()):
        with pytest.raises(GuardError, match="another `inbox`"):
            view(asked(ana))
    assert b"Support" == shown(asked(ana)).content
    nameless = HttpRequest()  # as some tests make one: without a method
    nameless.user = ana
    assert b"Support" == shown(nameless).content


def test_django_compares_positions(ana: User) -> None:
    """A callable that takes unnamed parts of a URL in another order asks about another one."""

    @require("inboxes.access", on=lambda request, ticket, inbox: inbox)
    def show(request: HttpRequest, inbox: str, ticket: str) -> HttpResponse:
        return HttpResponse(inbox)

    with pytest.raises(GuardError, match=r"another `(inbox|ticket)`"):
        show(asked(ana), OTHER, "Support")


# -- records -------------------------------------------------------------------------------------------------


async def missing(**_: Any) -> None:
    return None


class Loader:
    """Its calls have to be awaited, which `iscoroutinefunction` does not see."""

    async def __call__(self) -> None:
        return None


def generated() -> Iterator[None]:
    yield None


UNAWAITED = {"lambda": lambda: missing(), "object": Loader(), "generator": generated}


@pytest.mark.parametrize("load", UNAWAITED.values(), ids=UNAWAITED)
def test_flask_refuses_what_is_not_yet_a_record(gate: Gate, load: Any) -> None:
    """Whoever may edit every ticket may not edit a coroutine that would have found none."""
    app = Flask(__name__)
    app.testing = True
    rg = RolegateFlask(gate, lambda: gate.subject("bo", "acme"), app)
    app.get("/")(rg.require("contacts.show", record=load)(lambda: "shown"))
    with pytest.raises(GuardError, match="not a record"):
        app.test_client().get("/")


@pytest.mark.parametrize("load", [UNAWAITED["lambda"], UNAWAITED["object"]], ids=["lambda", "object"])
def test_django_refuses_what_is_not_yet_a_record(ana: User, load: Any) -> None:
    """The same in Django."""

    def show(request: HttpRequest) -> HttpResponse:
        return HttpResponse("shown")

    view = require("contacts.show", record=lambda request: load())(show)
    with pytest.raises(GuardError, match="not a record"):
        view(asked(ana))


def test_fastapi_refuses_what_is_not_yet_a_record(gate: Gate) -> None:
    """FastAPI awaits functions, callable objects and generators, and not what a lambda returns."""
    app = FastAPI()
    rg = RolegateFastAPI(gate, subject=lambda: gate.subject("ana", "acme"))
    rg.install(app)
    loads: dict[str, Any] = {"lambda": lambda: missing(), "object": Loader(), "yields": generated}
    for name, load in loads.items():
        guard = rg.require("contacts.show", record=load)
        app.get(f"/{name}", dependencies=[Depends(guard)])(lambda: "shown")
    client = TestClient(app)
    with pytest.raises(GuardError, match="not a record"):
        client.get("/lambda")
    assert [403, 403] == [client.get(path).status_code for path in ("/object", "/yields")]


def test_fastapi_sees_a_loader_that_changes_the_request(gate: Gate) -> None:
    """The handler is given its path parameters after the guard has asked."""
    app = FastAPI()
    rg = RolegateFastAPI(gate, subject=lambda: gate.subject("ana", "acme"))
    rg.install(app)

    def load(request: Request) -> dict[str, Any]:
        request.path_params["owner"] = "bo"
        return {"owner": "ana", "team": None}

    def inbox_of(request: Request) -> str:
        return str(request.path_params.pop("owner"))

    record, on = rg.require("tickets.edit", record=load), rg.require("inboxes.access", on=inbox_of)
    below_record, below_on = Depends(load), Depends(inbox_of)

    @app.get("/record/{owner}", dependencies=[Depends(record)])
    def recorded(owner: str, ticket: Any = below_record) -> str:
        return owner

    @app.get("/on/{owner}", dependencies=[Depends(on)])
    def shown(inbox: str = below_on) -> str:
        return inbox

    client = TestClient(app)
    for path in ("/record/ana", "/on/Support"):
        with pytest.raises(GuardError, match="changes the path parameter `owner`"):
            client.get(path)


def test_a_missing_record_is_refused_in_django(ana: User) -> None:
    """Whoever asks, and whatever they hold."""
    assert django_desk.gate.check("ana", "contacts.show", domain="acme")
    with pytest.raises(Forbidden):
        require("contacts.show", record=lambda request: None)(lambda request: HttpResponse())(asked(ana))
