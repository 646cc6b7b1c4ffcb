"""Compiled files as a policy: each line with its own place, since where it was written is not in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from rolegate.catalog.grant_syntax import Grant
from rolegate.compiled.lines import (
    HEADER,
    NOTHING,
    CompiledPolicy,
    G2Line,
    G3Line,
    GLine,
    PLine,
    Provenance,
    Why,
    is_last,
)
from rolegate.compiled.model_conf import MODEL_CONF
from rolegate.compiled.names import ALL, EVERY, NONE, is_subject, parse_object, parse_subject
from rolegate.compiled.read_lines import MODEL, POLICY, WIDTHS, CompiledFiles, read_pair, set_aside_in
from rolegate.diagnostics import Span, short
from rolegate.errors import InvalidLinesError

_HOLDS = "# holds "
_WRITTEN = re.compile(r"(?:[A-Za-z0-9._~:*/@|&=,-]|%[0-9A-F]{2})+").fullmatch
"""What the compiler writes in a column: encoded ids, and the marks between them."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of policy.csv: its section, its columns and its number."""

    section: str
    columns: tuple[str, ...]
    number: int


def holds_compiled(folder: Path) -> bool:
    """Whether *folder* has lines in the place of a policy set."""
    return (folder / POLICY).is_file()


def read_compiled(files: CompiledFiles) -> CompiledPolicy:
    """The lines of policy.csv, which have to be those that `rolegate compile` writes.

    Raises:
        InvalidLinesError: for files that another program wrote, or another version; for a model that is not
            the one of these lines; and for a line that no compiled policy holds. Nothing is skipped.
    """
    file = files.called(POLICY)
    try:
        _refuse_foreign(files)
        lines = read_pair(files)
        counted = sum(1 for section in (lines.p, lines.g, lines.g2, lines.g3) for _ in section)
        rows = tuple(_rows(files))
        until, aside = _holds_until(files), set_aside_in(files)
    except OSError as error:
        name = Path(error.filename or file).name
        raise InvalidLinesError(
            f"{files.place}: `{name}` cannot be read; `rolegate compile` writes {MODEL} and {POLICY} together"
        ) from error
    if counted != len(rows):
        raise InvalidLinesError(f"{file}: the file changed while it was read; compile again")
    p: dict[PLine, Provenance] = {}
    g: dict[GLine, Provenance] = {}
    g2: list[G2Line] = []
    g3: dict[G3Line, Provenance] = {}
    for row in rows:
        _refuse_unreadable(row, file)
        span = Span(file, row.number, 1)
        if row.section == "p":
            line = PLine(*row.columns)
            p[line] = Provenance(_why(line), _text(line), span)
        elif row.section == "g":
            g[GLine(*row.columns)] = Provenance("binding", parse_subject(row.columns[1]).name, span)
        elif row.section == "g2":
            g2.append(G2Line(*row.columns))
        else:
            g3[G3Line(*row.columns)] = Provenance("implies", row.columns[1], span)
    return CompiledPolicy(MODEL_CONF, p, g, tuple(g2), g3, until, aside)


def _refuse_foreign(files: CompiledFiles) -> None:
    with files.opened(POLICY) as opened:
        first = opened.readline(len(HEADER) + 2)
    if not first.startswith(HEADER.rpartition(" ")[0].encode("ascii")):
        name = files.called(POLICY)
        raise InvalidLinesError(
            f"{name}: `rolegate compile` did not write this file, so nobody knows what its columns mean; the"
            f" first line of one that it wrote is `{HEADER}`"
        )


def _rows(files: CompiledFiles) -> Iterator[_Row]:
    for number, text in enumerate(files.lines(), 1):
        section, *columns = text.rstrip("\n").split(", ")
        if section in WIDTHS:
            yield _Row(section, NOTHING if is_last(columns) else tuple(columns), number)


def _holds_until(files: CompiledFiles) -> datetime | None:
    """Until when the lines hold, as the second line says; None for lines that hold without end."""
    said = next(islice(files.lines(), 1, None), "").rstrip("\n")
    if said == f"{_HOLDS}without end":
        return None
    try:
        return datetime.strptime(said, f"{_HOLDS}until %Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise InvalidLinesError(
            f"{files.called(POLICY)}: its second line does not say how long it holds"
        ) from None


def _refuse_unreadable(row: _Row, file: str) -> None:
    """Refuse names and effects that the compiler does not write: Casbin passes over what it does not know."""
    columns = row.columns
    try:
        names = {"p": columns[1:2], "g": columns[:2]}.get(row.section, ())
        for name in names:
            if columns != NOTHING:
                parse_subject(name)
        if row.section == "p":
            parse_object(columns[2])
        sound = all(map(_WRITTEN, columns)) and (row.section != "p" or columns[5] in ("allow", "deny"))
        sound = sound and (row.section != "g" or all(map(is_subject, names)))
    except (ValueError, UnicodeDecodeError):
        sound = False
    if not sound:
        line = short(repr(", ".join((row.section, *columns))))
        raise InvalidLinesError(f"{file}:{row.number}: no compiled policy has the line {line}")


def _why(line: PLine) -> Why:
    return "role" if line.eft == "allow" else "restrict"


def _text(line: PLine) -> str:
    """What the line says, as a grant."""
    instance = None if line.obj == NONE else line.obj.replace(EVERY, ALL)
    return str(Grant(line.act, False, instance, None if line.scope == NONE else line.scope))
