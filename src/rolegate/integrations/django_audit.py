"""The audit of a Django project: URLs whose view has no guard, and guards that cannot ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import get_resolver
from django.views.generic import View

from rolegate.integrations.changed_arguments import ANSWERING, OWN, passes, written_in
from rolegate.integrations.guard import Guard, Unguarded, guards_of, marked
from rolegate.integrations.unfit_guards import Unfit, misfit

OF_FRAMEWORKS = ("django", "rest_framework")
"""The packages whose own methods call the method that answers, and answer nothing else themselves."""


@dataclass(frozen=True, slots=True)
class ViewURL:
    """A URL of a project with its view; `name` is as `reverse` takes it, and empty without one."""

    path: str
    view: Any
    name: str
    namespaces: tuple[str, ...]
    parameters: dict[str, Any]

    @property
    def called(self) -> str:
        """The name of the URL, or that of its view."""
        made = getattr(self.view, "view_class", self.view)  # `as_view` calls all views alike
        return self.name or getattr(made, "__name__", type(made).__name__)


def audit(urlconf: str | None = None) -> tuple[Unguarded, ...]:
    """Every URL of the project whose view has no guard, in the order in which Django tries them.

    A view has one with `require`, `signed_in` or `public`, or if the setting `ROLEGATE_OPEN` has its name.
    Among them, as `Unfit`, are guards that ask for a path parameter that their URL does not have.
    """
    found: list[Unguarded] = []
    for url in urls(urlconf):
        reason = misfit_of(url)
        missing = () if is_open(url.name, url.namespaces) else unguarded_methods(url.view)
        if missing is None or missing:
            found.append(Unguarded(url.path, missing or (), url.called))
        elif reason is not None:
            found.append(Unfit(url.path, (), url.called, reason))
    return tuple(found)


def urls(urlconf: str | None = None) -> Iterator[ViewURL]:
    """Every URL of the project, or of a URLconf, with those that it includes."""
    if urlconf is not None or getattr(settings, "ROOT_URLCONF", None):
        yield from _walk(get_resolver(urlconf).url_patterns, "", {}, ())


def _walk(
    patterns: Iterable[Any], prefix: str, outer: dict[str, Any], namespaces: tuple[str, ...]
) -> Iterator[ViewURL]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        regex = getattr(pattern.pattern, "regex", None)
        groups = dict.fromkeys(regex.groupindex) if regex is not None else {}
        added = getattr(pattern, "default_kwargs", None) or getattr(pattern, "default_args", None) or {}
        parameters = outer | groups | pattern.pattern.converters | dict.fromkeys(added)
        if hasattr(pattern, "url_patterns"):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            yield from _walk(pattern.url_patterns, path, parameters, inner)
        else:
            name = ":".join((*namespaces, str(pattern.name))) if pattern.name else ""
            yield ViewURL(path, pattern.callback, name, namespaces, parameters)


def misfit_of(url: ViewURL) -> str | None:
    """Why a guard of the view asks for something that its URL does not have."""
    kind = getattr(url.view, "view_class", None)
    return misfit(_guards(url.view, kind), url.parameters)


def _guards(view: Any, kind: Any) -> Iterator[Guard]:
    return guards_of((view, *(getattr(kind, name, None) for name in ANSWERING)))


def is_open(name: str, namespaces: Iterable[str]) -> bool:
    """Whether the setting `ROLEGATE_OPEN` has the name of a URL, or all of its namespace as `admin:*`."""
    listed = getattr(settings, "ROLEGATE_OPEN", ())
    wanted = frozenset(() if isinstance(listed, str) else listed)
    inside = tuple(namespaces)
    spaces = (":".join(inside[:depth]) for depth in range(1, len(inside) + 1))
    return (bool(name) and name in wanted) or any(f"{space}:*" in wanted for space in spaces)


def unguarded_methods(view: Any, method: str | None = None) -> tuple[str, ...] | None:
    """The methods of requests that *view* answers without a guard; None stands for all of them.

    With *method*, only that one is looked at.
    """
    while isinstance(view, partial):
        view = view.func
    kind: Any = getattr(view, "view_class", None)
    given: dict[str, Any] = getattr(view, "view_initkwargs", {}) if kind is not None else {}
    dispatch = _attribute(kind, given, "dispatch")
    # `as_view` copies the mark of the class's `dispatch`, even if it was given another one.
    copied = "dispatch" in given and getattr(view, OWN, None) is getattr(kind.dispatch, OWN, None)
    if marked(dispatch) or (marked(view) and not copied):
        return ()
    if "dispatch" in given or not _calls_methods(kind):
        return None
    names = _attribute(kind, given, "http_method_names") if method is None else [method.lower()]
    return tuple(name.upper() for name in names if not _is_guarded(kind, given, name))


def _attribute(kind: Any, given: dict[str, Any], name: str) -> Any:
    """What a view of the class has as *name*: `as_view` was *given* it, or it is of the class."""
    return given[name] if name in given else getattr(kind, name, None)


def _calls_methods(kind: Any) -> bool:
    """Whether each `dispatch` of a class calls the method of the request, as far as anybody knows."""
    if not (isinstance(kind, type) and issubclass(kind, View)):
        return False
    own = (vars(base)["dispatch"] for base in kind.__mro__ if "dispatch" in vars(base))
    return all(marked(dispatch) or _of_framework(dispatch) for dispatch in own)


def _is_guarded(kind: Any, given: dict[str, Any], name: str) -> bool:
    """Whether a request with the method *name* is answered by a guard, or by nothing of the project."""
    known = name in _attribute(kind, given, "http_method_names")
    answer = _attribute(kind, given, name) if known else None
    if name == "head" and answer is None:
        answer = _attribute(kind, given, "get")
    if answer is None:
        answer = _attribute(kind, given, "http_method_not_allowed")
        return marked(answer) or _of_framework(answer)
    # Django's own `options` lists the methods, and nothing else; that of `RedirectView` does more.
    return marked(answer) or answer is View.options


def _of_framework(method: Any) -> bool:
    """Whether a framework wrote *method* and every decorator on it, which `__module__` does not tell."""
    while hasattr(method, "__wrapped__"):
        if not passes(method):
            return False
        method = method.__wrapped__
    return written_in(method).partition(".")[0] in OF_FRAMEWORKS
