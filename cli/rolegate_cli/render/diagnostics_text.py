"""Diagnostics for people: coloured on a terminal, with the line of the file that they point at."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

from rolegate.diagnostics import one_line
from rolegate_cli.output import wants_colour
from rolegate_cli.stderr import complain

if TYPE_CHECKING:
    from rolegate import Diagnostic
    from rolegate.loading.refused_sets import RefusedSet
    from rolegate_cli.output import Output

COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
LONGEST = 1 << 20


def diagnostic_text(found: Diagnostic, *, colour: bool = False, source: bytes | None = None) -> str:
    """*found* as its `str` has it, coloured, and with the line of *source* that it points at.

    *source* is what was read. By now the file may be another one, or a link that leads elsewhere.
    """

    def styled(text: str, **styles: Any) -> str:
        return click.style(text, **styles) if colour else text

    place = styled(one_line(str(found.span)), bold=True)
    code = styled(f"{found.code} {found.name}", fg=COLOURS[found.severity], bold=True)
    warning = "" if found.severity == "error" else f"{found.severity}: "
    lines = [f"{place}: {code}: {warning}{one_line(found.message)}"]
    if source is not None:
        lines += _frame(found, source, colour)
    lines += [f"  {one_line(str(other.span))}: {one_line(other.message)}" for other in found.related]
    if found.help:
        lines.append(styled("  help: ", fg="cyan") + one_line(found.help))
    return "\n".join(lines)


def say_findings(
    output: Output, diagnostics: Sequence[Diagnostic], read: Mapping[str, bytes]
) -> Callable[[str], str]:
    """Write *diagnostics*, on a terminal with lines of what was *read*; gives the style of the summary."""
    frame = output.terminal
    for found in diagnostics:
        source = read.get(found.file) if frame else None
        output.line(diagnostic_text(found, colour=output.colour, source=source) + ("\n" if frame else ""))
    counts = counts_of(0, diagnostics)
    colour = "red" if counts["errors"] else "yellow" if counts["warnings"] else "green"
    return lambda text: output.style(text, fg=colour, bold=True)


def say_refused(refused: RefusedSet) -> str:
    """Say on stderr why a policy set cannot answer questions; gives the sentence that sums it up."""
    if sys.stderr is not None:
        for found in refused.errors:
            sys.stderr.write(diagnostic_text(found, colour=wants_colour(sys.stderr)) + "\n")
    complain(str(refused))
    return str(refused)


def counts_of(sets: int, diagnostics: Iterable[Diagnostic]) -> dict[str, int]:
    """How many policy sets, errors and warnings there are."""
    severities = [found.severity for found in diagnostics]
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
    """How many columns of a terminal *text* takes."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )
