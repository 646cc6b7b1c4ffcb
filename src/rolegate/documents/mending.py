"""What a file with bad values says otherwise: each bad value is read as it is meant, or taken out.

INVARIANT: what comes of it is for findings alone. The bad values were reported, so the file stays refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rolegate.diagnostics import Span
from rolegate.documents.key_help import grant_meant, key_meant
from rolegate.documents.shape import Shape, UnknownKeys
from rolegate.documents.text import Broken, Keyed, Listed, Text, Trap, Value, span_of
from rolegate.documents.validation import Place, place_of

ANY_KEY = "*"
"""In `Mended.lost`: what was taken out may declare anything."""

SOME_KEY = "?"
"""There: what was taken out declares nothing."""

_ROUNDS = 4
"""A bad value may hide others, so what is left is read again; so often, and then the file is left out."""
_MOST = 1000
"""Bad values of one file; with more of them it is left out."""

_HARMLESS = frozenset({"title", "description", "source", "assumed", "note", "every", "locked", "clone_of"})
"""Keys without which everything else means what it meant."""

_NAMES_BELOW = {
    **dict.fromkeys(("permissions", "fields", "resources", "restrictions", "role_kinds", "roles"), 1),
    **dict.fromkeys(("domains", "teams", "removed", "only", "plans", "addons", "domain_kinds", "user"), 1),
    **dict.fromkeys(("scopes", "instances", "accept"), 2),
}
"""How many names are between a key and the next keys of the language."""

_YES = frozenset({"true", "yes", "y", "on"})
_NO = frozenset({"false", "no", "n", "off"})


@dataclass(frozen=True, slots=True)
class Mended:
    """The contents of a file without bad values; `lost` are the keys of which something was taken out."""

    value: Keyed
    lost: frozenset[str]


def mended(value: Value, model: type[Shape], told: Mapping[str, Text], declares: bool) -> Mended | None:
    """*value* so that it fits *model*, or None where that cannot be done.

    *told* has what the name of the file says, by the key that should say it; *declares* is whether such files
    have keys that declare names.
    """
    mender = _Mender(told, ANY_KEY if declares else SOME_KEY)
    whole = mender.without_broken(value, "")
    if not isinstance(whole, Keyed):
        return None
    for _ in range(_ROUNDS):
        unknown: UnknownKeys = {}
        try:
            model.model_validate(whole, context=unknown)
        except ValidationError as error:
            if error.error_count() > _MOST:
                return None
            for detail in error.errors(include_url=False):
                mender.mend(whole, detail, unknown)
            mender.sweep()
        else:
            return Mended(whole, frozenset(mender.lost))
    return None


_NOWHERE = Span("")
_GONE = Broken(_NOWHERE)
"""Takes the place of a value until all of one round are found, so that items of lists keep their numbers."""


class _Slot(NamedTuple):
    """Where in a mapping or a list something is, and the part of a place that leads there."""

    holder: Keyed | Listed
    step: Any
    place: Place

    @property
    def value(self) -> Any:
        return self.holder[self.step]


@dataclass(slots=True)
class _Mender:
    told: Mapping[str, Text]
    unknown: str
    lost: set[str] = field(default_factory=set)
    touched: list[Keyed | Listed] = field(default_factory=list)

    def without_broken(self, value: Any, key: str, names: int = 0) -> Any:
        """A copy of *value*, which is below *key*, without what was reported while the text was read.

        So many *names* are to come before the next keys of the language.
        """
        if isinstance(value, Keyed):
            if value.partial:
                self.lost.add(self.unknown)
            kept = Keyed(value.span)
            for name, inner in value.items():
                below = key if names else str(name)
                if isinstance(inner, Broken):
                    self.lose(below)
                elif not names and name == "where":  # conditions are read later, with what is broken in them
                    kept[name] = inner
                else:
                    deeper = names - 1 if names else _NAMES_BELOW.get(name, 0)
                    kept[name] = self.without_broken(inner, below, deeper)
            return kept
        if isinstance(value, Listed):
            sound = [item for item in value if not isinstance(item, Broken)]
            if len(sound) < len(value):
                self.lose(key)
            return Listed(value.span, [self.without_broken(item, key) for item in sound])
        return value

    def lose(self, key: str) -> None:
        if key not in _HARMLESS:
            self.lost.add(key)

    def mend(self, whole: Keyed, error: ErrorDetails, unknown: UnknownKeys) -> None:
        """Put what is meant in the place of one bad value, or mark it as gone."""
        place = place_of(error)
        if error["type"] == "missing":
            key = str(place[-1])
            if len(place) == 1 and key in self.told:
                whole[Text(key, self.told[key].span)] = self.told[key]
            else:
                self.put(whole, place[:-1], _GONE)
        elif error["type"] == "extra_forbidden":
            key, shape = unknown[id(error["input"])]
            self.rename(whole, place, key_meant(shape.noun, key, shape.keys()), (self.unknown,))
        elif place and place[-1] == "[key]":
            key = error["input"]
            self.rename(whole, place[:-1], str(key) if isinstance(key, Trap) and key.kind != "null" else None)
        else:
            self.put(whole, place, _as_meant(_slot(whole, place), error["type"], _key_at(place)))

    def put(self, whole: Keyed, place: Place, value: Any) -> None:
        """*value* in the place of what is at *place*, or of what holds it there."""
        slot = _slot(whole, place)
        if slot is None:
            return
        if value is _GONE:
            self.lose(_key_at(slot.place))
            self.touched.append(slot.holder)
        slot.holder[slot.step] = value

    def rename(self, whole: Keyed, place: Place, name: str | None, lost: tuple[str, ...] = ()) -> None:
        """Give the entry at *place* the *name* that is meant; without one, or where it is taken, it goes."""
        slot = _slot(whole, place)
        if slot is None or name is None:
            self.lost.update(lost)
            self.put(whole, place, _GONE)
        elif isinstance(slot.holder, Listed):
            slot.holder[slot.step] = Text(name, span_of(slot.value, _NOWHERE))
        elif name in slot.holder and name != slot.step:
            self.put(whole, place, _GONE)
        else:
            entries = list(slot.holder.items())
            slot.holder.clear()
            for key, value in entries:
                slot.holder[Text(name, span_of(key, _NOWHERE)) if key == slot.step else key] = value

    def sweep(self) -> None:
        """Take out what is marked."""
        for holder in self.touched:
            if isinstance(holder, Keyed):
                for key in [key for key, value in holder.items() if value is _GONE]:
                    del holder[key]
            else:
                holder[:] = [item for item in holder if item is not _GONE]
        self.touched.clear()


def _slot(whole: Keyed, place: Place) -> _Slot | None:
    """The innermost slot on the way to *place*: a short form has fewer of them than what it is short for."""
    found: _Slot | None = None
    value: Any = whole
    for depth, step in enumerate(place, 1):
        if isinstance(value, Listed) and isinstance(step, str) and step in value:
            step = value.index(step)  # a list of names is short for a mapping
        if not (isinstance(value, Keyed) and step in value) and not (
            isinstance(value, Listed) and isinstance(step, int) and step < len(value)
        ):
            break
        found = _Slot(value, step, place[:depth])
        value = found.value
    return found


def _key_at(place: Place) -> str:
    """The innermost key of the language on the way to *place*."""
    steps = [step for step in place if isinstance(step, str)]
    key, number = "", 0
    while number < len(steps):
        key = steps[number]
        number += 1 + _NAMES_BELOW.get(key, 0)
    return key


def _as_meant(slot: _Slot | None, kind: str, key: str) -> Any:
    """What is meant by a value of the wrong *kind* below *key*; `_GONE` where that is not clear."""
    value = None if slot is None else slot.value
    if isinstance(value, Trap) and value.kind == "null":
        return _GONE
    if kind == "bool_type" and isinstance(value, (Text, Trap)):
        word = value.casefold()
        return (
            Trap("true" if word in _YES else "false", value.span, "boolean") if word in _YES | _NO else _GONE
        )
    if kind == "is_instance_of":
        if isinstance(value, Trap):
            return Text(str(value), value.span)
        if isinstance(value, Keyed):
            grant = grant_meant(key, value)
            return _GONE if grant is None else Text(grant, value.span)
        if isinstance(value, Listed) and len(value) == 1 and isinstance(value[0], Text):
            return value[0]
    return _GONE
