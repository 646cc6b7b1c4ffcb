"""Whether two sets give the same, whatever they show people: titles, descriptions, notes and labels."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rolegate.diagnostics import Report
from rolegate.documents.documents import Documents
from rolegate.documents.file_kinds import CATALOG, LABELS, kind_of
from rolegate.documents.limits import Limits
from rolegate.documents.set_reader import read_set
from rolegate.documents.shape import Shape
from rolegate.store.files_of_items import files_of_items
from rolegate.store.stored_set import FORMER, StoredSet

_SHOWN = frozenset({"title", "description", "note"})
"""The keys of shapes that say something to people, and to nobody else."""


def gives_the_same(before: StoredSet, after: StoredSet, limits: Limits) -> bool:
    """Whether the catalogs and the roles of two sets differ in nothing but what they show.

    INVARIANT: in doubt they do not. A key of a mapping that is called `title` is none of a shape.
    """
    if _kept(before) != _kept(after):
        return False
    said = [_said_by(one, limits) for one in (before, after)]
    return said[0] is not None and said[0] == said[1]


def _kept(stored: StoredSet) -> Mapping[str, str]:
    """The texts of other files than catalogs and labels."""
    return {
        name: text
        for name, text in stored.texts.items()
        if not name.startswith(FORMER) and kind_of(name) not in (CATALOG, LABELS)
    }


def _said_by(stored: StoredSet, limits: Limits) -> object:
    texts = {name: text for name, text in stored.texts.items() if not name.startswith(FORMER)}
    report = Report()
    found: Documents | None = read_set(files_of_items(StoredSet(texts, stored.items), Path(), limits), report)
    if found is None or report.failed:
        return None
    return _said((found.catalog, found.roles, found.domains, found.bindings))


def _said(value: Any) -> object:
    """*value* without places and without what is shown; the order of keys is a part of it."""
    if isinstance(value, Shape):
        fields = [name for name in type(value).model_fields if name not in _SHOWN]
        return (type(value), *((name, _said(getattr(value, name))) for name in fields))
    if isinstance(value, Mapping):
        return tuple((str(key), _said(inner)) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_said, value))
    return str(value) if isinstance(value, str) else value
