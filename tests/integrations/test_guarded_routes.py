"""The routes of an application as a file: what each asks for, and the same text whenever it is the same."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import django_desk  # noqa: F401

# isort: split
# The line above configures Django, which the ones below want.

import pytest
from django.test import override_settings
from fastapi import APIRouter, Depends, FastAPI
from flask import Flask
from flask.views import MethodView

from desk import desk
from rolegate.documents.route_lock import GuardedRoute, lock_text, read_lock
from rolegate.errors import RouteLockError
from rolegate.gate.gate import Gate
from rolegate.integrations import django
from rolegate.integrations.fastapi import PathParam, RolegateFastAPI
from rolegate.integrations.flask import RolegateFlask


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return desk(tmp_path)


def test_flask(gate: Gate) -> None:
    """Functions, classes with a guard for each method, views that are open, and those without a guard."""
    app = Flask(__name__)
    rg = RolegateFlask(gate, lambda: None, app)

    class Settings(MethodView):
        @rg.require("settings.edit")
        def post(self) -> str:
            return ""

        def get(self) -> str:
            return ""

    @rg.require("inboxes.access", on=PathParam("inbox"))
    def inbox(inbox: str) -> str:
        return inbox

    app.add_url_rule("/settings", view_func=Settings.as_view("settings"))
    app.add_url_rule("/inboxes/<inbox>", view_func=inbox)
    app.add_url_rule("/health", view_func=rg.public(lambda: ""), endpoint="health")
    assert lock_text(rg.routes(app)).splitlines() == [
        "# rolegate routes 1",
        "GET /health -> public",
        "GET /inboxes/<inbox> -> inboxes.access[{inbox}]",
        "GET /settings -> nothing",
        "POST /settings -> settings.edit",
        "GET /static/<path:filename> -> public",
    ]
    assert [route.path for route in rg.audit(app)] == ["/settings"]


def test_fastapi(gate: Gate) -> None:
    """Routers, mounted applications, several guards on one route; the pages of FastAPI are left out."""
    rg = RolegateFastAPI(gate, lambda: None)
    app, inner, router = FastAPI(), FastAPI(), APIRouter(dependencies=[Depends(rg.signed_in)])
    router.get("/menu")(lambda: "")
    router.put("/settings", dependencies=[Depends(rg.require("settings.edit"))])(lambda: "")
    inner.get("/open")(lambda: "")
    app.include_router(router, prefix="/v1")
    app.mount("/inner", inner)
    routes = rg.routes(app)
    assert lock_text(routes).splitlines()[1:] == [
        "GET /inner/open -> nothing",
        "GET /v1/menu -> signed in",
        "PUT /v1/settings -> settings.edit and signed in",
    ]
    assert lock_text(reversed(routes)) == lock_text(routes)


def test_django() -> None:
    """A URL has no guard in the file if, and only if, the audit says so."""
    with override_settings(ROOT_URLCONF="django_open", ROLEGATE_OPEN=("named", "opened:*")):
        routes, audited = django.routes(), django.audit()
    without = {route.path for route in routes if route.guard == "nothing"}
    assert without == {route.path for route in audited if not isinstance(route, django.Unfit)}
    assert without
    assert {route.guard for route in routes} >= {"nothing", "public"}


def test_a_file_is_read_as_it_was_written() -> None:
    """Whatever is in a path; the first of two equal routes is the one that answers."""
    routes = [
        GuardedRoute("/a b\n-> c", "GET", "tickets.edit@my"),
        GuardedRoute("/x", "GET", "signed in"),
        GuardedRoute("/x", "GET", "nothing"),
    ]
    read = read_lock(lock_text(routes), "routes.lock")
    assert [str(route) for route in read.values()] == [
        "GET /a%20b%0A->%20c -> tickets.edit@my",
        "GET /x -> signed in",
    ]
    assert [route.permissions for route in read.values()] == [("tickets.edit",), ()]


@pytest.mark.parametrize("text", ["", "GET /x -> public\n", "# rolegate routes 1\n<<<<<<< HEAD\n"])
def test_what_is_no_file_of_routes_is_refused(text: str) -> None:
    """An empty file, one without its first line, and one with a conflict."""
    with pytest.raises(RouteLockError, match=r"routes\.lock"):
        read_lock(text, "routes.lock")


def test_a_route_that_is_there_twice_is_refused() -> None:
    """So a line added by hand cannot take the place of another."""
    text = "# rolegate routes 1\nGET /x -> nothing\nGET /x -> tickets.edit\n"
    with pytest.raises(RouteLockError, match="is there twice"):
        read_lock(text, "routes.lock")


@pytest.mark.parametrize("id", ["R and D", "x] and [y", "a] and settings.edit and [b", "50% [new]"])
def test_an_id_is_not_taken_for_several_guards(gate: Gate, id: str) -> None:
    """Blanks and brackets in it are encoded, as a grant may have them too, and it is one permission."""
    app = FastAPI()
    rg = RolegateFastAPI(gate, lambda: None)
    app.get("/box", dependencies=[Depends(rg.require("inboxes.access", on=id))])(lambda: "")
    (route,) = read_lock(lock_text(rg.routes(app)), "routes.lock").values()
    assert route.permissions == ("inboxes.access",)
    on = route.guard.removeprefix("inboxes.access[").removesuffix("]")
    assert " " not in on and unquote(on) == id
