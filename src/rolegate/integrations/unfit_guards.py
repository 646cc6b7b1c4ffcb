"""Finds guards that cannot ask about what the handler of their route gets."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, signature
from typing import Any

from rolegate.diagnostics import did_you_mean
from rolegate.errors import GuardError, UnknownNameError
from rolegate.integrations.changed_arguments import changed
from rolegate.integrations.guard import Guard, PathParam, Unguarded
from rolegate.integrations.instance_ids import IDS

OTHERWISE = "or put it above the guard if it does not"
"""What a message suggests about a decorator that changes the arguments of a view."""


@dataclass(frozen=True, slots=True)
class Unfit(Unguarded):
    """A route whose guard cannot ask, or an application that cannot answer a refusal; `reason` says why."""

    reason: str

    def __str__(self) -> str:
        return f"{Unguarded.__str__(self)}: {self.reason}"


def misfit(guards: Iterable[Guard], parameters: Mapping[str, Any]) -> str | None:
    """Why one of *guards* asks for something that is not an id among the *parameters* of its route.

    The parameters are given with their converters; a converter to a float does not give an id.
    """
    for guard in guards:
        for name in guard.on.names if isinstance(guard.on, PathParam) else ():
            if name not in parameters:
                return (
                    f"the guard asks for the path parameter `{name}`; the route has {_listed(parameters)}; "
                    "put the guard on the routes that have it"
                )
            if type(parameters[name]).__name__ in ("FloatConverter", "FloatConvertor"):
                return f"the guard asks for the path parameter `{name}`, a float, which is not an id: {IDS}"
    return None


def refusing(misfits: Collection[Unfit]) -> str | None:
    """The message of an application that does not start because of *misfits*; None without any."""
    if not misfits:
        return None
    return "\n".join(["guards that cannot ask about what their handlers get:", *map(str, misfits)])


def check_view(view: Callable[..., Any], guard: Guard) -> None:
    """Compare the guard with the arguments of *view*, which gets all path parameters by name.

    Raises:
        UnknownNameError: for a path parameter that *view* does not take.
        GuardError: if a decorator below the guard may change what *view* gets.
    """
    if guard.looks:
        reason = changed(view, OTHERWISE)
        if reason is not None:
            raise GuardError(reason)
    on = guard.on
    if not isinstance(on, PathParam) or isinstance(view, partial):
        return  # a method of a class, which Django decorates for each request
    try:
        # The guard calls what is directly below it with these arguments, whatever that wraps.
        takes = signature(view, follow_wrapped=False).parameters.values()
    except (TypeError, ValueError):
        return
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in takes):
        return
    names = [
        parameter.name
        for parameter in takes
        if parameter.kind in (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    ]
    missing = next((name for name in on.names if name not in names), None)
    if missing is not None:
        shown = [name for name in names if name not in ("self", "request")]
        called = getattr(view, "__name__", type(view).__name__)
        message = f"the guard asks for the path parameter `{missing}`; `{called}` takes {_listed(shown)}"
        help = did_you_mean(missing, shown, "name one that the route has") if len(shown) > 1 else ""
        raise UnknownNameError("path parameter", missing, message, help)


def _listed(names: Collection[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names)) or "none"
