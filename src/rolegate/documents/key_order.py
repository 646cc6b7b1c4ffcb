"""Where in a file the language knows the keys, and in which order it has them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from rolegate.documents.shape import Shape
from rolegate.documents.yaml_outline import YamlPart


def unordered(part: YamlPart, place: Any, depth: int = 0) -> Iterator[tuple[int, YamlPart, tuple[int, ...]]]:
    """Each mapping in *part* whose keys are in another order, with the new order of its entries by number.

    *place* is what the language has there, as a `Shape` or a type. The depth of a mapping comes first: those
    of one depth have nothing in common. Names that people chose, as of permissions, keep their order.
    """
    shape = _shape_of(part, place)
    if shape is not None:
        order = _order(part, shape)
        if order != tuple(range(len(order))):
            yield depth, part, order
    for inner, under in _inner(part, place):
        yield from unordered(inner, under, depth + 1)


def known_texts(part: YamlPart, place: Any) -> Iterator[YamlPart]:
    """Each scalar in *part*, keys included, of which the language says that it is a text in quotes or not.

    In conditions, and in the values of records, quotes say that something is a text.
    """
    if part.kind == "scalar":
        if not _is_free(place):
            yield part
        return
    if part.kind == "mapping" and not _is_free(place):
        shape = _shape_of(part, place)
        known = None if shape is None or shape.beside else frozenset(shape.keys())
        yield from (key for key, _ in part.entries if known is None or key.value in known)
    for inner, under in _inner(part, place):
        yield from known_texts(inner, under)


def _inner(part: YamlPart, place: Any) -> Iterator[tuple[YamlPart, Any]]:
    """What is directly in *part*, and what the language has there: `Any` where it says nothing."""
    kinds = _kinds(place)
    shape = _shape_of(part, place)
    if shape is not None:
        for key, value in part.entries:
            yield value, _field(shape, key.value)
    elif part.kind == "mapping":
        under = next((get_args(kind)[1] for kind in kinds if get_origin(kind) is dict), Any)
        for _, value in part.entries:
            yield value, under
    else:
        # A list may be the short form of a mapping, with its names alone.
        names = Any if _is_free(place) else str
        under = next((get_args(kind)[0] for kind in kinds if get_origin(kind) in (list, dict)), names)
        for item in part.items:
            yield item, under


def _shape_of(part: YamlPart, place: Any) -> type[Shape] | None:
    """The shape of the mapping *part*: of several, the one that knows most of its keys."""
    if part.kind != "mapping":
        return None
    shapes = [kind for kind in _kinds(place) if isinstance(kind, type) and issubclass(kind, Shape)]
    keys = {key.value for key, _ in part.entries}
    return max(shapes, key=lambda shape: len(keys.intersection(shape.keys())), default=None)


def _order(part: YamlPart, shape: type[Shape]) -> tuple[int, ...]:
    """The entries of *part* as they are written; keys that the shape does not know come before `accept`."""
    rank = {key: number for number, key in enumerate(shape.in_order())}
    other = rank.get("accept", len(rank)) - 0.5
    keys = [key.value for key, _ in part.entries]
    return tuple(sorted(range(len(keys)), key=lambda number: rank.get(keys[number], other)))


@cache
def _field(shape: type[Shape], key: str) -> Any:
    """What the language has below *key*; `Any` for a key that it does not know."""
    names = {field.alias or name for name, field in shape.model_fields.items() if name != shape.beside}
    if shape.beside and key not in names:
        return get_args(shape.model_fields[shape.beside].annotation)[1]
    if key not in names:
        return Any
    return next(
        field.annotation for name, field in shape.model_fields.items() if key == (field.alias or name)
    )


def _is_free(place: Any) -> bool:
    """Whether the language has values there in which quotes mean something, as in conditions."""
    return Any in _kinds(place)


def _kinds(place: Any) -> tuple[Any, ...]:
    """The types that *place* may have, without what is only said about them."""
    origin = get_origin(place)
    if origin is Annotated:
        return _kinds(get_args(place)[0])
    if origin in (Union, UnionType):
        return tuple(kind for inner in get_args(place) for kind in _kinds(inner))
    return (place,)
