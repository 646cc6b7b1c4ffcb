"""The 403 of a Django project, in the language of the request."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.refusal_language import told


def accepted_by(request: HttpRequest) -> str | None:
    """The language that Django chose for a request, or what the request itself asks for."""
    chosen: str | None = getattr(request, "LANGUAGE_CODE", None)
    return chosen or request.headers.get("Accept-Language")


def refused(request: HttpRequest, error: Forbidden) -> HttpResponse:
    """The answer to `Forbidden`."""
    body, headers = told(error, accepted_by(request))
    return JsonResponse(body, status=403, headers=headers)
