"""Reads compiled lines back, from policy.csv or from the rows of a `casbin_rule` table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rolegate.compiled.lines import G2Line, G3Line, GLine, PLine
from rolegate.diagnostics import short
from rolegate.errors import InvalidLinesError

Row = Sequence[str]

WIDTHS = {
    "p": len(PLine._fields),
    "g": len(GLine._fields),
    "g2": len(G2Line._fields),
    "g3": len(G3Line._fields),
}
"""The number of columns of a line, by its section."""


@dataclass(frozen=True, slots=True)
class LineSection:
    """The lines of one section, which are read again at each iteration and not kept.

    Raises:
        InvalidLinesError: while iterating, for a line of the wrong length or with a missing value.
    """

    name: str
    rows: Callable[[str], Iterable[Row]]

    def __iter__(self) -> Iterator[Row]:
        width = WIDTHS[self.name]
        for row in self.rows(self.name):
            if len(row) != width or None in row:
                raise InvalidLinesError(f"no compiled policy has the line {short(repr([self.name, *row]))}")
            yield row


@dataclass(frozen=True, slots=True)
class ReadLines:
    """Lines without the places they were compiled from: enough to decide, not to explain."""

    p: LineSection
    g: LineSection
    g2: LineSection
    g3: LineSection


def read_sections(rows: Callable[[str], Iterable[Row]]) -> ReadLines:
    """The lines that *rows*, a query for instance, gives when it is called with the name of a section.

    It is called for the four sections of a policy: the caller makes sure that there is no other.
    """
    return ReadLines(*(LineSection(name, rows) for name in ("p", "g", "g2", "g3")))


def read_rows(rows: Iterable[Row]) -> ReadLines:
    """The lines of *rows*, which may come in any order; a row has its section, then its columns.

    Raises:
        InvalidLinesError: for a row of an unknown section; nothing is skipped.
    """
    found: dict[str, list[Row]] = {section: [] for section in WIDTHS}
    for row in rows:
        if row[0] not in found:
            raise InvalidLinesError(f"no compiled policy has the line {short(repr(list(row)))}")
        found[row[0]].append(row[1:])
    return read_sections(found.__getitem__)


def read_file(path: Path) -> ReadLines:
    """The lines of a compiled policy.csv, which is read again for each section.

    Raises:
        OSError: when there is no such file.
        InvalidLinesError: while reading, for a line that no compiled policy holds; nothing is skipped.
    """
    return read_sections(lambda section: _rows(path, section))


def _rows(path: Path, section: str) -> Iterator[Row]:
    with path.open(encoding="ascii", errors="surrogateescape", newline="\n") as file:
        for line in file:
            name, *row = line.rstrip("\n").split(", ")
            if name == section:
                yield row
            elif name not in WIDTHS and name[:1] != "#":
                raise InvalidLinesError(f"no compiled policy has the line {short(repr(line))}")
