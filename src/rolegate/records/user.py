"""What conditions can ask for about the user."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from rolegate.catalog.conditions import Compare, OfUser, Value
from rolegate.records.errors import RecordError
from rolegate.records.values import plain

_OWN = ("id", "teams", "domain")


@dataclass(frozen=True, slots=True)
class User:
    """The user who asks: `user.id`, `user.teams`, `user.domain`, `user.<name>` for each of `attributes`."""

    id: str
    teams: tuple[str, ...] = ()
    domain: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = [name for name in _OWN if name in self.attributes]
        if taken:
            raise RecordError(f"`user.{taken[0]}` is not an attribute the application can give")
        object.__setattr__(self, "attributes", MappingProxyType(dict(self.attributes)))

    def get(self, name: str) -> Any:
        """The value of `user.<name>`; None when the application did not give it."""
        return getattr(self, name) if name in _OWN else self.attributes.get(name)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a test compares with; `unknown` says that some of it, or all of it, is missing."""

    values: tuple[Any, ...]
    unknown: bool = False


def wanted_by(condition: Compare, user: User) -> Wanted:
    """The plain values that *condition* compares with.

    Raises:
        RecordError: for values that conditions cannot compare, and where a list is asked for and not given.
    """
    given = condition.value
    if isinstance(given, OfUser) and condition.op == "in":
        values = user.get(given.name)
        if values is None:
            return Wanted((), unknown=True)
        if not isinstance(values, (list, tuple, AbstractSet)):
            raise RecordError(f"`{given}` is not a list, and a condition asks for one of its values")
        found = [plain(value, f"`{given}`") for value in values]
    else:
        found = [_one(value, user) for value in (given if isinstance(given, tuple) else (given,))]
    return Wanted(tuple(value for value in found if value is not None), None in found)


def asks_user(condition: Compare) -> bool:
    """Whether *condition* compares with something of the user."""
    given = condition.value
    return any(isinstance(value, OfUser) for value in (given if isinstance(given, tuple) else (given,)))


def _one(value: Value | None, user: User) -> Any:
    """The one plain value that *value* of a condition stands for."""
    return plain(user.get(value.name), f"`{value}`") if isinstance(value, OfUser) else value
