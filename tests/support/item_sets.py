"""Sets of which each role, line, team and domain has a place of its own, as in a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import read_files
from rolegate.documents.composer import compose
from rolegate.documents.documents import Documents
from rolegate.documents.domains_file import DomainsShape
from rolegate.documents.file_kinds import BINDINGS, DOMAINS, ROLES, kind_of
from rolegate.documents.item_shapes import DocumentKind, ItemDocument, shapes_of
from rolegate.documents.set_reader import read_set
from rolegate.documents.text import Keyed, Listed, Trap
from rolegate.documents.value_builder import ValueCount

Item = tuple[DocumentKind, dict[str, Any]]
"""What is said of one thing, and its kind."""


@dataclass(frozen=True)
class ItemSet:
    """The documents of a set without its items, and these, each by the place it has."""

    rest: Documents
    items: Mapping[str, Item]

    @property
    def documents(self) -> Documents:
        """The whole set."""
        written = [ItemDocument(kind, said, Span(place)) for place, (kind, said) in self.items.items()]
        report = Report()
        shapes = shapes_of(written, report)
        assert not report.failed, report.diagnostics
        domains = None if self.rest.domains is None else DomainsShape.model_construct(domains=shapes.domains)
        lines = tuple(sorted(shapes.lines, key=lambda line: line.span))
        return replace(self.rest, roles=shapes.roles, domains=domains, bindings=lines, homes={})

    def changed(self, place: str, item: Item | None) -> ItemSet:
        """The set with another item in a place, or with none."""
        rest = {where: kept for where, kept in self.items.items() if where != place}
        return replace(self, items=rest if item is None else {**rest, place: item})


def items_of(folder: Path) -> ItemSet:
    """The set in *folder*, whose files are sound; its items have numbers for places."""
    files = read_files(folder)
    report = Report()
    rest = read_set(files, report)
    assert rest is not None, report.diagnostics
    items: dict[str, Item] = {}
    for name in sorted(files.contents):
        kind, text = kind_of(name), files.contents[name]
        if kind is None or kind.in_domain is not None or not isinstance(text, bytes):
            assert kind is None or kind.in_domain is None, name
            continue
        if kind.key in (BINDINGS.key, DOMAINS.key, ROLES.key):
            value = plain(compose(text.decode(), name, Report(), ValueCount(most=10**6)))
            for item in _items_in(kind.key, value):
                items[f"store:{len(items):05}"] = item
    return ItemSet(rest, items)


def _items_in(key: str, value: dict[str, Any]) -> Iterator[Item]:
    if key == BINDINGS.key:
        for line in value[key]:
            yield "restriction" if "restrict" in line or "restrictions" in line else "binding", line
    elif key == DOMAINS.key:
        for name, body in value[key].items():
            yield "domain", {"domain": name, **{key: said for key, said in body.items() if key != "teams"}}
            for team, members in body.get("teams", {}).items():
                yield "team", {"team": team, "domain": name, "members": members}
    elif key in value:
        yield from (("role", {"role": name, **body}) for name, body in value[key].items())
    else:
        yield "role", value


def plain(value: Any) -> Any:
    """*value* of a file as JSON has it."""
    if isinstance(value, Keyed):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, Listed):
        return [plain(inner) for inner in value]
    if isinstance(value, Trap) and value.kind == "boolean":
        return value == "true"
    return str(value)
