"""Where results go: text for people, JSON for programs, colour only where it is wanted."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from rich.console import Console

UNLIMITED = 100_000  # the width of a line that nobody's terminal has to hold
MARKS = {
    "on": ("☑", "[x]"),
    "off": ("☐", "[ ]"),
    "partial": ("▣", "[~]"),
    "star": ("★", "*"),
    "yes": ("✓", "yes"),
    "no": ("✗", "no"),
    "dot": ("·", "-"),
    "arrow": ("→", "->"),
    "dash": ("—", "--"),
}
_NOT_PLAIN = re.compile(r"[^\x20-\x7e\n]")


class Output:
    """The results of a command, on stdout."""

    def __init__(self, format: str = "text") -> None:
        self.json = format == "json"
        self.stream = sys.stdout

    @cached_property
    def colour(self) -> bool:
        return wants_colour(self.stream)

    @cached_property
    def terminal(self) -> bool:
        return self.stream is not None and self.stream.isatty()

    @cached_property
    def fancy(self) -> bool:
        """Whether the stream can show the marks we like best."""
        return can_show(self.stream, "".join(best for best, _ in MARKS.values()))

    def mark(self, name: str) -> str:
        return MARKS[name][0 if self.fancy else 1]

    def style(self, text: str, **styles: Any) -> str:
        return click.style(text, **styles) if self.colour else text

    def line(self, text: str = "") -> None:
        """Write a line; what comes from outside is made `plain` by the caller, styles stay."""
        self.write(text + "\n")

    def answer(self, value: Mapping[str, Any]) -> None:
        """Write one JSON object, readable, without a character that could play tricks on a terminal."""
        self.write(dumps(value, self.stream) + "\n")

    def write(self, text: str) -> None:
        if self.stream is not None:
            self.stream.write(text)

    def flush(self) -> None:
        """Give what was written to whoever waits for it."""
        if self.stream is not None:
            self.stream.flush()

    def rich(self, value: object) -> None:
        """Write what rich lays out; rich itself never writes: it would exit 1 when a pipe closes."""
        with self.console.capture() as laid_out:
            self.console.print(value)
        text = laid_out.get()
        self.write(text if self.colour else "\n".join(line.rstrip() for line in text.split("\n")))

    @cached_property
    def width(self) -> int:
        """How wide a line may be: as wide as the terminal, and without limit where there is none."""
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
    """Colour is for terminals; NO_COLOR takes it away, FORCE_COLOR brings it."""
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
    """*value* as JSON: readable letters stay, the invisible and the unwritable become escapes."""
    unicode = (getattr(stream, "encoding", None) or "").lower().startswith("utf")
    text = json.dumps(value, indent=2, ensure_ascii=not unicode)
    return _NOT_PLAIN.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    char = found[0]
    return char if char.isprintable() else json.dumps(char)[1:-1]
