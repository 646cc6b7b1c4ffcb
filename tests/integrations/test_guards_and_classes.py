"""Between a guard and the method of a class that answers, nothing changes what the guard has asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import Any

import django_desk

# isort: split
# The line above configures Django, which the ones below want.

import flask
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.decorators import decorator_from_middleware, method_decorator
from django.views import View
from flask.views import View as FlaskView

from rolegate.errors import GuardError
from rolegate.integrations.django import PathParam, require, unchanged
from rolegate.integrations.flask import RolegateFlask

OTHER = "Sales"
"""What is shown instead of the `Support` that a guard has asked about."""


@pytest.fixture(scope="module", autouse=True)
def database() -> Iterator[None]:
    call_command("migrate", verbosity=0)
    User.objects.create_user("ana")
    yield
    User.objects.all().delete()


def asked(method: str = "get", query: str = "") -> HttpRequest:
    request: HttpRequest = getattr(RequestFactory(), method)(f"/{query}")
    request.user = User.objects.get(username="ana")
    return request


def other(view: Any) -> Any:
    """A decorator that shows another inbox."""

    @wraps(view)
    def changing(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **dict.fromkeys(kwargs, OTHER))

    return changing


guard = require("inboxes.access", on=PathParam("inbox"))
guard_first = require("inboxes.access", on=lambda request, inbox: inbox)


class Shown(View):  # type: ignore[misc]  # Django is not typed
    """Shows the inbox, by whatever method."""

    def get(self, request: HttpRequest, inbox: str) -> HttpResponse:
        return HttpResponse(inbox)

    def put(self, request: HttpRequest, inbox: str) -> HttpResponse:
        return HttpResponse(inbox)


def test_a_guarded_class_shows_what_was_asked_about() -> None:
    """Nothing between the guard and the method: it passes, whatever it is called with."""
    assert b"Support" == guard(Shown.as_view())(asked(), inbox="Support").content
    by_position = method_decorator(guard_first, name="dispatch")(type("Own", (Shown,), {}))
    assert b"Support" == by_position.as_view()(asked(), "Support").content
    assert b"Support" == by_position.as_view()(asked("put"), "Support").content


def test_a_decorator_around_a_class_is_seen() -> None:
    """`as_view` gives its view the attributes that also mark the decorators around it."""
    with pytest.raises(GuardError, match="a decorator of `view` may change"):
        guard(other(Shown.as_view()))

    class Page(FlaskView):
        def dispatch_request(self, inbox: str) -> str:  # type: ignore[override]  # as Flask calls it
            return inbox

    app = flask.Flask(__name__)
    rg = RolegateFlask(django_desk.gate, subject=lambda: None)
    rg.init_app(app)
    with pytest.raises(GuardError, match="a decorator of `page` may change"):
        rg.require("inboxes.access", on=PathParam("inbox"))(other(Page.as_view("page")))


def dispatching(call: Callable[[Any, HttpRequest, str], HttpResponse]) -> Any:
    """A class whose own `dispatch` is *call*, below a guard."""
    own = type("Own", (Shown,), {"dispatch": lambda self, request, inbox: call(self, request, inbox)})
    return method_decorator(guard_first, name="dispatch")(own).as_view()


@pytest.mark.parametrize(
    "call",
    [
        lambda self, request, inbox: View.dispatch(self, request, OTHER),
        lambda self, request, inbox: self.get(request, OTHER),
        lambda self, request, inbox: self.put(request, OTHER),
        lambda self, request, inbox: self.http_method_not_allowed(request, OTHER),
        lambda self, request, inbox: getattr(self, request.GET.get("_method", "get"))(request, inbox=OTHER),
    ],
    ids=["position", "get", "put", "not allowed", "override"],
)
def test_a_dispatch_calls_every_method_with_what_was_asked_about(call: Any) -> None:
    """Whichever method `dispatch` calls, and however it hands the arguments on."""
    with pytest.raises(GuardError, match="changes"):
        dispatching(call)(asked(query="?_method=put"), "Support")


def test_what_a_class_remembers_by_position_is_compared() -> None:
    """`self.args` is what the guard has asked about, as `self.kwargs` is."""

    class Remembering(Shown):
        def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
            super().setup(request, OTHER)

    with pytest.raises(GuardError, match="changes"):
        method_decorator(guard_first, name="dispatch")(Remembering).as_view()(asked(), "Support")


def test_middleware_of_the_application_is_no_decorator_of_django() -> None:
    """`decorator_from_middleware` makes a decorator that Django wrote of something that it did not write."""

    class Middleware:
        def __init__(self, answer: Any) -> None:
            self.answer = answer

        def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> Any:
            return view(request, **dict.fromkeys(kwargs, OTHER))

    def show(request: HttpRequest, inbox: str) -> HttpResponse:
        return HttpResponse(inbox)

    with pytest.raises(GuardError, match="a decorator of `show` may change"):
        guard(decorator_from_middleware(Middleware)(show))


def threaded(view: Any) -> Any:
    @wraps(view)
    def in_thread(*args: Any, **kwargs: Any) -> Any:
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(other(view), *args, **kwargs).result()

    return in_thread


@pytest.mark.parametrize("decorator", [other, threaded])
def test_unchanged_compares_whatever_the_catch_all_is_called(decorator: Any) -> None:
    """`**rest` as well as `**kwargs`; in another thread, where nothing can be compared, it does not pass."""

    def show(request: HttpRequest, **rest: str) -> HttpResponse:
        return HttpResponse(rest["inbox"])

    view = require("inboxes.access", on=lambda request, inbox: inbox)(unchanged(decorator)(show))
    with pytest.raises(GuardError, match="marked `unchanged`, but it"):
        view(asked(), inbox="Support")


def test_unchanged_compares_objects() -> None:
    """An object that a converter has loaded is the same below the decorator; the request may be another."""

    def swapped(view: Any) -> Any:
        @wraps(view)
        def swapping(request: HttpRequest, inbox: Any) -> Any:
            return view(request, inbox={"name": OTHER})

        return swapping

    def renewed(view: Any) -> Any:
        @wraps(view)
        def renewing(request: HttpRequest, inbox: Any) -> Any:
            return view(asked(), inbox=inbox)

        return renewing

    def show(request: HttpRequest, inbox: Any) -> HttpResponse:
        return HttpResponse(inbox["name"])

    by_name = require("inboxes.access", on=lambda request, inbox: inbox["name"])
    with pytest.raises(GuardError, match="changes `inbox`"):
        by_name(unchanged(swapped)(show))(asked(), inbox={"name": "Support"})
    assert b"Support" == by_name(unchanged(renewed)(show))(asked(), inbox={"name": "Support"}).content
