"""Documents as YAML that people read: keys in the order of the language, a line of bindings on one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.domains_file import DomainShape
from rolegate.documents.roles_file import RoleShape
from rolegate.documents.scalar_writer import written
from rolegate.documents.value_lines import value_between_brackets

_OF_FILES = tuple(dict.fromkeys((*RoleShape.in_order()[:-1], *DomainShape.in_order())))
_OF_LINES = BindingShape.in_order()


def readable_text(value: Mapping[str, Any]) -> str:
    """*value*, which is what a file says, as its text."""
    return "".join(f"{line}\n" for line in _mapping(value, 0)) or "{}\n"  # an empty file says nothing


def _mapping(value: Mapping[str, Any], column: int) -> Iterator[str]:
    margin = " " * column
    for key, inner in _ordered(value, _OF_FILES):
        if isinstance(inner, Mapping) and inner:
            yield f"{margin}{written(key)}:"
            yield from _mapping(inner, column + 2)
        elif isinstance(inner, list) and inner:
            yield f"{margin}{written(key)}:"
            yield from (f"{margin}  - {_item(item)}" for item in inner)
        else:
            yield f"{margin}{written(key)}: {value_between_brackets(inner)}"


def _item(item: Any) -> str:
    """An item of a list; a mapping, which is a line or a member, is between brackets."""
    return (
        value_between_brackets(dict(_ordered(item, _OF_LINES)))
        if isinstance(item, Mapping)
        else written(item)
    )


def _ordered(value: Mapping[str, Any], order: Sequence[str]) -> list[tuple[str, Any]]:
    """The entries of *value*: known keys in their *order*, then the others by their names."""
    places = {key: place for place, key in enumerate(order)}
    return sorted(value.items(), key=lambda entry: (places.get(entry[0], len(places)), entry[0]))
