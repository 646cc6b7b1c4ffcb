"""What a scope means for a record: conditions on its attributes, as frozen values.

A condition is true of a record or it is not: NULL never equals anything, so a test of it is not met.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class OfUser:
    """A value of the user who asks: `id`, `teams`, `domain`, or one that the application gives."""

    name: str

    def __str__(self) -> str:
        return f"user.{self.name}"


Constant = str | int | bool
Value = OfUser | Constant


@dataclass(frozen=True, slots=True)
class Compare:
    """A test of one attribute.

    `eq`: it equals the one value. `in`: it equals one of the values, which are listed here or are a list of
    the user's. `is_null`: it has no value.
    """

    attribute: str
    op: Literal["eq", "in", "is_null"]
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


Condition = Compare | Related | AllOf | AnyOf
