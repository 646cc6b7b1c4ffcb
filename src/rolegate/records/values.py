"""When two values are the same: the one rule that the check in Python and the criterion in SQL share.

A text is the same as a whole number or a UUID when that is written exactly so: ids are text in policies and
often numbers in databases, and `01` is not 1. True and False are not numbers. None is never the same as
anything. Values of other kinds are only compared with their own kind, and values that databases round or
convert (float, Decimal, datetime) are not compared at all.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from rolegate.catalog.conditions import Order
from rolegate.records.errors import RecordError

_ORDERS: dict[Order, Callable[[Any, Any], bool]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_IDS = (str, int, UUID)
LONGEST = 2000
"""How many bits a whole number may have: Python does not write every longer one as text."""


def plain(value: Any, what: str) -> Any:
    """*value* as it is compared: the value of an enum member, and nothing that cannot be compared.

    Raises:
        RecordError: for a value of any other kind.
    """
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, int) and value.bit_length() > LONGEST:
        raise RecordError(
            f"{what} is a whole number of more than 600 digits, which conditions cannot compare"
        )
    if value is None or isinstance(value, (bool, str, int, UUID)):
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise RecordError(f"{what} is {_kind(value)}, which conditions cannot compare")


def same(one: Any, other: Any, what: str) -> bool:
    """Whether two plain values are the same; *what* is for the message.

    Raises:
        RecordError: when they are of kinds that have nothing in common.
    """
    if one is None or other is None:
        return False
    if isinstance(one, bool) or isinstance(other, bool):
        if isinstance(one, bool) and isinstance(other, bool):
            return one is other
    elif isinstance(one, _IDS) and isinstance(other, _IDS):
        if isinstance(one, str) != isinstance(other, str):
            return str(one) == str(other)
        if isinstance(one, UUID) == isinstance(other, UUID):
            return one == other
    elif isinstance(one, date) and isinstance(other, date):
        return one == other
    raise RecordError(f"{what} is {_kind(one)} and cannot equal {_kind(other)}")


def in_order(op: Order, one: Any, other: Any, what: str) -> bool:
    """Whether the plain value *one* lies below or above *other*; *what* is for the message.

    Raises:
        RecordError: unless both are whole numbers or both are dates, which every database puts in one order.
    """
    if one is None or other is None:
        return False
    numbers = all(isinstance(value, int) and not isinstance(value, bool) for value in (one, other))
    if not numbers and not all(isinstance(value, date) for value in (one, other)):
        raise RecordError(f"{what} is {_kind(one)} and has no order with {_kind(other)}")
    return bool(_ORDERS[op](one, other))


def id_text(value: Any, what: str) -> str | None:
    """The id that *value* of a record is; None when there is none."""
    value = plain(value, what)
    if isinstance(value, _IDS) and not isinstance(value, bool):
        return str(value) or None
    if value is None:
        return None
    raise RecordError(f"{what} is {_kind(value)}, which cannot be the id of an instance")


def _kind(value: Any) -> str:
    name = type(value).__name__
    return {"str": "a text", "int": "a whole number", "bool": "true or false", "date": "a date"}.get(
        name, f"of type {name}"
    )
