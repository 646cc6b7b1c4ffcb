"""Guards ask about the value that the handler of Django gets, whatever its type and however it is written.

Each application is made twice, with the guard and without. What the handler without a guard reports is what
it gets; with the guard it gets the same, where the gate allows that very value, and nothing otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import django_desk  # noqa: F401  # configures Django, which what is below wants

# isort: split

import pytest
from django.core.checks import run_checks
from django.http import JsonResponse as DjangoJson
from django.test import Client, override_settings
from django.urls import include, path, re_path, register_converter
from django.utils.decorators import method_decorator
from django.views import View
from hypothesis import given, settings
from hypothesis import strategies as st

from drawing import some
from handlers import Answer, Ask, compare, report, timed
from rolegate.errors import GuardError
from rolegate.integrations import django as in_django
from rolegate.integrations.fastapi import PathParam, unchanged
from spellings import MANY


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
    assert [(finding.id, finding.msg.split(" ")[0]) for finding in found] == [
        ("rolegate.E001", where) for where in ("a/<box>", "b/(.)", "d/e", "got")
    ]
