"""Reads compiled lines back, from policy.csv or from the rows of a `casbin_rule` table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import takewhile
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO

from rolegate.compiled.lines import ASIDE, HEADER, LAST, NOTHING, VERSION, G2Line, G3Line, GLine, PLine
from rolegate.compiled.model_conf import MODEL_CONF
from rolegate.compiled.names import is_subject
from rolegate.diagnostics import short
from rolegate.errors import InvalidLinesError

Row = Sequence[str]

POLICY, MODEL = "policy.csv", "model.conf"
_LAST = f"{LAST}\n"

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
    last = f"\n{LAST}\n".encode("ascii")
    with files.opened(POLICY) as file:
        first = file.readline(len(HEADER) + 2).rstrip(b"\n")
        file.seek(max(file.seek(0, SEEK_END) - len(last), 0))
        end = file.read()
    if first != HEADER.encode("ascii"):
        raise InvalidLinesError(_other_version(f"{name} is"))
    if end != last:
        raise InvalidLinesError(
            f"{name}: the last line that every compiled policy has is not at its end, so lines are missing,"
            " and restrictions among them: copy the file again, or compile again"
        )
    return read_sections(lambda section: _rows(files, section))


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
    began = ended = False
    for number, line in enumerate(files.lines(), 1):
        name, *row = line.rstrip("\n").split(", ")
        # Casbin would take two files for one policy, and some lines for none.
        if ended or (began and name[:1] == "#"):
            raise InvalidLinesError(
                f"{files.called(POLICY)}:{number}: a compiled policy ends before this line, so another file,"
                " or a part of one, was put behind it: compile again"
            )
        if name == section:
            yield row
        elif name not in WIDTHS and name[:1] != "#":
            raise InvalidLinesError(_no_line(line))
        began = began or name in WIDTHS
        ended = line == _LAST
