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
        """The value of `user.<name>`.

        Raises:
            RecordError: when the application did not give it.
        """
        if name in _OWN:
            return getattr(self, name)
        if name not in self.attributes:
            raise RecordError(f"a condition asks for `user.{name}`, which the application did not give")
        return self.attributes[name]


def one_value(value: Value, user: User) -> Any:
    """The one plain value that *value* of a condition stands for."""
    return plain(user.get(value.name), f"`{value}`") if isinstance(value, OfUser) else value


def values_of(condition: Compare, user: User) -> list[Any]:
    """The plain values that meet an `eq` or `in` test; None is never one of them."""
    given = condition.value
    if isinstance(given, tuple):
        found = [one_value(value, user) for value in given]
    elif condition.op == "eq":
        found = [] if given is None else [one_value(given, user)]
    else:
        values = user.get(given.name) if isinstance(given, OfUser) else given
        if values is not None and not isinstance(values, (list, tuple, AbstractSet)):
            raise RecordError(f"`{given}` is not a list, and a condition asks for one of its values")
        found = [plain(value, f"`{given}`") for value in values or ()]
    return [value for value in found if value is not None]
