"""A check of Django's own, which stops `runserver` and `migrate`: each guard fits the URLs of its view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import get_resolver

from rolegate.integrations.decorators import ANSWERING
from rolegate.integrations.guard import Guard, guards_of
from rolegate.integrations.route_check import Unfit, misfit


def guards_fit(**_: Any) -> list[CheckMessage]:
    """An error for each guard that asks for a path parameter that its URL does not have, or for a float."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    found = _misfits(get_resolver().url_patterns, "", {})
    return [Error(str(each), hint="name a parameter of the URL", id="rolegate.E001") for each in found]


def _misfits(patterns: Any, prefix: str, outer: dict[str, Any]) -> Iterator[Unfit]:
    for each in patterns:
        path = prefix + str(each.pattern)
        regex = getattr(each.pattern, "regex", None)
        named = dict.fromkeys(regex.groupindex) if regex is not None else {}
        added = getattr(each, "default_kwargs", None) or getattr(each, "default_args", None) or {}
        parameters = outer | named | each.pattern.converters | dict.fromkeys(added)
        if hasattr(each, "url_patterns"):
            yield from _misfits(each.url_patterns, path, parameters)
        else:
            reason = misfit(_guards(each.callback), parameters)
            if reason is not None:
                yield Unfit(path, (), str(each.name or getattr(each.callback, "__name__", "")), reason)


def _guards(view: Any) -> Iterator[Guard]:
    """The guards of a view, and of the methods of a class."""
    kind = getattr(view, "view_class", None)
    return guards_of((view, *(getattr(kind, name, None) for name in ANSWERING)))
