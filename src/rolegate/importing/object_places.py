"""Where the objects of a source are in the catalog: each a group of its own, or an instance of a kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from rolegate.importing.given_names import names_for
from rolegate.importing.object_templates import ObjectTemplate

_KIND_AND_ID = re.compile(r"([A-Za-z][\w-]*:)(?!//).+", re.DOTALL)
_PATH_WITH_NUMBER = re.compile(r"(/.*[A-Za-z].*/)[0-9][^/]*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class ObjectPlace:
    """A group of the catalog: that of one object, called *text*, or of all that have the shape of a template.

    The place of questions that name no object has no name.
    """

    name: str
    text: str | None = None
    template: ObjectTemplate | None = None
    kinds: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The text of the object, or the shape of such texts."""
        return self.template.said(self.kinds) if self.template is not None else self.text or ""


NO_OBJECT = ObjectPlace("")


def template_by_shape(text: str) -> ObjectTemplate | None:
    """The kind of the object *text*, if it looks like an instance: `invoice:17`, `/invoice/17`."""
    found = _KIND_AND_ID.fullmatch(text)
    if found is not None:
        return ObjectTemplate((found[1], ""), rest=True)
    found = _PATH_WITH_NUMBER.fullmatch(text)
    return None if found is None else ObjectTemplate((found[1], ""))


@dataclass(slots=True)
class ObjectPlaces:
    """The places of all objects of a source; an object that has none is not in the catalog."""

    things: Mapping[str, ObjectPlace]
    kinds: tuple[ObjectPlace, ...]
    known: dict[str, tuple[ObjectPlace, tuple[str, ...]]] = field(default_factory=dict)
    """The instances that the source names, by their texts."""
    resources: Mapping[str, str | None] = field(default_factory=dict)
    """Each kind of instances, with the kind within which it lies."""

    @property
    def all(self) -> tuple[ObjectPlace, ...]:
        return (*self.things.values(), *self.kinds)

    def named(self, text: str) -> tuple[ObjectPlace, tuple[str, ...]] | None:
        """Where an object is that the source names."""
        thing = self.things.get(text)
        return self.known.get(text) if thing is None else (thing, ())

    def find(self, text: str) -> tuple[ObjectPlace, tuple[str, ...]] | None:
        """Where the object *text* is, and its ids there."""
        thing = self.things.get(text)
        if thing is not None:
            return thing, ()
        for place in self.kinds:
            ids = None if place.template is None else place.template.read(text)
            if ids is not None:
                return place, ids
        return None


def places_of(
    objects: Iterable[str], templates: Collection[ObjectTemplate], chosen: Mapping[str, str]
) -> ObjectPlaces:
    """The places of *objects* and of all that have the shape of one of *templates*.

    *chosen* are names that somebody chose, by the text of the object, or by the template as it is written.
    """
    texts = sorted(set(objects))
    shapes = set(templates)
    looking_alike = [text for text in texts if all(shape.read(text) is None for shape in templates)]
    shapes |= {shape for shape in map(template_by_shape, looking_alike) if shape is not None}
    in_order = sorted(shapes, key=lambda shape: (shape.rest, -sum(map(len, shape.parts)), shape))
    instances = {text for text in texts if any(shape.read(text) is not None for shape in in_order)}
    named = names_for([text for text in texts if text not in instances], "object", chosen)
    by_shape = {ObjectTemplate.written(text): name for text, name in chosen.items()}
    keys = {_key(shape): by_shape[shape] for shape in in_order if shape in by_shape}
    groups = names_for(map(_key, in_order), "object", keys, named.values(), "each")
    outer = {part for shape in in_order for part in _with_outer(shape)}
    resources = names_for(map(_key, outer), "kind", {_key(s): by_shape[s] for s in outer if s in by_shape})
    kinds = tuple(
        ObjectPlace(
            groups[_key(shape)],
            template=shape,
            kinds=tuple(resources[_key(part)] for part in _with_outer(shape)),
        )
        for shape in in_order
    )
    within = {
        resources[_key(shape)]: None if shape.outer is None else resources[_key(shape.outer)]
        for shape in outer
    }
    places = ObjectPlaces(
        {text: ObjectPlace(name, text) for text, name in named.items()},
        kinds,
        resources=dict(sorted(within.items())),
    )
    for text in sorted(instances):
        found = places.find(text)
        if found is not None:
            places.known[text] = found
    return places


def _key(shape: ObjectTemplate) -> str:
    """What a kind is named after; one for each template."""
    return "/".join(shape.parts) + ("/..." if shape.rest else "")


def _with_outer(shape: ObjectTemplate) -> list[ObjectTemplate]:
    """*shape* with those around it, outermost first."""
    found = [shape]
    while found[0].outer is not None:
        found.insert(0, found[0].outer)
    return found
