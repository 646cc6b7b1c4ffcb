"""Reads compiled lines back, from policy.csv or from the rows of a `casbin_rule` table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

from rolegate.compiled.lines import (
    ASIDE,
    HEADER,
    NOTHING,
    VERSION,
    G2Line,
    G3Line,
    GLine,
    PLine,
    is_last,
    last_line,
)
from rolegate.compiled.model_conf import MODEL_CONF
from rolegate.compiled.names import is_subject
from rolegate.diagnostics import short
from rolegate.errors import InvalidLinesError

Row = Sequence[str]

POLICY, MODEL = "policy.csv", "model.conf"
_PART = 1 << 20

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
        InvalidLinesError: while iterating, for a line of the wrong length, with a missing value, or of a
            version in which the subject is in another column.
    """

    name: str
    rows: Callable[[str], Iterable[Row]]

    def __iter__(self) -> Iterator[Row]:
        width = WIDTHS[self.name]
        for row in self.rows(self.name):
            if len(row) != width or None in row:
                raise InvalidLinesError(_no_line([self.name, *row]))
            if self.name == "p" and is_last(row):
                yield NOTHING
                continue
            if self.name == "p" and not is_subject(row[1]) and tuple(row) != NOTHING:
                line = ["p", *row]
                raise InvalidLinesError(
                    _other_version(f"the line {short(repr(line))} is")
                    if is_subject(row[0])
                    else _no_line(line)
                )
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
            raise InvalidLinesError(_no_line(list(row)))
        found[row[0]].append(row[1:])
    return read_sections(found.__getitem__)


@dataclass(frozen=True, slots=True)
class CompiledFiles:
    """A model.conf and a policy.csv, in a folder or wherever else `opened` finds them by their names.

    `place` is what the folder is called in messages.
    """

    place: str
    opened: Callable[[str], BinaryIO]

    @classmethod
    def on_disk(cls, folder: Path) -> CompiledFiles:
        return cls(folder.as_posix(), lambda name: (folder / name).open("rb"))

    def called(self, name: str) -> str:
        """What the file *name* is called in messages."""
        return f"{self.place}/{name}"

    def read(self, name: str) -> bytes:
        with self.opened(name) as file:
            return file.read()

    def lines(self) -> Iterator[str]:
        """Each line of policy.csv, with its end."""
        with self.opened(POLICY) as file:
            yield from TextIOWrapper(file, encoding="ascii", errors="surrogateescape", newline="\n")


def read_pair(files: CompiledFiles) -> ReadLines:
    """The lines of policy.csv, which is read again for each section, beside their model.conf.

    Raises:
        OSError: when one of the two files is not there.
        InvalidLinesError: for a file of another version, and for one that was cut off; for a model that is
            not the one of these lines, since with another one Casbin may skip restrictions; while reading,
            for a line that no compiled policy holds: nothing is skipped.
    """
    if files.read(MODEL) != MODEL_CONF.encode("ascii"):
        raise InvalidLinesError(_other_version(f"{files.called(MODEL)} is"))
    return read_policy(files)


def read_policy(files: CompiledFiles) -> ReadLines:
    """The same, whatever model is beside the lines."""
    name = files.called(POLICY)
    with files.opened(POLICY) as file:
        first = file.readline(len(HEADER) + 2).rstrip(b"\n")
    if first != HEADER.encode("ascii"):
        raise InvalidLinesError(_other_version(f"{name} is"))
    _refuse_other_lines(files)
    return read_sections(lambda section: _rows(files, section))


def _refuse_other_lines(files: CompiledFiles) -> None:
    """Refuse a policy.csv without the last line, and one whose last line is that of other lines."""
    name, digest, number, end = files.called(POLICY), hashlib.sha256(), 0, b""
    with files.opened(POLICY) as file:
        while part := file.read(_PART):
            known = end + part
            cut = known.rfind(b"\n", 0, len(known) - 1) + 1
            digest.update(known[:cut])
            number += known.count(b"\n", 0, cut)
            end = known[cut:]
    section, *columns = end.decode("ascii", "replace").rstrip("\n").split(", ")
    if section != "p" or not is_last(columns) or not end.endswith(b"\n"):
        raise InvalidLinesError(
            f"{name}: the last line that every compiled policy has is not at its end, so lines are missing,"
            " and restrictions among them: copy the file again, or compile again"
        )
    if end.decode("ascii") != last_line(number, digest.hexdigest()):
        for _ in _rows(files, ""):
            pass  # a line that is wrong by itself says more than all of them together
        said = columns[2].removeprefix("lines=")
        raise InvalidLinesError(
            f"{name}: its last line is that of {said} other lines, and {number} are above it, so some were"
            " added, removed or changed, and restrictions may be missing: copy the file again, or"
            " compile again"
        )


def set_aside_in(files: CompiledFiles) -> tuple[str, ...]:
    """The domains and custom roles that a policy.csv says are not in force, by their names in lines.

    Raises:
        OSError: when there is no such file.
    """
    comments = takewhile(lambda line: line.startswith("#"), files.lines())
    return tuple(line[len(ASIDE) :].rstrip("\n") for line in comments if line.startswith(ASIDE))


def _no_line(line: object) -> str:
    return f"no compiled policy has the line {short(repr(line))}"


def _other_version(what: str) -> str:
    return (
        f"RG504 {what} not of version {VERSION} of the compiled form, which this rolegate reads;"
        " compile again, and put model.conf and policy.csv in place together"
    )


def _rows(files: CompiledFiles, section: str) -> Iterator[Row]:
    """The rows of *section*; every line of the file is looked at, and has to come behind the one above."""
    above: list[str] = []
    for number, line in enumerate(files.lines(), 1):
        name, *row = columns = line.rstrip("\n").split(", ")
        here = _order(number, line, columns)
        if above == [_END] or here <= above:
            place = f"{files.called(POLICY)}:{number}"
            raise InvalidLinesError(f"{place}: {_misplaced(here, above)}: compile again")
        if here == [_NONE]:
            raise InvalidLinesError(_no_line(line))
        if name == section:
            yield row
        above = here


_FIRST, _SECOND, _ASIDE, _LINES, _END, _NONE = "012345"
"""The parts of policy.csv in their order, and what is in none of them."""


def _order(number: int, line: str, columns: list[str]) -> list[str]:
    """What *line* is sorted by: its part of the file, then its columns."""
    if columns[0] in WIDTHS:
        ends = columns[:2] == ["p", "-"] and is_last(columns[1:])
        return [_END] if ends and line.endswith("\n") else [_LINES, *columns]
    if line[:1] != "#":
        return [_NONE]
    if number <= 2:  # what they say is read elsewhere
        return [_FIRST if number == 1 else _SECOND]
    return [_ASIDE, line] if line.startswith(ASIDE) else [_FIRST]


def _misplaced(here: list[str], above: list[str]) -> str:
    """What is wrong with a file whose line *here* does not come behind the one *above*."""
    if above == [_END] or here < [_LINES] <= above:
        return "a compiled policy ends before this line, so another file, or a part of one, was put behind it"
    if here < [_LINES]:
        return "a compiled policy does not have this comment here, so something was put above its lines"
    if here == above:
        return "this line is there twice, and a compiled policy has each line once"
    return "this line belongs above the one before it: a compiled policy is sorted"
