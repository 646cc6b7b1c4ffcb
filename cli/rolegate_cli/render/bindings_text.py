"""Lines of bindings and missing labels as text, in columns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import TYPE_CHECKING

from rolegate.diagnostics import one_line
from rolegate.texts.escaping import plain
from rolegate_cli.output import Output, counted
from rolegate_cli.render.answers_text import columns

if TYPE_CHECKING:
    from rolegate import BoundLine, MissingLabel


def show_bindings(output: Output, lines: Sequence[BoundLine]) -> None:
    """Print one line of bindings a line: whom it is about, where, what it says, until when, and its place."""
    rows = [
        (
            line.kind,
            one_line(line.name),
            f"in {one_line(line.domain)}",
            plain(_says(line)),
            "" if line.until is None else f"until {_moment(line.until)}",
            f"{one_line(line.file)}:{line.line}",
        )
        for line in lines
    ]
    if not rows:
        output.line("no line")
    for text in columns(rows, output.width):
        output.line(text)


def _moment(moment: datetime) -> str:
    """A date where it is the beginning of a day."""
    return moment.isoformat(timespec="minutes") if moment.time() != time() else moment.date().isoformat()


def _says(line: BoundLine) -> str:
    for what, entries in (
        ("grants", line.grants),
        ("restrict", line.restrict),
        ("restrictions", line.restrictions),
    ):
        if entries:
            return f"{what} {', '.join(entries)}"
    only = "; ".join(f"{kind} {', '.join(ids)}" for kind, ids in line.only.items())
    return f"role {line.role}" + (f", only {only} (rest: {line.rest})" if only else "")


def show_missing(output: Output, source: str, labels: Sequence[MissingLabel]) -> None:
    """Print one label a line, with the text that is shown now; first *source*, if there are several."""
    if source:
        output.line(f"{plain(source)}: {counted(len(labels), 'label')} missing")
    rows = [
        (label.section, one_line(label.name), "" if label.key == "title" else label.key, plain(label.text))
        for label in labels
    ]
    if not rows and not source:
        output.line("no label is missing")
    for text in columns(rows, output.width):
        output.line(text)
