"""A system check of Django, which stops `runserver` and `migrate`: every guard fits the URLs of its view."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import get_resolver

from rolegate.integrations.changed_arguments import ANSWERING
from rolegate.integrations.guard import Guard, guards_of
from rolegate.integrations.unfit_guards import Unfit, misfit


def guards_fit(**_: Any) -> list[CheckMessage]:
    """An error for each guard that asks for a path parameter that its URL does not have, or for a float."""
    if not getattr(settings, "ROOT_URLCONF", None):
        return []
    found = _misfits(get_resolver().url_patterns, "", {})
    return [Error(str(unfit), hint="name a parameter of the URL", id="rolegate.E001") for unfit in found]


def _misfits(patterns: Any, prefix: str, outer: dict[str, Any]) -> Iterator[Unfit]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        regex = getattr(pattern.pattern, "regex", None)
        named = dict.fromkeys(regex.groupindex) if regex is not None else {}
        added = getattr(pattern, "default_kwargs", None) or getattr(pattern, "default_args", None) or {}
        parameters = outer | named | pattern.pattern.converters | dict.fromkeys(added)
        if hasattr(pattern, "url_patterns"):
            yield from _misfits(pattern.url_patterns, path, parameters)
        else:
            reason = misfit(_guards(pattern.callback), parameters)
            if reason is not None:
                yield Unfit(path, (), str(pattern.name or getattr(pattern.callback, "__name__", "")), reason)


def _guards(view: Any) -> Iterator[Guard]:
    """The guards of a view, and of its methods if it is a class."""
    kind = getattr(view, "view_class", None)
    return guards_of((view, *(getattr(kind, name, None) for name in ANSWERING)))
