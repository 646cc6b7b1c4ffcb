"""Values become shapes; what does not fit becomes a diagnostic at its place, in the author's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rolegate.diagnostics import Report, Span
from rolegate.documents import name_problems, problems
from rolegate.documents.key_help import (
    instead_at_top,
    instead_of_list,
    instead_of_mapping,
    instead_of_names,
    taken,
)
from rolegate.documents.key_texts import CHOICES, OF_KINDS, Kind
from rolegate.documents.other_words import other_word
from rolegate.documents.refused_keys import REFUSED
from rolegate.documents.shape import Shape, UnknownKeys
from rolegate.documents.short_forms import SCOPES
from rolegate.documents.text import Broken, Keyed, Listed, Trap, span_of
from rolegate.texts.spelling import nearest

S = TypeVar("S", bound=Shape)
Place = tuple[int | str, ...]

_MANY = 3
"""So many unquoted values are more than a slip."""

_KINDS: dict[str, Kind] = {
    "is_instance_of": "text",
    "list_type": "list",
    "dict_type": "mapping",
    "model_type": "mapping",
    "bool_type": "flag",
}


def shape(model: type[S], data: Any, top: Span, report: Report, entries: str = "") -> S | None:
    """*data* as a *model*; None where it does not fit.

    With *entries*, the key of a mapping or list of independent things, those that do not fit are left out
    and the others are given.
    """
    unknown: UnknownKeys = {}
    try:
        return model.model_validate(data, context=unknown)
    except ValidationError as error:
        reading = _Reading(top, unknown, report, model.noun)
        details = error.errors(include_url=False)
        for detail in details:
            if detail["type"] == "extra_forbidden":
                reading.strange.setdefault(place_of(detail)[:-1], []).append(str(detail["loc"][-1]))
            reading.traps += isinstance(detail["input"], Trap)
        for detail in details:
            reading.report_one(detail)
    good = _without(data, entries, [detail["loc"] for detail in details]) if entries else None
    return None if good is None else shape(model, good, top, Report())


def place_of(error: ErrorDetails) -> Place:
    """Where an error is, in the keys and indexes of the file: without the tags of what pydantic tried."""
    return tuple(step for step in error["loc"] if step not in ("[user]", "[team]", SCOPES))


def _without(data: Any, entries: str, places: Sequence[Place]) -> Keyed | None:
    """*data* without the entries that contain one of *places*; None when something else is wrong as well."""
    if not isinstance(data, Keyed) or any(len(place) < 2 or place[0] != entries for place in places):
        return None
    bad = {place[1] for place in places}
    kept = data[entries]
    if isinstance(kept, Keyed):
        kept = Keyed(kept.span, [(key, value) for key, value in kept.items() if key not in bad])
    elif isinstance(kept, Listed):
        kept = Listed(kept.span, [value for index, value in enumerate(kept) if index not in bad])
    return Keyed(data.span, [(key, kept if key == entries else value) for key, value in data.items()])


def _may_mean(written: str, key: str) -> bool:
    """Whether the unknown key *written* may be a misspelt *key*, or its name in another system."""
    return key in nearest(written, [key]) or written in ("name", "id")


def names_thing(key: str, value: object) -> bool:
    """Whether *value* is a role or a domain that is written below its name, where *key* is missing."""
    return key in ("role", "domains") and isinstance(value, Keyed)


class _Reading:
    """Turns the errors of one validation into diagnostics."""

    def __init__(self, top: Span, unknown: UnknownKeys, report: Report, noun: str) -> None:
        self.top = top
        self.noun = noun
        self.unknown = unknown
        self.report = report
        self.strange: dict[Place, list[str]] = {}
        """The unknown keys of each mapping."""
        self.traps = 0

    def report_one(self, error: ErrorDetails) -> None:
        value, place, kind = error["input"], place_of(error), error["type"]
        if isinstance(value, Broken):
            return
        span = span_of(value, self.top)
        if kind == "refused" and place[-1:] == ("[key]",) and place[-3:-2] == ("permissions",):
            name_problems.permission_name_invalid(self.report, span, str(value))
        elif kind == "refused" and place[-1:] == ("[key]",) and place[-3:-2] in OF_KINDS:
            name_problems.resource_kind_invalid(self.report, span, str(value), str(place[-3]))
        elif kind == "refused":
            self.report.take([error["ctx"]["found"]])
        elif kind == "extra_forbidden":
            self._unknown(value)
        elif kind == "missing":
            self._missing(str(place[-1]), value, place[:-1])
        else:
            self._wrong(_KINDS.get(kind, "text"), value, place, span)

    def _unknown(self, value: Any) -> None:
        key, model = self.unknown[id(value)]
        span = span_of(key, self.top)
        if key in REFUSED and other_word(model.noun, key) is None:
            problems.key_refused(self.report, span, key)
        else:
            problems.key_unknown(self.report, span, key, model.noun, model.keys(), value)

    def _missing(self, key: str, data: Any, place: Place) -> None:
        siblings = self.strange.get(place, ())
        if isinstance(data, Keyed) and any(names_thing(key, data.get(sibling)) for sibling in siblings):
            return
        # A misspelt key is one mistake, not two; a key left out for another reason was reported.
        if getattr(data, "partial", False) or any(_may_mean(sibling, key) for sibling in siblings):
            return
        if siblings and len(siblings) == len(data):
            return  # something else was meant, such as `{group: sales}` for `{team: sales}`
        named = next((str(step) for step in reversed(place) if isinstance(step, str)), "")
        problems.key_missing(self.report, span_of(data, self.top), key, named)

    def _instead(self, wanted: Kind, value: Any, place: Place) -> str | None:
        if not place:
            return instead_at_top(self.top.file, value)
        if wanted == "mapping" and isinstance(value, Listed):
            return instead_of_names(str(place[-1]), value)
        if wanted != "text":
            return None
        return instead_of_mapping(place, value) if isinstance(value, Keyed) else instead_of_list(place)

    def _wrong(self, wanted: Kind, value: Any, place: Place, span: Span) -> None:
        if (isinstance(value, Trap) and wanted in ("text", "flag")) or getattr(value, "kind", "") == "null":
            if wanted == "flag":
                problems.flag_unclear(self.report, span, value)
            else:
                many = self.traps >= _MANY
                problems.text_unquoted(self.report, span, value, value.kind, many, CHOICES.get(place[-1:]))
            return
        if (
            isinstance(value, Keyed)
            and (value or value.partial)
            and all(isinstance(inner, Broken) for inner in value.values())
        ):
            return  # such as `title: {inbox}`, reported as a key without a value
        if isinstance(value, Listed) and any(isinstance(item, Broken) for item in value):
            return  # one of the names in a list that is short for a mapping was reported
        instead = self._instead(wanted, value, place)
        problems.wrong_type(self.report, span, taken(place, wanted, self.noun), value, wanted, instead)
