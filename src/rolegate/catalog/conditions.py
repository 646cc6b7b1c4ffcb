"""What a scope means for a record: conditions on its attributes, as frozen values.

A comparison with nothing is neither true nor false: where the record or the user has no value, neither the
comparison nor its negation is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rolegate.catalog.grant_syntax import Grant
from rolegate.encoding import decode

OWN_ATTRIBUTES = {"id": "text", "teams": "list", "domain": "text"}
"""What is known of every user, by its kind."""


@dataclass(frozen=True, slots=True)
class OfUser:
    """A value of the user who asks: `id`, `teams`, `domain`, or one that the application gives."""

    name: str

    def __str__(self) -> str:
        return f"user.{self.name}"


Constant = str | int | bool | date
Value = OfUser | Constant
Order = Literal["lt", "lte", "gt", "gte"]


@dataclass(frozen=True, slots=True)
class Compare:
    """A test of one attribute.

    `eq`: it equals the one value. `in`: it equals one of the values, which are listed here or are a list of
    the user's. `is_null`: it has no value. `lt`, `lte`, `gt`, `gte`: it lies below or above the value.
    """

    attribute: str
    op: Literal["eq", "in", "is_null"] | Order
    value: Value | tuple[Value, ...] | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A test of related records: `any` of them, `all` of them, or the `one` there is.

    `all` is also met when there are none."""

    attribute: str
    which: Literal["any", "all", "one"]
    inner: Condition


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is met."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part is met."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The condition is certainly not met; where that depends on a missing value, this is not met either."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class Holds:
    """The user holds what *grant* says, whatever the conditions of that permission are."""

    grant: Grant

    @property
    def on(self) -> tuple[str, ...]:
        """The raw ids of the instance; empty for every one."""
        parts = (self.grant.instance or "*").split("/")
        return tuple(decode(part) for part in parts if part != "*")


@dataclass(frozen=True, slots=True)
class HoldsOn:
    """The user holds what *grant* says on the instance that *attributes* name, the outermost kind first."""

    attributes: tuple[str, ...]
    grant: Grant


Condition = Compare | Related | AllOf | AnyOf | Not | Holds | HoldsOn


def asked_of_user(condition: Condition) -> Iterator[str]:
    """What *condition* asks of the user, by name."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from asked_of_user(part)
        case Related(_, _, inner) | Not(inner):
            yield from asked_of_user(inner)
        case Compare(_, _, value):
            values = value if isinstance(value, tuple) else (value,)
            yield from (value.name for value in values if isinstance(value, OfUser))


_OPPOSITE: dict[Order, Order] = {"lt": "gte", "gte": "lt", "lte": "gt", "gt": "lte"}


def pushed_down(condition: Condition) -> Condition:
    """*condition* with each negation moved down to a comparison (`eq`, `in`, `is_null`), or into it.

    INVARIANT: the meaning in three values stays the same. Above the comparisons nothing is negated, so a
    check, or SQL, may take unknown for no at each of them.
    """
    return _pushed(condition, negated=False)


def _pushed(condition: Condition, negated: bool) -> Condition:
    match condition:
        case Not(inner):
            return _pushed(inner, not negated)
        case AllOf(parts) | AnyOf(parts):
            kind = AllOf if isinstance(condition, AllOf) != negated else AnyOf
            return kind(tuple(_pushed(part, negated) for part in parts))
        case Related(name, "one", inner):
            return Related(name, "one", _pushed(inner, negated))  # without a related record, neither is met
        case Related(name, which, inner):
            other: Literal["any", "all"] = "all" if (which == "any") == negated else "any"
            return Related(name, other, _pushed(inner, negated))
        case Compare(name, ("lt" | "lte" | "gt" | "gte") as op, value) if negated:
            return Compare(name, _OPPOSITE[op], value)
        case _:
            return Not(condition) if negated else condition
