"""Django: an authentication backend, a decorator for views, and `perms` for templates.

# settings.py
INSTALLED_APPS = [..., "rolegate.integrations.django_app.RolegateConfig"]  # the system checks
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "rolegate.integrations.django.RolegateBackend",
]
MIDDLEWARE = [
    ...,
    "rolegate.integrations.django.ForbiddenMiddleware",      # 403 with a body programs can read
    "rolegate.integrations.django.DenyByDefaultMiddleware",  # a view without a guard refuses everybody
]
ROLEGATE_GATE = "shop.policy.gate"          # a rolegate.Gate, or a function that gives one
ROLEGATE_SUBJECT = "shop.policy.subject"    # subject(user) -> rolegate.Subject; without it, by user name

# views.py
@require("inboxes.access", on=PathParam("inbox"))
def show(request, inbox): ...

    user.has_perm("tickets.edit")                 # at the broadest scope
    user.has_perm("tickets.edit@my")              # at one scope
    user.has_perm("tickets.edit", ticket)         # about a record
    user.has_perm("inboxes.access", "Support")    # about an instance

Django does not ask any backend about a superuser, so `has_perm` is always true for one. `require` asks the
gate, for which a superuser is a user like any other. Both deny users who are not active. `has_perm` is true
as soon as one of the backends says so.
"""

from __future__ import annotations

from django.core.checks import register
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.changed_arguments import unchanged
from rolegate.integrations.django_audit import audit
from rolegate.integrations.django_backend import RolegateBackend
from rolegate.integrations.django_checks import guards_fit, open_names_known, views_guarded
from rolegate.integrations.django_deny import DenyByDefaultMiddleware
from rolegate.integrations.django_gate import gate
from rolegate.integrations.django_marks import public, signed_in
from rolegate.integrations.django_perms import Perms, perms
from rolegate.integrations.django_refusal import refused
from rolegate.integrations.django_require import DjangoForbidden, require
from rolegate.integrations.django_routes import routes
from rolegate.integrations.guard import PathParam, Unguarded
from rolegate.integrations.unfit_guards import Unfit

__all__ = [
    "DenyByDefaultMiddleware",
    "DjangoForbidden",
    "ForbiddenMiddleware",
    "PathParam",
    "Perms",
    "RolegateBackend",
    "Unfit",
    "Unguarded",
    "audit",
    "gate",
    "perms",
    "public",
    "require",
    "routes",
    "signed_in",
    "unchanged",
]


for _check in (guards_fit, views_guarded, open_names_known):
    register(_check, "rolegate")


class ForbiddenMiddleware(MiddlewareMixin):  # type: ignore[misc]  # Django is not typed
    """Answers `Forbidden`, raised by `require` or by a view, with 403 and a body that programs can read.

    The message is in the language of the request: the one that Django's `LocaleMiddleware` chose, or else
    the one that `Accept-Language` asks for, if the set has it.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refused(request, exception) if isinstance(exception, Forbidden) else None
