"""A parameter that a FastAPI route reads, and whether two declarations read the same value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.params import Body, Form
from pydantic import AliasChoices, AliasPath, BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Read:
    """One declaration by which a dependency, or the handler itself, reads a parameter of the request."""

    by: Dependant
    where: str
    field: Any

    @property
    def whole(self) -> bool:
        """Whether it takes all parameters together: as a model of parameters, of a form or of the body."""
        info = self.field.field_info
        if not _is_model(info.annotation):
            return False
        return not isinstance(info, Body) or (isinstance(info, Form) and not getattr(info, "embed", None))

    @property
    def names(self) -> tuple[str, ...]:
        """The names in the request, in the order in which they are tried; empty if it is `whole`."""
        if self.whole:
            return ()
        found = dict.fromkeys([self.field.alias, *_aliases(self.field.field_info.validation_alias)])
        return tuple(name.lower() for name in found) if self.where == "header" else tuple(found)

    def meets(self, other: Read) -> bool:
        """Whether both may read the same part of the request."""
        # A server in front of the application may treat `x_inbox` and `x-inbox` as one header.
        mine, its = ({name.replace("_", "-") for name in read.names} for read in (self, other))
        return self.where == other.where and (not mine or not its or bool(mine & its))

    def same(self, other: Read) -> bool:
        """Whether both get the same value from every request."""
        mine, its = self.field.field_info, other.field.field_info
        return (
            self.names == other.names
            and (self.field.alias == other.field.alias or self.where == "header" or self.whole)
            and alike(self._annotation, other._annotation)
            and _alike_fields(mine, its)
        )

    @property
    def anew(self) -> bool:
        """Whether a new default is made each time the parameter is read."""
        info = self.field.field_info
        return _made(info.default_factory) or _made_within(info.annotation, set())

    @property
    def _annotation(self) -> Any:
        """The type; without an annotation a value stays a text, except in a JSON body."""
        found = self.field.field_info.annotation
        return str if found is Any and self.where != "body" else found

    def __str__(self) -> str:
        return f"`{called(self.by)}` reads it {self.shown}"

    @property
    def shown(self) -> str:
        """How messages say in which way it is read."""
        info = self.field.field_info
        parts = ["without a type" if info.annotation is Any else f"as {_shown(info.annotation)}"]
        if info.metadata:
            parts.append(f"with {_listed(info.metadata)}")
        if not info.is_required():
            parts.append("or a default" if info.default_factory else f"or {info.default!r}")
        if len(self.names) > 1:
            parts.append(f"by any of the names {', '.join(self.names)}")
        elif self.where == "header" or [name.replace("-", "_") for name in self.names] != [self.field.name]:
            parts += [f"by the name {name}" for name in self.names]
        return " ".join(parts)


_MATTERS = (
    "validation_alias",
    "metadata",
    "default",
    "default_factory",
    "discriminator",
    "validate_default",
    "embed",
    "convert_underscores",
    "media_type",
)


def called(dependant: Dependant) -> str:
    """What messages call a dependency."""
    return getattr(dependant.call, "__name__", None) or type(dependant.call).__name__


def alike(mine: Any, its: Any) -> bool:
    """Whether two types, or the metadata of two types, are written alike.

    `==` is not enough: `A | B` equals `B | A`, though pydantic tries the first one first, and 1 equals True.

    >>> alike(int | str, Union[int, str]), alike(int | str, str | int), alike([1], [True])
    (True, False, False)
    """
    if mine is its:
        return True
    found: list[Any] = [get_origin(mine), get_origin(its)]
    origins = [Union if origin is UnionType else origin for origin in found]
    if origins != [None, None]:
        return origins[0] is origins[1] and alike(get_args(mine), get_args(its))
    if type(mine) is not type(its):
        return False
    if isinstance(mine, (list, tuple)):
        return len(mine) == len(its) and all(map(alike, mine, its))
    if isinstance(mine, dict):
        return alike(list(mine.items()), list(its.items()))
    if isinstance(mine, FieldInfo):
        return alike(mine.annotation, its.annotation) and _alike_fields(mine, its)
    if type(mine).__name__ == "_PydanticGeneralMetadata":
        return alike(vars(mine), vars(its))  # it holds `pattern` and the like, and compares by identity
    if is_dataclass(mine) and not isinstance(mine, type):
        return all(alike(getattr(mine, field.name), getattr(its, field.name)) for field in fields(mine))
    return bool(mine == its)


def _alike_fields(mine: Any, its: Any) -> bool:
    return type(mine) is type(its) and all(
        alike(getattr(mine, attribute, None), getattr(its, attribute, None)) for attribute in _MATTERS
    )


def _is_model(annotation: Any) -> bool:
    return any(issubclass(kind, BaseModel) for kind in _classes(annotation))


def _classes(annotation: Any) -> Iterator[type]:
    """The classes in a type."""
    if type(annotation).__name__ == "TypeAliasType":
        yield from _classes(annotation.__value__)
    elif get_origin(annotation) is Annotated:
        yield from _classes(get_args(annotation)[0])
    elif get_args(annotation):
        for inner in get_args(annotation):
            yield from _classes(inner)
    elif isinstance(annotation, type):
        yield annotation


_ALWAYS_THE_SAME = (None, list, dict, set, frozenset, tuple, str, int)


def _made(factory: Any) -> bool:
    """Whether *factory* may make another default each time; for a model, its fields tell."""
    return factory not in _ALWAYS_THE_SAME and not (isinstance(factory, type) and _is_model(factory))


def _made_within(annotation: Any, seen: set[type]) -> bool:
    """Whether a model in *annotation* has a default that may be different each time."""
    found = False
    for model in _classes(annotation):
        if issubclass(model, BaseModel) and model not in seen:
            seen.add(model)
            inner = model.model_fields.values()
            found |= any(_made(info.default_factory) or _made_within(info.annotation, seen) for info in inner)
    return found


def _aliases(validation_alias: Any) -> Iterator[str]:
    if isinstance(validation_alias, str):
        yield validation_alias
    elif isinstance(validation_alias, AliasPath):
        yield str(validation_alias.path[0])
    elif isinstance(validation_alias, AliasChoices):
        for choice in validation_alias.choices:
            yield from _aliases(choice)


def _shown(annotation: Any) -> str:
    """A type as it is written in code."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if annotation is NoneType:
        return "None"
    if origin is Annotated:
        said = [meta for info in inner[1:] for meta in (getattr(info, "metadata", None) or [info])]
        said = [meta for meta in said if not isinstance(meta, FieldInfo)]
        return f"({_shown(inner[0])} with {_listed(said)})" if said else _shown(inner[0])
    if origin in (Union, UnionType):
        return " | ".join(map(_shown, inner))
    if origin is not None and all(isinstance(argument, type) or get_args(argument) for argument in inner):
        return f"{getattr(origin, '__name__', origin)}[{', '.join(map(_shown, inner))}]"
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


def _listed(metadata: Any) -> str:
    return " and ".join(type(meta).__name__.strip("_") for meta in metadata)
