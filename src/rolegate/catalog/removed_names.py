"""Names that the catalog has given up: they are never used again, and say what took their place."""

from __future__ import annotations

from dataclasses import dataclass, field

from rolegate.catalog.role_kind import Patterns
from rolegate.diagnostics import Span, short
from rolegate.documents.text import Text
from rolegate.wording.phrases import Listing, Phrase, SaidName


@dataclass(frozen=True, slots=True)
class RemovedRole:
    """A role that is gone, and the one that took its place, if any did."""

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
