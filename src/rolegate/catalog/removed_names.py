"""Names that the catalog has given up: they are never used again, and say what took their place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.catalog.role_kind import Patterns
from rolegate.diagnostics import Span, short
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.text import Text
from rolegate.wording.phrases import Listing, Phrase, SaidName


@dataclass(frozen=True, slots=True)
class RemovedWord:
    """A role, a scope, a domain or the like that is gone, and what took its place, if anything did."""

    name: str
    becomes: Text | None
    span: Span = field(compare=False)

    @property
    def fate(self) -> str:
        """What became of it, as the help of a finding."""
        name = SaidName("code", short(self.name))
        if self.becomes is None:
            return Phrase("was_removed", name=name)
        return Phrase("has_become", name=name, others=SaidName("code", short(self.becomes)))


@dataclass(frozen=True, slots=True)
class RemovedName:
    """The path of a permission or group that is gone; `becomes` has the grants that took its place."""

    path: str
    becomes: Patterns
    span: Span = field(compare=False)

    @property
    def fate(self) -> str:
        """What became of it, as the help of a finding."""
        name = SaidName("code", short(self.path))
        if not self.becomes:
            return Phrase("was_removed", name=name)
        others = [SaidName("code", short(text)) for _, text, _ in self.becomes]
        return Phrase("has_become", name=name, others=Listing("and", others))


def removed_words(shape: CatalogShape) -> dict[str, dict[str, RemovedWord]]:
    """What *shape* says is gone beside permissions, groups and scopes, by what it was."""
    names = shape.removed_names
    if names is None:
        return {}
    given: dict[str, Mapping[Text, Any]] = {
        "role": names.roles,
        "domain": names.domains,
        "kind of domain": names.domain_kinds,
        "plan": names.plans,
        "add-on": names.addons,
        "resource": names.resources,
    }
    return {noun: words(entries) for noun, entries in given.items() if entries}


def words(entries: Mapping[Text, Any]) -> dict[str, RemovedWord]:
    return {str(name): RemovedWord(str(name), gone.becomes, name.span) for name, gone in entries.items()}
