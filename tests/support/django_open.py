"""URLs of a Django project with guards in every place where one may be, and where one does not help."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import RedirectView, TemplateView, View
from django.views.static import serve

from rolegate.integrations.django import public, require, signed_in

edit = require("settings.edit")


def answer(request: HttpRequest, **_: Any) -> HttpResponse:
    return HttpResponse("here")


async def waiting(request: HttpRequest) -> HttpResponse:
    return HttpResponse("here")


def hiding(view: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator without `wraps`: what it decorates cannot be seen."""
    return lambda request, **kwargs: view(request, **kwargs)


def shown(view: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator with `wraps`."""
    return wraps(view)(lambda request, **kwargs: view(request, **kwargs))


class Plain(View):  # type: ignore[misc]  # Django is not typed
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")

    def post(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="get")
class OnlyGet(Plain):
    """`post` is not guarded."""


@method_decorator(edit, name="dispatch")
class Whole(Plain):
    pass


class Again(Whole):
    """A method of its own is behind the guard of the class above."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


class Replaced(OnlyGet):
    """A `get` of its own takes the place of the guarded one."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="get")
class Dispatching(View):  # type: ignore[misc]  # Django is not typed
    """A `dispatch` of its own may answer without the guarded method."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse("here")

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="get")
class Mixed(LoginRequiredMixin, View):  # type: ignore[misc]  # Django is not typed
    """A `dispatch` of Django calls the method."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="get")
class Fallback(View):  # type: ignore[misc]  # Django is not typed
    """What answers every other method is not guarded."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")

    def http_method_not_allowed(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="get")
class Options(View):  # type: ignore[misc]  # Django is not typed
    """An `options` of its own is not guarded, and `head` is another method than `get`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")

    def head(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")

    def options(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="dispatch")
class Awaited(View):  # type: ignore[misc]  # Django is not typed
    async def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="purge")
class Purge(View):  # type: ignore[misc]  # Django is not typed
    http_method_names = ("get", "purge")

    def purge(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(edit, name="get")
class Narrow(Plain):
    """Only `get` answers, unless `as_view` is given other names."""

    http_method_names = ("get",)


class Wrapping(Mixed):
    """A `dispatch` of its own that looks like Django's."""

    @wraps(View.dispatch)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return HttpResponse("here")


@method_decorator(hiding, name="dispatch")
class Decorated(Mixed):
    """A decorator on `dispatch` may answer as well."""


@method_decorator([csrf_exempt, never_cache], name="dispatch")
class Exempt(Mixed):
    """A decorator of Django does not."""


GUARDED = [
    path("guarded", edit(answer), name="guarded"),
    path("above", shown(edit(answer))),
    path("below", edit(hiding(answer))),
    path("exempt", csrf_exempt(edit(answer))),
    path("partial", partial(edit(answer), extra=1)),
    path("awaited", edit(waiting)),
    path("whole", Whole.as_view()),
    path("again", Again.as_view()),
    path("made", edit(Plain.as_view())),
    path("mixed", Mixed.as_view()),
    path("exempt-class", Exempt.as_view()),
    path("narrow", Narrow.as_view()),
    path("async", Awaited.as_view()),
    re_path("^(?P<year>[0-9]{4})/guarded$", edit(answer)),
]
OPEN = [
    path("public", public(answer)),
    path("public-async", public(waiting)),
    path("signed-in", signed_in(answer)),
    path("signed-in-async", signed_in(waiting)),
    path("public-class", method_decorator(public, name="dispatch")(type("P", (Plain,), {})).as_view()),
    path("signed-class", method_decorator(signed_in, name="dispatch")(type("S", (Plain,), {})).as_view()),
    path("files/<path:path>", public(serve), {"document_root": "/nowhere"}),
    path("named", answer, name="named"),
]
UNGUARDED = [
    path("plain", answer),
    path("hidden", hiding(edit(answer))),
    path("waiting", waiting),
    path("class", Plain.as_view()),
    path("only-get", OnlyGet.as_view()),
    path("replaced", Replaced.as_view()),
    path("dispatching", Dispatching.as_view()),
    path("fallback", Fallback.as_view()),
    path("options", Options.as_view()),
    path("purge", Purge.as_view()),
    path("given-dispatch", Whole.as_view(dispatch=answer)),
    path("given-names", Narrow.as_view(http_method_names=["get", "post"])),
    path("given-fallback", Mixed.as_view(http_method_not_allowed=answer)),
    path("wrapping", Wrapping.as_view()),
    path("decorated", Decorated.as_view()),
    path("template", TemplateView.as_view(template_name="menu.html")),
    path("redirect", RedirectView.as_view(url="/")),
    path("static/<path:path>", serve, {"document_root": "/nowhere"}),
    path("guarded-name", answer, name="other"),
]

urlpatterns = [
    *GUARDED,
    *OPEN,
    *UNGUARDED,
    path("inner/", include(([path("plain", answer, name="plain"), path("edit", edit(answer))], "inner"))),
    path("opened/", include(([path("plain", answer, name="plain")], "opened"))),
    path("admin/", admin.site.urls),
]
