"""Compiled lines read back: from policy.csv, or from the rows of a `casbin_rule` table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from sys import intern
from typing import Any

from rolegate.compiled.lines import G2Line, GLine, PLine
from rolegate.errors import LinesInvalid


@dataclass(frozen=True, slots=True)
class ReadLines:
    """Lines without the places they were compiled from: enough to decide, not to explain."""

    p: tuple[PLine, ...]
    g: tuple[GLine, ...]
    g2: tuple[G2Line, ...]


def read_text(text: str) -> ReadLines:
    """The lines of a compiled policy.csv.

    Raises:
        LinesInvalid: for a line that no compiled policy holds; nothing is skipped.
    """
    return read_rows(line.split(", ") for line in text.splitlines() if line and line[0] != "#")


def read_rows(rows: Iterable[Sequence[str]]) -> ReadLines:
    """The lines of *rows*: each the section (`p`, `g`, `g2`), then its columns and nothing more.

    Equal texts become one object: a policy repeats few texts many times.

    Raises:
        LinesInvalid: for a row of an unknown section or of the wrong length.
    """
    found: dict[str, list[Any]] = {"p": [], "g": [], "g2": []}
    kinds: dict[str, tuple[type[Any], int, Callable[[Any], None]]] = {
        section: (kind, len(kind._fields) + 1, found[section].append)
        for section, kind in (("p", PLine), ("g", GLine), ("g2", G2Line))
    }
    for section, *columns in rows:
        kind, length, append = kinds.get(section, _UNKNOWN)
        if len(columns) + 1 != length:
            raise LinesInvalid(f"no compiled policy has the line {[section, *columns]!r}")
        # Not kind(*columns): a hundred thousand lines are read in half the time.
        append(tuple.__new__(kind, map(intern, columns)))
    return ReadLines(tuple(found["p"]), tuple(found["g"]), tuple(found["g2"]))


_UNKNOWN: tuple[type[Any], int, Callable[[Any], None]] = (tuple, 0, lambda _: None)
