"""The OpenAPI page of an application: guarded routes list the answers that their guards give, 401 and 403."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

from fastapi import FastAPI
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from rolegate.gate.forbidden import Forbidden
from rolegate.integrations.fastapi_audit import flat, marks_of
from rolegate.integrations.guard import SIGNED_IN, Guard

DESCRIBED = "__rolegate_described__"
"""The attribute of an `openapi` that lists the answers of guards."""

REFUSAL, SIGN_IN = "RolegateRefusal", "RolegateSignIn"
"""The names of the bodies among the schemas of the page."""

_TEXT = {"type": "string"}
_BODIES: dict[str, dict[str, Any]] = {
    SIGN_IN: {
        "title": SIGN_IN,
        "description": "Nobody has signed in.",
        "type": "object",
        "required": ["detail"],
        "properties": {"detail": _TEXT},
    },
    REFUSAL: {
        "title": REFUSAL,
        "description": "A refusal: what was needed, and a text for the person who asked.",
        "type": "object",
        "required": ["error", "permission", "message"],
        "properties": {
            "error": {"type": "string", "const": "forbidden"},
            "permission": {**_TEXT, "description": "The path of the permission in the catalog."},
            "domain": {**_TEXT, "description": "The domain that was asked in."},
            "on": {"type": "array", "items": _TEXT, "description": "The ids of the instance in the URL."},
            "scope": {**_TEXT, "description": "The scope that was asked for."},
            "message": {**_TEXT, "description": "In the language that the request accepts."},
        },
    },
}


def describe(app: FastAPI, refuse: Callable[..., Any]) -> None:
    """Let the OpenAPI page of *app* list what guards answer; *refuse* is the answer to `Forbidden`.

    Whatever the application makes of its page itself is kept, as are the `responses` of its routes.
    """
    made = app.openapi
    if hasattr(made, DESCRIBED):
        return

    def openapi() -> dict[str, Any]:
        page = made()
        _list_answers(app, page, refuse)
        return page

    setattr(openapi, DESCRIBED, made)
    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's documentation does


def _list_answers(app: FastAPI, page: dict[str, Any], refuse: Callable[..., Any]) -> None:
    answers, served = dict(_answers(app, page, refuse)), set[tuple[str, str]]()
    for route in flat(app):
        # Of two routes with one path and one method, the first answers every request.
        ways = {(route.path, method) for method in getattr(route, "methods", None) or ()} - served
        served |= ways
        marks = marks_of(getattr(route, "dependant", None))
        guarded = any(isinstance(mark, Guard) for mark in marks)
        if not guarded and SIGNED_IN not in marks:
            continue
        operations = (page.get("paths") or {}).get(compile_path(route.path)[1]) or {}
        for _, method in sorted(ways):
            operation = operations.get(method.lower())
            if operation is None:
                continue
            # A new one: a page that is written by hand may use the same responses for several routes.
            responses = dict(operation.get("responses") or {})
            known = {str(status) for status in responses}
            for status in ("401", "403") if guarded else ("401",):
                if status not in known:
                    responses[status] = deepcopy(answers[status])
            operation["responses"] = responses
    _add_bodies(page)


def _answers(
    app: FastAPI, page: dict[str, Any], refuse: Callable[..., Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What guards answer, with a body where nothing of the application replaces it."""
    handlers = app.exception_handlers
    for status, description, name, ours in (
        ("401", "Nobody has signed in", SIGN_IN, handlers.get(HTTPException) is http_exception_handler),
        ("403", "Not allowed", REFUSAL, handlers.get(Forbidden) is refuse),
    ):
        answer: dict[str, Any] = {"description": description}
        if ours:
            answer["content"] = {"application/json": {"schema": _body(page, name)}}
        yield status, answer


def _body(page: dict[str, Any], name: str) -> dict[str, Any]:
    """A reference to a body; the body itself where the application has another one of that name."""
    other = ((page.get("components") or {}).get("schemas") or {}).get(name)
    return {"$ref": f"#/components/schemas/{name}"} if other in (None, _BODIES[name]) else _BODIES[name]


def _add_bodies(page: dict[str, Any]) -> None:
    """Add the bodies that some route refers to."""
    text = str(page.get("paths", {}))
    for name, body in _BODIES.items():
        if f"'#/components/schemas/{name}'" in text:
            components = page["components"] = page.get("components") or {}
            components["schemas"] = {name: body, **(components.get("schemas") or {})}
