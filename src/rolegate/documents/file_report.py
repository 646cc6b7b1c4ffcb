"""What is wrong with one file, up to a limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rolegate.diagnostics import Diagnostic, Report
from rolegate.errors import RolegateError

MAX_PROBLEMS = 1000


class TooManyProblemsError(RolegateError):
    """So much is wrong with a file that the rest of it is not worth reporting."""


@dataclass(slots=True)
class FileReport(Report):
    """What is wrong with one file, up to `MAX_PROBLEMS`."""

    def take(self, found: Iterable[Diagnostic]) -> None:
        for diagnostic in found:
            if len(self.diagnostics) == MAX_PROBLEMS:
                raise TooManyProblemsError
            Report.take(self, [diagnostic])
