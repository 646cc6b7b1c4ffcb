"""Writes results to stdout: text for people, JSON for programs, colour only where it is wanted."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from rolegate.texts.invisible import with_escapes

if TYPE_CHECKING:
    from rich.console import Console

OUTPUT_FILE = "rolegate_cli.output_file"
"""In the notes of a command line: the file that `-o` names, and then what was written for it."""

UNLIMITED = 100_000  # wide enough for any line where no terminal sets a limit
MARKS = {
    "on": ("☑", "[x]"),
    "off": ("☐", "[ ]"),
    "partial": ("▣", "[~]"),
    "star": ("★", "*"),
    "cut": ("☆", "(*)"),
    "yes": ("✓", "yes"),
    "no": ("✗", "no"),
    "dot": ("·", "-"),
    "arrow": ("→", "->"),
    "dash": ("—", "--"),
    "rule": ("─", "-"),
    "lost": ("☒", "[-]"),
}


class TextForFile(io.StringIO):
    """What is written into the file that `-o` names, once all of it is there."""

    encoding = "utf-8"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.file = file


def _stream() -> TextIO | None:
    """Where the results of this command line go."""
    ctx = click.get_current_context(silent=True)
    wanted = None if ctx is None else ctx.meta.get(OUTPUT_FILE)
    if ctx is None or wanted is None:
        return sys.stdout
    if not isinstance(wanted, TextForFile):
        wanted = ctx.meta[OUTPUT_FILE] = TextForFile(wanted)
    return wanted


class Output:
    """The results of a command, on stdout or in the file that `-o` names."""

    def __init__(self, format: str = "text") -> None:
        self.json = format == "json"
        self.stream: TextIO | None = _stream()

    @cached_property
    def colour(self) -> bool:
        return not isinstance(self.stream, TextForFile) and wants_colour(self.stream)

    @cached_property
    def terminal(self) -> bool:
        return self.stream is not None and self.stream.isatty()

    @cached_property
    def fancy(self) -> bool:
        """Whether the stream can show the marks that are not ASCII."""
        return can_show(self.stream, "".join(best for best, _ in MARKS.values()))

    def mark(self, name: str) -> str:
        return MARKS[name][0 if self.fancy else 1]

    def style(self, text: str, **styles: Any) -> str:
        return click.style(text, **styles) if self.colour else text

    def line(self, text: str = "") -> None:
        """Write a line; the caller makes text from outside `plain`, since styles have to stay."""
        self.write(text + "\n")

    def answer(self, value: Mapping[str, Any]) -> None:
        """Write one JSON object in lines, without any character that a terminal might obey."""
        self.write(dumps(value, self.stream) + "\n")

    def write(self, text: str) -> None:
        if self.stream is not None:
            self.stream.write(text)

    def flush(self) -> None:
        """Pass on what was written to whoever waits for it."""
        if self.stream is not None:
            self.stream.flush()

    def rich(self, value: object) -> None:
        """Write *value* as rich lays it out; rich itself would exit with 1 when a pipe closes."""
        with self.console.capture() as laid_out:
            self.console.print(value)
        text = laid_out.get()
        self.write(text if self.colour else "\n".join(line.rstrip() for line in text.split("\n")))

    @cached_property
    def width(self) -> int:
        """How wide a line may be: as wide as the terminal, or without a limit if there is none."""
        if not self.terminal and not os.environ.get("COLUMNS"):
            return UNLIMITED
        return max(20, min(shutil.get_terminal_size((UNLIMITED, 0)).columns, UNLIMITED))

    @cached_property
    def console(self) -> Console:
        from rich.console import Console

        return Console(
            file=self.stream,
            width=self.width,
            force_terminal=self.colour,
            color_system="standard" if self.colour else None,
            markup=False,
            emoji=False,
            highlight=False,
            legacy_windows=False,
        )


def wants_colour(stream: TextIO | None) -> bool:
    """Whether to colour: on a terminal, unless NO_COLOR or FORCE_COLOR says otherwise."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def can_show(stream: TextIO | None, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def dumps(value: object, stream: TextIO | None) -> str:
    """*value* as JSON; characters that are invisible or that *stream* cannot write become escapes."""
    unicode = (getattr(stream, "encoding", None) or "").lower().startswith("utf")
    text = json.dumps(value, indent=2, ensure_ascii=not unicode)
    return "\n".join(map(_escaped, text.split("\n")))


def _escaped(line: str) -> str:
    """A whole line, since what is seen of a character depends on its neighbours."""
    if line.isascii() and line.isprintable():
        return line
    return with_escapes(line, lambda c: json.dumps(c)[1:-1])
