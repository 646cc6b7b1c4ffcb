"""Every id has exactly one text: which values are ids, what their text is, and which types hold only ids."""

from __future__ import annotations

from enum import Enum
from inspect import Parameter, isclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin
from uuid import UUID

from rolegate.gate.instance_paths import On

IDS = "a text, a whole number, a UUID, or an Enum of these"
"""How messages say what an id is."""


def id_of(value: Any) -> str:
    """The one text of *value*. A value that can be written in several ways is not an id.

    >>> id_of(7), id_of(UUID(int=7))[-2:], id_of("Support")
    ('7', '07', 'Support')

    Raises:
        TypeError: for anything that is not an id: a float, a date, True, an object of the application.
    """
    if isinstance(value, Enum):
        value = value.value
    # A subclass of the application may have another `str()`; the id is the value itself.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)
    if isinstance(value, UUID):
        return UUID.__str__(value)
    raise TypeError(f"an instance is {IDS}, or a tuple of these, not {type(value).__name__}")


def instance(on: Any) -> On:
    """*on* as raw ids. Whole numbers and UUIDs are ids, as they are in records.

    >>> instance(7), instance(("allegro", 7))
    ('7', ('allegro', '7'))

    Raises:
        TypeError: for anything that is not an id.
    """
    if on is None:
        return None
    return tuple(id_of(part) for part in on) if isinstance(on, (tuple, list)) else id_of(on)


def is_id(value: Any) -> bool:
    """Whether *value* names an instance, alone or as a path."""
    return isinstance(value, (tuple, list)) or _holds_id(value)


def only_ids(annotation: Any) -> bool:
    """Whether every value of a type is an id. Without an annotation, the values are checked in each request.

    >>> [only_ids(kind) for kind in (int, int | UUID, Annotated[str, "short"], float, bool)]
    [True, True, True, False, False]
    """
    if annotation is Any or annotation is Parameter.empty or annotation is NoneType:
        return True
    if isinstance(annotation, NewType):
        return only_ids(annotation.__supertype__)
    if type(annotation).__name__ == "TypeAliasType":
        return only_ids(annotation.__value__)
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return only_ids(inner[0])
    if origin in (Union, UnionType):
        return all(only_ids(part) for part in inner)
    if origin is Literal:
        return all(_holds_id(part) for part in inner)
    if not isclass(annotation):
        return False
    if issubclass(annotation, Enum):
        return all(_holds_id(member) for member in annotation)
    return issubclass(annotation, (str, int, UUID)) and not issubclass(annotation, bool)


def _holds_id(value: Any) -> bool:
    try:
        id_of(value)
    except TypeError:
        return False
    return True
