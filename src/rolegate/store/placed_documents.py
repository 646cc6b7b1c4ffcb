"""Items as files in which each entry has a line of its own, so that an error tells what it is about."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.capture import Files
from rolegate.documents.domain_names import domain_of
from rolegate.documents.file_kinds import DOMAIN, kind_of
from rolegate.documents.files import REFUSED
from rolegate.documents.limits import Limits
from rolegate.encoding import encode
from rolegate.store.files_of_items import documents_by_file
from rolegate.store.item import Identity, Item
from rolegate.store.stored_set import StoredSet


class ItemPlace(NamedTuple):
    """An item, or what it says under a key: there one entry, by its number or by its own key."""

    identity: Identity
    key: str | None = None
    entry: int | str | None = None


@dataclass(frozen=True, slots=True)
class PlacedFiles:
    """The files of a set, and what of an item is on each of their lines."""

    files: Files
    places: Mapping[tuple[str, int], ItemPlace]

    @classmethod
    def of(cls, stored: StoredSet, folder: Path, limits: Limits) -> PlacedFiles:
        """The files of *stored*, which messages say are in *folder*."""
        known = {id(item.document): item for item in stored.items}
        contents = {name: text.encode() for name, text in stored.texts.items()}
        places: dict[tuple[str, int], ItemPlace] = {}
        domains = {item.key: item for item in stored.items if item.kind == "domain"}
        shown = Files(folder, {}).shown
        for name, value in documents_by_file(stored.items):
            lines = list(_lines(value, known, _domain_of(name, value, known, domains)))
            places |= {(shown(name), number): at for number, (_, at) in enumerate(lines, 1) if at is not None}
            text = "\n".join(text for text, _ in lines) + "\n"
            contents[name] = REFUSED.sub(_escaped, text).encode()
        return cls(Files(folder, contents, limits=limits), places)

    def at(self, span: Span) -> ItemPlace | None:
        """What is at *span*."""
        return self.places.get((span.file, span.line))

    def blamed(self, error: Diagnostic) -> Iterator[ItemPlace]:
        """What an error is about: first where it is, then what it points to."""
        spans = (error.span, *(place.span for place in error.related))
        yield from (at for at in map(self.at, spans) if at is not None)


def _escaped(found: re.Match[str]) -> str:
    """What a file may not hold, as an escape."""
    return f"\\u{ord(found[0]):04x}"


_Line = tuple[str, ItemPlace | None]


def _domain_of(name: str, value: Any, known: Mapping[int, Item], domains: Mapping[str, Item]) -> Item | None:
    """The item of a domain, whose document the file *name* has with its teams."""
    if id(value) in known or kind_of(name) is not DOMAIN:
        return None
    domain = domain_of(name, Span(name), Report())
    return None if domain is None else domains.get(encode(str(domain)))


def _lines(value: Any, known: Mapping[int, Item], domain: Item | None) -> Iterator[_Line]:
    """The lines of a file: of one item, or of a list of them."""
    item = known.get(id(value), domain)
    if item is not None:
        yield from _of_item(value, item, "")
        return
    (key, documents), *_ = value.items()
    yield f"{{{_json(key)}: [", None
    for number, document in enumerate(documents):
        comma = "," if number < len(documents) - 1 else ""
        yield from _of_item(document, known[id(document)], comma)
    yield "]}", None


def _of_item(document: Mapping[str, Any], item: Item, end: str) -> Iterator[_Line]:
    own = ItemPlace(item.identity)
    yield "{", own
    last = len(document) - 1
    for number, (key, value) in enumerate(sorted(document.items())):
        comma, at = "," if number < last else "", own._replace(key=key)
        if not value or not isinstance(value, (list, dict)):
            yield f" {_json(key)}: {_json(value)}{comma}", at
            continue
        opening, closing = "[]" if isinstance(value, list) else "{}"
        yield f" {_json(key)}: {opening}", at
        listed = list(enumerate(value)) if isinstance(value, list) else list(value.items())
        for place, (entry, inner) in enumerate(listed, 1):
            said = _json(inner) if isinstance(value, list) else f"{_json(entry)}: {_json(inner)}"
            yield f"  {said}{',' if place < len(listed) else ''}", at._replace(entry=entry)
        yield f" {closing}{comma}", at
    yield "}" + end, own


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
