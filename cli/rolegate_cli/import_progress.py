"""How far an import is, on a terminal: asking Casbin about a large policy takes long."""

from __future__ import annotations

import sys
from types import TracebackType


class ImportProgress:
    """One line on stderr that is written over and goes away; nothing where stderr is no terminal."""

    def __init__(self) -> None:
        self._shown = False

    def __enter__(self) -> ImportProgress:
        return self

    def show(self, asked: int, of: int) -> None:
        """Say that so many questions are asked."""
        if sys.stderr is not None and sys.stderr.isatty():
            self._shown = True
            sys.stderr.write(f"\rasking both: {asked} of {of} questions")
            sys.stderr.flush()

    def __exit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
