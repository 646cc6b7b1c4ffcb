"""What a guard has asked about in one request; the handler has to get the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any

from rolegate.errors import GuardError
from rolegate.integrations.changed_arguments import by_name, same_argument
from rolegate.integrations.guard import Guard, PathParam


@dataclass(frozen=True, slots=True)
class AskedArguments:
    """The arguments that a guard has asked about, by name, with the defaults of its callable.

    The handler has to get those in `passed`, which the request has; its own defaults have to be the same.
    """

    values: Mapping[str, Any]
    passed: frozenset[str]

    @classmethod
    def of(cls, guard: Guard, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> AskedArguments:
        """What *guard* asks about in a call with these arguments; `on` and `record` are called with them."""
        if isinstance(guard.on, PathParam):
            named = {name: kwargs[name] for name in guard.on.names if name in kwargs}
            return cls(named, frozenset(named))
        call = guard.record if guard.record is not None else guard.on
        if not callable(call):
            return cls({}, frozenset())
        return cls(dict(kwargs) | arguments(call, args, kwargs), frozenset(kwargs))

    def compare(self, handler: Any, given: Mapping[str, Any]) -> None:
        """Compare with the arguments that *handler* is called with, by name and with its defaults.

        Raises:
            GuardError: if the guard has asked about something else.
        """
        for name, value in self.values.items():
            if name in given and same_argument(value, given[name]):
                continue
            if name in given and name not in self.passed and _same_default(value, given[name]):
                continue
            called = getattr(handler, "__name__", type(handler).__name__)
            if name in self.passed:
                raise GuardError(f"a class changes `{name}`, which the guard of `{called}` has asked about")
            if name in given:
                raise GuardError(
                    f"the guard asks about another `{name}` than `{called}` gets; let its callable take "
                    f"`{name}` at the same place and with the same default"
                )


def _same_default(asked: Any, given: Any) -> bool:
    """Whether two defaults that are not ids, such as floats, are written alike."""
    return type(asked) is type(given) and bool(asked == given)


def arguments(call: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of a call, by name and with the defaults; without `request`."""
    try:
        expected = signature(call)
    except (TypeError, ValueError):  # some functions that are written in C
        return dict(kwargs)
    return by_name(expected, args, dict(kwargs))
