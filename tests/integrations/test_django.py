"""Django: the backend answers `has_perm`, the decorator asks the gate, templates see the menus."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any
from uuid import UUID

import django_desk

# isort: split
# The line above configures Django, which the ones below want.

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.core.management import call_command
from django.http import HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.test import AsyncClient, Client, RequestFactory, override_settings

from desk import FILES, desk
from rolegate.errors import UnknownNameError
from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.django import ForbiddenMiddleware, PathParam, require
from rolegate.integrations.django_perms import Perms
from rolegate.records import RecordError

FORBIDDEN = {
    "error": "forbidden",
    "permission": "settings.edit",
    "domain": "acme",
    "message": "permission `settings.edit` is needed for this",
}


@pytest.fixture(scope="module", autouse=True)
def database() -> Iterator[None]:
    call_command("migrate", verbosity=0)
    User.objects.create_user("ana")
    User.objects.create_user("bo")
    User.objects.create_superuser("root", password="-")
    yield
    User.objects.all().delete()


def user(name: str) -> Any:
    return User.objects.get(username=name)


def signed_in(name: str, **more: Any) -> Client:
    client = Client(**more)
    client.force_login(user(name), "django.contrib.auth.backends.AllowAllUsersModelBackend")
    return client


def test_has_perm_asks_the_gate() -> None:
    """A path, a path at a scope, and a path on an instance; the broadest scope when none is given."""
    ana, bo = user("ana"), user("bo")
    asked = [
        "settings.edit",
        "tickets.edit",
        "tickets.edit@my",
        "tickets.edit@fly",
        "contacts.fields.name@view",
    ]
    assert [ana.has_perm(permission) for permission in asked] == [False, False, True, False, True]
    assert [bo.has_perm(permission) for permission in asked] == [True, True, True, False, True]
    assert [ana.has_perm("inboxes.access", inbox) for inbox in (None, "Support", "Sales")] == [
        False,
        True,
        False,
    ]
    assert ana.has_perm("accounts.open", ("allegro", "7"))


def test_an_object_is_a_record() -> None:
    """One held scope that the record lies in is enough; a scope cannot be given as well."""
    mine, free = {"owner": "ana", "team": None}, {"owner": None, "team": None}
    assert [user("ana").has_perm("tickets.edit", record) for record in (mine, free)] == [True, False]
    assert user("bo").has_perm("tickets.edit", free)
    assert not user("bo").has_perm("tickets.edit@my", free)
    assert [signed_in("ana").get(f"/owned-by/{name}").status_code for name in ("ana", "bo")] == [200, 403]


def test_numbers_and_uuids_are_ids() -> None:
    """Alone and in a path; True is none, and nothing at all is a question about every instance."""
    ana, bo = user("ana"), user("bo")
    ids = [7, UUID(int=7), "Support", ["Support"]]
    assert [ana.has_perm("inboxes.access", id) for id in ids] == [False, False, True, True]
    assert [bo.has_perm("inboxes.access", id) for id in ids] == [True, True, True, True]
    accounts = [("allegro", 7), ["allegro", 7], ("allegro", 8)]
    assert [ana.has_perm("accounts.open", account) for account in accounts] == [True, True, False]
    assert [person.has_perm("inboxes.access", None) for person in (ana, bo)] == [False, True]
    with pytest.raises(RecordError):
        bo.has_perm("inboxes.access", True)
    assert ana.get_all_permissions("Support") == {"inboxes.access"}
    told = [signed_in(name).get(f"/uuid/{UUID(int=7)}") for name in ("ana", "bo")]
    assert [answer.status_code for answer in told] == [403, 200]


def test_the_list_for_a_record_leaves_out_what_cannot_be_asked_about_it() -> None:
    """A record without an owner is not a ticket; `has_perm` says so."""
    ana, ticket, other = user("ana"), {"owner": "ana", "team": None}, {"name": "Zoe"}
    assert ana.get_all_permissions(ticket) == {
        "tickets.show",
        "tickets.edit",
        "contacts.show",
    }
    assert ana.get_all_permissions(other) == {"contacts.show"}
    with pytest.raises(RecordError, match="`owner`"):
        ana.has_perm("tickets.edit", other)


def test_what_the_catalog_does_not_know_is_left_to_others(caplog: pytest.LogCaptureFixture) -> None:
    """Django's own permissions work beside ours, and nothing is logged about them."""
    ana = user("ana")
    assert not ana.has_perm("auth.add_user")
    ana.user_permissions.add(Permission.objects.get(codename="add_user"))
    assert user("ana").has_perm("auth.add_user")
    ana.user_permissions.clear()
    assert caplog.text == ""


def test_modules_and_lists_agree_with_has_perm() -> None:
    """A group is a module; the list has what `has_perm` says yes to."""
    ana = user("ana")
    assert [ana.has_module_perms(module) for module in ("tickets", "contacts.fields", "settings", "x")] == [
        True,
        True,
        False,
        False,
    ]
    assert ana.get_all_permissions() == {"contacts.show"}
    assert user("bo").get_all_permissions() >= {"tickets.edit", "settings.edit", "inboxes.access"}
    assert ana.get_group_permissions() == set()


def test_a_field_with_scopes_is_no_menu(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a template it is what it is in every record, not whether some record shows it."""
    catalog = dedent(FILES["catalog.yaml"]).replace(
        "fields: [name, phone]", "fields: {name: Name, phone: {scopes: reach}}"
    )
    lines = [
        "{user: ana, grants: [contacts.show, contacts.fields.phone.edit@my], domain: acme}",
        "{user: bo, grants: [contacts.show, contacts.fields.phone.edit@all], domain: acme}",
    ]
    files = {
        "catalog.yaml": catalog,
        "bindings.yaml": "bindings:\n" + "".join(f"  - {line}\n" for line in lines),
        "roles/agent.yaml": "role: agent\ngrants: [contacts.show]\n",
    }
    monkeypatch.setattr(django_desk, "gate", desk(tmp_path, files))
    asked = ["phone", "phone.view", "phone.edit", "phone.edit.my"]
    for name, expected in (("ana", [False, False, False, True]), ("bo", [True] * 4)):
        named = Perms(user(name), "contacts.fields")
        shown = []
        for path in asked:
            found = named
            for step in path.split("."):
                found = found[step]
            shown.append(bool(found))
        assert expected == shown
        assert expected[0] == ("phone" in named)
        assert not user(name).has_perm("contacts.fields.phone@edit")
        assert user(name).has_perm("contacts.fields.phone.view", {"owner": name, "team": None})


def test_superusers_pass_has_perm_but_not_the_gate() -> None:
    """Django asks no backend about a superuser; `require` asks the gate."""
    assert user("root").has_perm("settings.edit")
    assert signed_in("root").get("/settings").status_code == 403


def test_inactive_and_anonymous_users_are_denied() -> None:
    """Even where another backend lets an inactive user sign in."""
    bo = user("bo")
    bo.is_active = False
    assert not bo.has_perm("settings.edit")
    assert bo.get_all_permissions() == set()
    assert not AnonymousUser().has_perm("settings.edit")
    bo.save()
    try:
        client = signed_in("bo")
        assert client.get("/settings").status_code == 403
    finally:
        bo.is_active = True
        bo.save()


def test_asking_without_blocking_gives_the_same_answers() -> None:
    """`ahas_perm` and its family."""
    ana = user("ana")

    async def asked() -> list[Any]:
        return [
            await ana.ahas_perm("tickets.edit@my"),
            await ana.ahas_perm("settings.edit"),
            await ana.ahas_module_perms("tickets"),
            await ana.aget_all_permissions(),
        ]

    assert asyncio.run(asked()) == [True, False, True, {"contacts.show"}]


def test_the_decorator_lets_pass_refuses_or_sends_to_the_login() -> None:
    """200, Django's own 403, or the login page."""
    assert signed_in("bo").get("/settings").content == b"open"
    assert signed_in("ana").get("/settings").status_code == 403
    assert signed_in("ana").get("/class").status_code == 403
    assert signed_in("bo").get("/class").status_code == 200
    answer = Client().get("/settings?tab=1")
    assert (answer.status_code, answer["Location"]) == (302, "/login?next=/settings%3Ftab%3D1")


def test_the_instance_comes_from_the_url() -> None:
    """A path parameter, or what a callable makes of the request."""
    ana = signed_in("ana")
    assert [ana.get(f"/inboxes/{name}").status_code for name in ("Support", "Sales")] == [200, 403]
    assert [ana.get(f"/tickets/{number}").status_code for number in (1, 2)] == [200, 403]


def test_the_middleware_answers_programs() -> None:
    """`Forbidden`, from the decorator or by hand, is 403 with a body; without it, by hand is an error."""
    without = signed_in("ana", raise_request_exception=False)
    assert without.get("/by-hand").status_code == 500
    more = [*settings.MIDDLEWARE, "rolegate.integrations.django.ForbiddenMiddleware"]
    with override_settings(MIDDLEWARE=more):
        answers = [signed_in("ana").get(path) for path in ("/settings", "/by-hand")]
        assert [(answer.status_code, answer.json()) for answer in answers] == [(403, FORBIDDEN)] * 2


def test_views_that_are_awaited_are_guarded() -> None:
    """A coroutine function stays one."""

    async def ask(name: str | None) -> int:
        client = AsyncClient()
        if name is not None:
            found = await User.objects.aget(username=name)
            await client.aforce_login(found, "django.contrib.auth.backends.AllowAllUsersModelBackend")
        return int((await client.get("/waiting")).status_code)

    assert [asyncio.run(ask(name)) for name in ("ana", "root", None)] == [200, 403, 302]

    async def ask_class(name: str) -> int:
        client = AsyncClient()
        found = await User.objects.aget(username=name)
        await client.aforce_login(found, "django.contrib.auth.backends.AllowAllUsersModelBackend")
        return int((await client.get("/awaited")).status_code)

    assert [asyncio.run(ask_class(name)) for name in ("ana", "bo")] == [403, 200]
    assert [signed_in(name).get("/awaited").status_code for name in ("ana", "bo")] == [403, 200]


def test_a_record_may_have_to_be_awaited() -> None:
    """Its coroutine is not a record."""
    asked = {
        name: [signed_in(name).get(f"/loaded/{owner}") for owner in ("ana", "bo")] for name in ("ana", "bo")
    }
    assert {name: [answer.status_code for answer in found] for name, found in asked.items()} == {
        "ana": [200, 403],
        "bo": [200, 200],
    }


def test_the_guard_of_get_answers_head() -> None:
    """Django answers HEAD with `get` where a class has no `head`; OPTIONS says which methods there are."""
    asked = {name: signed_in(name) for name in ("ana", "bo")}
    assert {
        name: (client.get("/got").status_code, client.head("/got").status_code)
        for name, client in asked.items()
    } == {
        "ana": (403, 403),
        "bo": (200, 200),
    }
    assert signed_in("ana").options("/class").status_code == 403


def test_an_instance_that_was_looked_up_is_not_told() -> None:
    """Who may not learns nothing of the ticket; what the URL says they know."""
    more = [*settings.MIDDLEWARE, "rolegate.integrations.django.ForbiddenMiddleware"]
    with override_settings(MIDDLEWARE=more):
        told = [signed_in("ana").get(path).json() for path in ("/tickets/2", "/inboxes/Sales")]
    assert [body.get("on") for body in told] == [None, ["Sales"]]


def test_what_the_catalog_does_not_know_fails_at_import() -> None:
    """`require(...)` raises when it is called, and for a path parameter when it decorates."""
    with pytest.raises(UnknownNameError, match=r"did you mean `settings\.edit`"):
        require("settings.edti")
    told = r"asks for the path parameter `inbx`; `<lambda>` takes `inbox`$"
    with pytest.raises(UnknownNameError, match=told):
        require("inboxes.access", on=PathParam("inbx"))(lambda request, inbox: None)


def test_templates_see_names_of_any_depth() -> None:
    """Groups, permissions, scopes and fields, and Django's own permissions."""
    shown = {name: signed_in(name).get("/menu").content.decode().split() for name in ("ana", "bo")}
    assert shown == {
        "ana": ["menu", "my", "name", "in"],
        "bo": ["menu", "settings", "all", "my", "name", "in", "in-all"],
    }
    assert Client().get("/menu").content.split() == []
    assert {b"auth", b"add-user"} <= set(signed_in("root").get("/menu").content.split())


def test_a_reload_is_seen_by_the_next_question() -> None:
    """Nothing is kept on the user."""
    ana, bindings = user("ana"), django_desk.FOLDER / "policy" / "bindings.yaml"
    before = bindings.read_text()
    try:
        bindings.write_text(before + "  - {user: ana, grants: [settings.edit], domain: acme}\n")
        assert django_desk.gate.reload()
        assert ana.has_perm("settings.edit")
    finally:
        bindings.write_text(before)
        django_desk.gate.reload()
    assert not ana.has_perm("settings.edit")


@pytest.mark.parametrize(
    ("chosen", "accepted", "titled"),
    [(None, None, False), (None, "en-GB", True), ("en", "de", True), ("de", "en", False)],
)
def test_middleware_answers_in_the_language_of_the_request(
    chosen: str | None, accepted: str | None, titled: bool
) -> None:
    """What Django's `LocaleMiddleware` chose comes first, then what the request asks for.

    Where the set does not have it, the answer is in English, and says so: Django would name the other one.
    """
    request = RequestFactory().get("/", headers={"Accept-Language": accepted} if accepted else {})
    if chosen is not None:
        request.LANGUAGE_CODE = chosen
    with pytest.raises(Forbidden) as refused:
        django_desk.gate.require("ana", "settings.edit", domain="acme")
    answer = ForbiddenMiddleware(lambda _: HttpResponse()).process_exception(request, refused.value)
    assert answer is not None
    answer = LocaleMiddleware(lambda _: HttpResponse()).process_response(request, answer)
    named = "“Settings › Edit”" if titled else "`settings.edit`"
    said = json.loads(answer.content)["message"]
    assert (403, f"permission {named} is needed for this") == (answer.status_code, said)
    assert "en" == answer.headers.get("Content-Language")
