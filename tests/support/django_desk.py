"""A Django project in one module, on the small set of `desk`."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.views import View

from desk import desk

_HOME = TemporaryDirectory(prefix="rolegate-django-")  # gone with the process
FOLDER = Path(_HOME.name)
gate = desk(FOLDER / "policy")

TEMPLATE = """
{% if perms.tickets %}menu {% endif %}{% if perms.settings %}settings {% endif %}
{% if perms.tickets.edit %}all {% endif %}{% if perms.tickets.edit.my %}my {% endif %}
{% if perms.contacts.fields.name.view %}name {% endif %}
{% if perms.contacts.fields.phone.view %}phone {% endif %}
{% if "tickets.edit@my" in perms %}in {% endif %}{% if "tickets.edit" in perms %}in-all {% endif %}
{% if perms.auth %}auth {% endif %}{% if perms.auth.add_user %}add-user {% endif %}
{% if perms.tickets.fly %}fly {% endif %}{% if perms.nothing %}nothing {% endif %}
"""


def subject(user: Any) -> Any:
    return gate.subject(user.get_username(), "acme")


settings.configure(
    ALLOWED_HOSTS=["*"],
    AUTHENTICATION_BACKENDS=[
        "django.contrib.auth.backends.AllowAllUsersModelBackend",  # lets inactive users sign in
        "rolegate.integrations.django.RolegateBackend",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(FOLDER / "db.sqlite3")}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.admin.apps.SimpleAdminConfig",
    ],
    LOGIN_URL="/login",
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    ROLEGATE_GATE="django_desk.gate",
    ROLEGATE_SUBJECT="django_desk.subject",
    ROOT_URLCONF="django_desk",
    SECRET_KEY="not a secret",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.contrib.auth.context_processors.auth",
                    "rolegate.integrations.django.perms",
                ],
                "loaders": [("django.template.loaders.locmem.Loader", {"menu.html": TEMPLATE})],
            },
        }
    ],
)
django.setup()

from rolegate.integrations.django import PathParam, require  # noqa: E402  # wants the settings


@require("settings.edit")
def edit_settings(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


@require("inboxes.access", on=PathParam("inbox"))
def inbox(request: HttpRequest, inbox: str) -> HttpResponse:
    return HttpResponse(inbox)


@require("inboxes.access", on=lambda request, ticket: "Support" if ticket == 1 else "Sales")
def ticket(request: HttpRequest, ticket: int) -> HttpResponse:
    return HttpResponse(str(ticket))


@require("tickets.edit", scope="my")
async def waiting(request: HttpRequest) -> HttpResponse:
    return HttpResponse("awaited")


@require("tickets.edit", record=lambda request, owner: {"owner": owner, "team": None})
def owned(request: HttpRequest, owner: str) -> HttpResponse:
    return HttpResponse(owner)


@method_decorator(require("settings.edit"), name="dispatch")
class Settings(View):  # type: ignore[misc]  # Django is not typed
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")


@method_decorator(require("settings.edit"), name="get")
class Got(View):  # type: ignore[misc]  # Django is not typed
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("got")


@method_decorator(require("settings.edit"), name="dispatch")
class Awaited(View):  # type: ignore[misc]  # Django is not typed
    async def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse("awaited")


async def load(request: HttpRequest, owner: str) -> dict[str, Any]:
    return {"owner": owner, "team": None}


@require("tickets.edit", record=load)
async def loaded(request: HttpRequest, owner: str) -> HttpResponse:
    return HttpResponse(owner)


@require("inboxes.access", on=lambda request, number: number)
def by_uuid(request: HttpRequest, number: UUID) -> HttpResponse:
    return HttpResponse(str(number))


def by_hand(request: HttpRequest) -> HttpResponse:
    gate.require("ana", "settings.edit", domain="acme")
    return HttpResponse("never")


def menu(request: HttpRequest) -> HttpResponse:
    return render(request, "menu.html")


urlpatterns = [
    path("settings", edit_settings),
    path("class", Settings.as_view()),
    path("got", Got.as_view()),
    path("awaited", Awaited.as_view()),
    path("loaded/<owner>", loaded),
    path("uuid/<uuid:number>", by_uuid),
    path("inboxes/<inbox>", inbox),
    path("tickets/<int:ticket>", ticket),
    path("waiting", waiting),
    path("owned-by/<owner>", owned),
    path("by-hand", by_hand),
    path("menu", menu),
]
