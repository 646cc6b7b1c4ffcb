"""Guards ask about the value that the handler of Flask gets, whatever its type and however it is written.

Each application is made twice, with the guard and without. What the handler without a guard reports is what
it gets; with the guard it gets the same, where the gate allows that very value, and nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import flask
import pytest
from flask.views import MethodView
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.routing import UnicodeConverter

from drawing import some
from handlers import Answer, Ask, compare, report, timed
from rolegate.errors import GuardError
from rolegate.integrations.fastapi import PathParam, unchanged
from rolegate.integrations.flask import RolegateFlask
from spellings import MANY, gate, subject


class Trimmed(UnicodeConverter):
    """A segment without the blanks around it."""

    def to_python(self, value: str) -> str:
        return value.strip()


def lowered(view: Any) -> Any:
    """A decorator that changes the argument."""
    return wraps(view)(lambda **given: view(**{**given, "inbox": str(given["inbox"]).lower().strip()}))


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
        assert [type(finding).__name__ for finding in guards.audit(app)] == ["Unfit"]
        assert app.test_client().get("/i/7.0").status_code == 500


# Django
