"""A middleware of Django that refuses every request to a view without a guard."""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string

from rolegate.integrations.django_audit import is_open, unguarded_methods
from rolegate.integrations.django_gate import gate
from rolegate.integrations.django_refusal import accepted_by
from rolegate.integrations.refusal_language import nothing_guards

_log = logging.getLogger("rolegate")


class DenyByDefaultMiddleware(MiddlewareMixin):  # type: ignore[misc]  # Django is not typed
    """Answers with 403 what no `require`, `signed_in` or `public` guards, and `ROLEGATE_OPEN` does not name.

    With it, the system check `rolegate.E002` stops `runserver` and `migrate` while there is such a view.
    """

    def process_view(
        self, request: HttpRequest, view: Any, _: tuple[Any, ...], __: dict[str, Any]
    ) -> HttpResponse | None:
        match = request.resolver_match
        if match is not None and match.func is view:
            # Not `view_name`: without a name that is the path of the function, which may be another's name.
            called = ":".join((*match.namespaces, match.url_name)) if match.url_name else ""
            if is_open(called, match.namespaces):
                return None
        missing = unguarded_methods(view, request.method or "")
        if missing == ():
            return None
        name = match.view_name if match is not None else None
        _log.error(
            "denied: nothing guards `%s`; put `require`, `signed_in` or `public` on its view"
            " (a decorator without `functools.wraps` hides a guard below it)",
            name or getattr(view, "__name__", type(view).__name__),
        )
        body, headers = nothing_guards(accepted_by(request), gate().policy.locales)
        return JsonResponse(body, status=403, headers=headers)


def denies_by_default() -> bool:
    """Whether the project has the middleware."""
    for path in getattr(settings, "MIDDLEWARE", None) or ():
        try:
            found = import_string(path)
        except ImportError:
            continue  # Django says so itself
        if isinstance(found, type) and issubclass(found, DenyByDefaultMiddleware):
            return True
    return False
