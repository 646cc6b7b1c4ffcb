"""Whether a guard can ask about what the handler of its route gets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, ismethod, signature
from typing import Any, TypeVar

from rolegate.diagnostics import did_you_mean
from rolegate.errors import GuardError, UnknownName
from rolegate.integrations.guard import Guard, PathParam, Unguarded
from rolegate.integrations.ids import IDS

OWN = "__rolegate_own__"
"""The attribute of a decorated handler that gets its arguments as they are; it holds the handler itself."""

ASIDE = ("django", "flask", "rest_framework")
"""The frameworks whose own decorators hand the arguments on as they are."""

APPLIES = "django.utils.decorators"
"""Where they apply decorators of the application."""

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Unfit(Unguarded):
    """A route whose guard cannot ask, or an application that cannot answer one; `reason` says why."""

    reason: str

    def __str__(self) -> str:
        return f"{Unguarded.__str__(self)}: {self.reason}"


def misfit(guards: Iterable[Guard], parameters: Mapping[str, Any]) -> str | None:
    """What the first of *guards* asks for that is not an id among the *parameters* of its route.

    Each has its converter; one of a float gives no id.
    """
    for guard in guards:
        for name in guard.on.names if isinstance(guard.on, PathParam) else ():
            if name not in parameters:
                return f"the guard asks for the path parameter `{name}`; the route has {_listed(parameters)}"
            if type(parameters[name]).__name__ in ("FloatConverter", "FloatConvertor"):
                return f"the guard asks for the path parameter `{name}`, a float, which is not an id: {IDS}"
    return None


def refusing(misfits: Collection[Unfit]) -> str | None:
    """What is said by an application that does not start; None when each guard fits."""
    if not misfits:
        return None
    return "\n".join(["guards that cannot ask about what their handlers get:", *map(str, misfits)])


def kept(view: V) -> V:
    """*view*, marked as one that gets its arguments as they are."""
    setattr(view, OWN, view)
    return view


def unchanged(decorator: Callable[[Any], Any]) -> Callable[[V], V]:
    """*decorator*, which hands the arguments of a handler on as they are, so that it may stand below a guard.

    >>> stopwatch = lambda view: lambda *args, **kwargs: view(*args, **kwargs)
    >>> @unchanged(stopwatch)
    ... def show(inbox):
    ...     return inbox
    """

    def decorate(view: V) -> V:
        decorated: V = kept(decorator(view))
        return decorated

    return decorate


def changed(view: Any, otherwise: str) -> str | None:
    """Why nobody can tell with which arguments *view* is called in the end; None when they are the guard's.

    A decorator below a guard may strip, lower or replace what the guard has asked about.
    """
    while True:
        if isinstance(view, partial):  # Django binds the method of a class so, for each request
            view = view.func
        elif ismethod(view):
            view = view.__func__
        elif getattr(getattr(view, "view_class", None), "dispatch", None) is not None:
            view = view.view_class.dispatch  # `as_view` of Django puts the attributes of `dispatch` on itself
        else:
            inner = getattr(view, "__wrapped__", None)
            if inner is None:
                return None
            if not _hands_on(view):
                called = getattr(view, "__name__", type(view).__name__)
                return (
                    f"a decorator of `{called}` may change what the guard asks about; write "
                    f"`unchanged(decorator)` if it hands the arguments on as they are, {otherwise}"
                )
            view = inner


def check_view(view: Callable[..., Any], guard: Guard) -> None:
    """Compare the guard with the arguments of *view*, which gets every path parameter by name.

    Raises:
        UnknownName: for a path parameter that *view* does not take.
        GuardError: where a decorator below the guard may change what *view* gets.
    """
    if guard.looks:
        reason = changed(view, "or put it above the guard if it does not")
        if reason is not None:
            raise GuardError(reason)
    on = guard.on
    if not isinstance(on, PathParam) or isinstance(view, partial):
        return  # Django decorates the method of a class for each request, as a `partial`
    try:
        # What stands directly below the guard is called with its arguments, whatever that wraps.
        takes = signature(view, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return
    if any(each.kind is Parameter.VAR_KEYWORD for each in takes):
        return
    names = [
        each.name for each in takes if each.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    ]
    missing = next((name for name in on.names if name not in names), None)
    if missing is not None:
        shown = [name for name in names if name not in ("self", "request")]
        called = getattr(view, "__name__", type(view).__name__)
        message = f"the guard asks for the path parameter `{missing}`; `{called}` takes {_listed(shown)}"
        help = did_you_mean(missing, shown, "name one that the route has")
        raise UnknownName("path parameter", missing, message, help)


def _hands_on(view: Any) -> bool:
    if getattr(view, OWN, None) is view:
        return True
    # `wraps` gives a decorated view the module of what it decorates; its globals are where it was written.
    module: str = getattr(view, "__globals__", {}).get("__name__", "")
    return module.partition(".")[0] in ASIDE and module != APPLIES


def _listed(names: Collection[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names)) or "none"
