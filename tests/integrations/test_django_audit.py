"""Django: the audit lists what has no guard, and the middleware refuses it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import django_desk  # noqa: F401

# isort: split
# The line above configures Django, which the ones below want.

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.test import AsyncClient, Client, override_settings
from django.urls import get_resolver

import django_open
from rolegate.integrations import django_gate
from rolegate.integrations.django import Unfit, audit
from rolegate.integrations.django_audit import is_open
from rolegate.integrations.django_checks import guards_fit, open_names_known, views_guarded

DENYING = "rolegate.integrations.django.DenyByDefaultMiddleware"
BACKEND = "django.contrib.auth.backends.AllowAllUsersModelBackend"
OPENED = ("named", "opened:*")


@pytest.fixture(autouse=True)
def project() -> Iterator[None]:
    """The project with those URLs, and with the middleware."""
    middleware = [*settings.MIDDLEWARE, DENYING]
    with override_settings(ROOT_URLCONF="django_open", MIDDLEWARE=middleware, ROLEGATE_OPEN=OPENED):
        yield


@pytest.fixture(scope="module", autouse=True)
def database() -> Iterator[None]:
    """Bo may edit the settings, Ana may not."""
    call_command("migrate", verbosity=0)
    for name in ("ana", "bo"):
        User.objects.create_user(name)
    yield
    User.objects.all().delete()


def client(name: str | None = None) -> Client:
    """Somebody's browser."""
    found = Client()
    if name is not None:
        found.force_login(User.objects.get(username=name), BACKEND)
    return found


def routes(patterns: list[Any]) -> list[str]:
    """The URLs of patterns, as the audit has them."""
    return [str(pattern.pattern) for pattern in patterns]


def test_audit_lists_what_has_no_guard() -> None:
    """In the order of the URLs, with what is included and the pages of the admin, and nothing else."""
    found = [url.path for url in audit()]
    ours = [*routes(django_open.UNGUARDED), "inner/plain"]
    assert ours == found[: len(ours)]
    assert all(path.startswith("admin/") for path in found[len(ours) :])
    assert "admin/" in found


METHODS = {
    "class": ("GET", "POST", "HEAD"),
    "template": ("GET", "HEAD"),
    "only-get": ("POST",),
    "replaced": ("GET", "POST", "HEAD"),
    "dispatching": (),
    "given-dispatch": (),
    "given-names": ("POST",),
    "given-fallback": ("POST", "PUT", "PATCH", "DELETE", "TRACE"),
    "wrapping": (),
    "decorated": (),
    "fallback": ("POST", "PUT", "PATCH", "DELETE", "TRACE"),
    "options": ("HEAD", "OPTIONS"),
    "purge": ("GET",),
}


def test_audit_names_the_methods() -> None:
    """Of a class, those that no guard is asked about."""
    found = {url.path: url.methods for url in audit() if not isinstance(url, Unfit)}
    assert {
        "only-get": ("POST",),
        "replaced": ("GET", "POST", "HEAD"),
        "options": ("HEAD", "OPTIONS"),
        "purge": ("GET",),
        "dispatching": (),
        "plain": (),
    }.items() <= found.items()
    assert {"POST", "DELETE", "TRACE"} <= set(found["fallback"])
    assert "GET" not in found["fallback"]
    (told,) = (str(url) for url in audit() if url.path == "only-get")
    assert "POST only-get (OnlyGet)" == told


def test_what_is_open_on_purpose_is_not_listed() -> None:
    """A namespace is open with all in it; a name alone opens the one URL that has it."""
    with override_settings(ROLEGATE_OPEN=(*OPENED, "admin:*")):
        found = [url.path for url in audit()]
    assert not [path for path in found if path.startswith("admin/")]
    assert "inner/plain" in found


def test_a_name_opens_nothing_else() -> None:
    """Neither part of a name, nor the namespace without its star, nor nothing at all."""
    with override_settings(ROLEGATE_OPEN=("other:*", "admin", "inner", "plain", "open", "")):
        found = {url.path for url in audit()}
        assert 6 == len(open_names_known())
    assert {"inner/plain", "opened/plain", "admin/", "plain", "named"} <= found


def test_path_of_a_function_is_not_the_name_of_a_url() -> None:
    """The middleware opens what the audit leaves out, and nothing more: an unnamed URL has no name."""
    with override_settings(ROLEGATE_OPEN=["django_open.answer"]):
        assert "plain" in [url.path for url in audit()]
        assert 403 == client("bo").get("/plain").status_code


def test_one_text_opens_nothing() -> None:
    """Its letters are not names; the warning shows the list."""
    with override_settings(ROLEGATE_OPEN="named"):
        assert not is_open("n", ()) and not is_open("named", ())
        (found,) = open_names_known()
    assert ("rolegate.W001", 'write a list: ["named"]') == (found.id, found.hint)


@pytest.mark.parametrize(
    ("path", "said"), [(None, "names nothing"), ("django_desk.gat", "names `django_desk.gat`")]
)
def test_setting_that_names_no_gate_is_said_by_name(path: str | None, said: str) -> None:
    """Neither a missing setting nor a misspelt one is an error of some other module."""
    with (
        override_settings(ROLEGATE_GATE=path),
        pytest.raises(ImproperlyConfigured, match="ROLEGATE_GATE") as e,
    ):
        django_gate.gate()
    assert said in str(e.value)


def test_checks_stop_a_project_with_unguarded_views() -> None:
    """Only where they are denied by default; an entry that opens nothing is a warning."""
    assert ["rolegate.E002"] == sorted({found.id for found in views_guarded()})
    assert "nothing guards POST only-get (OnlyGet)" in [found.msg for found in views_guarded()]
    assert [] == guards_fit() == open_names_known()
    with override_settings(MIDDLEWARE=[]):
        assert [] == views_guarded()
    with override_settings(ROLEGATE_OPEN=("namde",)):
        (found,) = open_names_known()
        assert "rolegate.W001" == found.id


@pytest.mark.parametrize("route", routes(django_open.UNGUARDED)[:-2])
def test_unguarded_view_refuses_everybody(route: str) -> None:
    """Whoever asks, and with whichever method is not guarded."""
    methods = METHODS.get(route, ()) or ("GET", "POST", "HEAD", "OPTIONS")
    for method in methods:
        answer = client("bo").generic(method, f"/{route}")
        assert 403 == answer.status_code, method
        assert b"here" not in answer.content


def test_refusal_says_that_nothing_guards_the_view(caplog: pytest.LogCaptureFixture) -> None:
    """Not why to the person who asked, but in the log to whoever can mend it."""
    answer = client("bo").get("/plain")
    assert {"error": "forbidden", "message": "nothing says who may do this"} == json.loads(answer.content)
    assert "nothing guards `django_open.answer`" in caplog.text
    assert [403, 403, 403] == [
        client("bo").get(path).status_code for path in ("/static/x", "/inner/plain", "/guarded-name")
    ]


GUARDED = [route for route in routes(django_open.GUARDED) if "year" not in route]


@pytest.mark.parametrize("route", [*GUARDED, "2026/guarded", "inner/edit"])
def test_guarded_view_is_asked_as_before(route: str) -> None:
    """200 for whoever may, 403 for whoever may not, and the login page for nobody."""
    assert [200, 403, 302] == [client(name).get(f"/{route}").status_code for name in ("bo", "ana", None)]


def test_open_views_are_open() -> None:
    """`public` to everyone, `signed_in` to whoever has signed in; functions, classes, awaited ones."""
    nobody, ana = client(), client("ana")
    for path in ("public", "public-async", "public-class", "named", "opened/plain"):
        assert (200, 200) == (nobody.get(f"/{path}").status_code, ana.get(f"/{path}").status_code), path
    for path in ("signed-in", "signed-in-async", "signed-class"):
        assert (302, 200) == (nobody.get(f"/{path}").status_code, ana.get(f"/{path}").status_code), path
    assert 404 == nobody.get("/files/nothing").status_code
    User.objects.filter(username="ana").update(is_active=False)
    try:
        assert 403 == ana.get("/signed-in").status_code
    finally:
        User.objects.filter(username="ana").update(is_active=True)


def test_other_requests_stay_as_they_are() -> None:
    """What has no URL is not there; HEAD is answered as GET, and OPTIONS by Django."""
    assert 404 == client().get("/nowhere").status_code
    bo = client("bo")
    assert [200, 200] == [bo.head(path).status_code for path in ("/guarded", "/mixed")]
    assert [200, 200] == [bo.options(path).status_code for path in ("/mixed", "/only-get")]
    assert 405 == bo.delete("/mixed").status_code
    assert [200, 403] == [getattr(bo, method)("/only-get").status_code for method in ("get", "post")]


def test_asynchronous_handler_refuses_as_well() -> None:
    """The middleware works under ASGI."""

    async def asked(path: str) -> int:
        return int((await AsyncClient().get(path)).status_code)

    assert [403, 403, 200] == [asyncio.run(asked(path)) for path in ("/waiting", "/plain", "/public-async")]


def test_public_does_not_mark_the_view_itself() -> None:
    """Somebody else's view that is open at one URL is not open at another."""
    found = {url.path for url in audit()}
    assert "static/<path:path>" in found
    assert "files/<path:path>" not in found
    assert get_resolver().resolve("/static/x").func is not get_resolver().resolve("/files/x").func


def test_another_urlconf_can_be_audited() -> None:
    """A project may choose its URLs by the host of a request."""
    assert {"by-hand", "menu"} == {url.path for url in audit("django_desk")}
