"""Diagnostics for people: the library's own text, coloured on a terminal, with the line they point at."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import click

from rolegate.diagnostics import one_line
from rolegate_cli.messages import complain
from rolegate_cli.output import counted, wants_colour

if TYPE_CHECKING:
    from rolegate import Diagnostic

COLOURS = {"error": "red", "warning": "yellow"}
LONGEST = 1 << 20


def as_text(found: Diagnostic, *, colour: bool = False, source: bytes | None = None) -> str:
    """*found* as `Diagnostic.__str__` writes it; below the first line the one of *source* it points at.

    *source* is what was read. The file may be another by now, or a link that leads elsewhere.
    """
    first, *rest = (one_line(line) for line in str(found).split("\n"))
    if colour:
        place = f"{one_line(found.file)}:{found.line}:{found.column}"
        code = f"{found.code} {found.name}"
        marked = click.style(code, fg=COLOURS[found.severity], bold=True)
        first = first.replace(f"{place}: {code}", f"{click.style(place, bold=True)}: {marked}", 1)
        rest = [line.replace("  help: ", click.style("  help: ", fg="cyan"), 1) for line in rest]
    return "\n".join([first, *(_frame(found, source, colour) if source is not None else ()), *rest])


def refused(diagnostics: Sequence[Diagnostic]) -> None:
    """Say on stderr why a set answers no question."""
    errors = [each for each in diagnostics if each.severity == "error"]
    if sys.stderr is not None:
        for each in errors:
            sys.stderr.write(as_text(each, colour=wants_colour(sys.stderr)) + "\n")
    complain(f"the policy set has {counted(len(errors), 'error')}, so it answers nothing")


def summary(sets: int, diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    severities = [each.severity for each in diagnostics]
    return {"sets": sets, "errors": severities.count("error"), "warnings": severities.count("warning")}


def _frame(found: Diagnostic, source: bytes, colour: bool) -> list[str]:
    """The line of the file, and a caret below the column."""
    lines = _lines(source)
    if not 1 <= found.line <= len(lines):
        return []
    line = lines[found.line - 1]
    if not line.strip() or found.column > len(line) + 1:
        return []
    start = max(0, found.column - 60)
    shown, before = line[start : start + 100], line[start : found.column - 1]
    number = f"  {found.line} | "
    margin = " " * (len(number) - 2) + "| "
    caret = " " * sum(_width(one_line(char)) for char in before.replace("\t", " ")) + "^"
    if colour:
        number, margin = click.style(number, dim=True), click.style(margin, dim=True)
        caret = click.style(caret, fg=COLOURS[found.severity], bold=True)
    return [number + one_line(shown.replace("\t", " ")), margin + caret]


@lru_cache(maxsize=4)
def _lines(source: bytes) -> list[str]:
    return re.split(r"\r\n|\r|\n", source[:LONGEST].decode("utf-8", "replace").removeprefix("\ufeff"))


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
