"""What conditions can ask for about the user."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from rolegate.catalog.conditions import OWN_ATTRIBUTES, Compare, OfUser, Value
from rolegate.grants.domains import DEFAULT
from rolegate.records.errors import RecordError
from rolegate.records.values import plain

if TYPE_CHECKING:
    from rolegate.records.held_permission import HeldPermission


class Holder(Protocol):
    """Answers what conditions ask about the rights of a user, such as a `rolegate.Subject`."""

    def can(self, permission: str, /, *, on: tuple[str, ...] | None, scope: str | None) -> bool: ...

    def held(self, permission: str, /) -> HeldPermission: ...


@dataclass(frozen=True, slots=True)
class User:
    """The user who asks: `user.id`, `user.teams`, `user.domain`, `user.<name>` for each of `attributes`.

    `holder` knows what the user holds, for conditions that ask for it.
    """

    id: str
    teams: tuple[str, ...] = ()
    domain: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    holder: Holder | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        taken = [name for name in OWN_ATTRIBUTES if name in self.attributes]
        if taken:
            raise RecordError(f"`user.{taken[0]}` is not an attribute the application can give")
        object.__setattr__(self, "attributes", MappingProxyType(dict(self.attributes)))

    @property
    def own_domain(self) -> str:
        """The domain whose records the user may see; a set without domains has one."""
        return DEFAULT if self.domain is None else self.domain

    @property
    def rights(self) -> Holder:
        """What knows the rights of the user.

        Raises:
            RecordError: when there is none.
        """
        if self.holder is None:
            raise RecordError("a condition asks what the user holds, and `User` was made without a `holder`")
        return self.holder

    def get(self, name: str) -> Any:
        """The value of `user.<name>`; None when the application did not give it."""
        return getattr(self, name) if name in OWN_ATTRIBUTES else self.attributes.get(name)


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
