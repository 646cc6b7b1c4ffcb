"""Whether the path parameters that guards ask for are those of the route they stand on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import partial
from inspect import Parameter, signature
from typing import Any

from rolegate.diagnostics import did_you_mean
from rolegate.errors import UnknownName
from rolegate.integrations.guard import Guard, PathParam, Unguarded, Where


@dataclass(frozen=True, slots=True)
class Unfit(Unguarded):
    """A route whose guard cannot ask, or an application that cannot answer one; `reason` says why."""

    reason: str

    def __str__(self) -> str:
        return f"{Unguarded.__str__(self)}: {self.reason}"


def misfit(guards: Iterable[Guard], parameters: Collection[str]) -> str | None:
    """What the first of *guards* asks for that is not among the *parameters* of its route."""
    for guard in guards:
        for name in guard.on.names if isinstance(guard.on, PathParam) else ():
            if name not in parameters:
                return f"the guard asks for the path parameter `{name}`; the route has {_listed(parameters)}"
    return None


def check_view(view: Callable[..., Any], on: Where) -> None:
    """Compare the guard's *on* with the arguments of *view*, which gets every path parameter by name.

    Raises:
        UnknownName: for a path parameter that *view* does not take.
    """
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


def _listed(names: Collection[str]) -> str:
    return " and ".join(f"`{name}`" for name in sorted(names)) or "none"
