"""What files with bad values say as they are meant, and what is lost of them all the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from rolegate.diagnostics import Report, Span
from rolegate.documents.file_kinds import FileKind
from rolegate.documents.mended_files import (
    ALL_OF,
    BROKEN,
    DECLARING,
    MENDABLE,
    model_of,
    read_meant,
    told_by_name,
)
from rolegate.documents.mending import SOME_KEY, mended
from rolegate.documents.text import Value

P = TypeVar("P")


class MeantParts:
    """The parts of all files by their kinds; `lost` has the keys of which something is not in them.

    Unless something was `mended`, they are what the files say.
    """

    def __init__(self) -> None:
        self._parts: dict[str, list[Any]] = {}
        self.lost = set[str]()
        self.mended = False

    def add(self, kind: FileKind[P], parts: Iterable[P]) -> None:
        """Add the parts of one file of *kind*."""
        self._parts.setdefault(kind.key, []).extend(parts)

    def of(self, kind: FileKind[P]) -> tuple[P, ...]:
        """The parts of the files of *kind*, and of those that say the same in other places."""
        return tuple(self._parts.get(kind.key, ()))

    def lose(self, kind: FileKind[P]) -> None:
        """A whole file of *kind* is lost."""
        self.lost |= ALL_OF.get(kind.key, frozenset())

    def lose_place(self, kind: FileKind[P]) -> None:
        """A place of a file of *kind* is lost, with what may be there."""
        self.lost |= BROKEN.get(kind.key, frozenset())

    def read(self, kind: FileKind[P], value: Value | None, top: Span, report: Report) -> tuple[P, ...]:
        """The parts of a file with bad values, as they are meant; what is wrong with it is in *report*."""
        if kind.judges:
            return ()
        found = None
        if value is not None:
            model, told = model_of(kind.key, value), told_by_name(kind.key, top)
            found = mended(value, model, told, kind.key in DECLARING)
        if found is None:
            self.lose(kind)
            return ()
        self.mended = True
        again = Report()
        parts = read_meant(kind, found.value, top, again)
        self.lost |= found.lost | ({kind.key} if again.failed else set())
        if not MENDABLE.issuperset(finding.code for finding in report.diagnostics):
            self.lost.add(SOME_KEY)
        return parts
