"""How large a policy set may become: lines and steps are counted before they are made."""

from __future__ import annotations

from dataclasses import dataclass, field

from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.errors import RolegateError

MAX_LINES = 250_000
MAX_STEPS = 4_000_000


class LimitReachedError(RolegateError):
    """The rest of a set is not looked at."""


class SetTooLargeError(LimitReachedError):
    """A set has more lines or takes more steps than it may; `finding` says so."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


@dataclass(slots=True)
class Sized(Report):
    """A report that raises `SetTooLargeError` before a set takes too much memory or time.

    INVARIANT: what is counted depends on the files alone, so that a set is refused everywhere or nowhere.
    """

    _lines: dict[tuple[str, Span], int] = field(default_factory=dict, repr=False)
    _steps: dict[tuple[str, Span], int] = field(default_factory=dict, repr=False)
    _made: int = 0
    _walked: int = 0

    def lines(self, number: int, what: str, at: Span) -> None:
        """Count *number* compiled lines that *what*, written *at* some place, is about to bring.

        Raises:
            SetTooLargeError: when they are too many, together with those before.
        """
        self._made += number
        self._lines[what, at] = self._lines.get((what, at), 0) + number
        if self._made > MAX_LINES:
            (most, place), lines = max(self._lines.items(), key=lambda each: each[1])
            raise SetTooLargeError(
                Diagnostic(
                    "RG502",
                    place,
                    f"the set makes more than {MAX_LINES:,} compiled lines;"
                    f" most come from {most}: {lines:,} or more",
                    "a grant is a line for each of its permissions, scopes, instances and inner domains:"
                    " name fewer of them here, or split the set",
                )
            )

    def steps(self, number: int, what: str, at: Span) -> None:
        """Count *number* steps that it takes to work out what *what* says.

        Raises:
            SetTooLargeError: when they are too many, together with those before.
        """
        self._walked += number
        self._steps[what, at] = self._steps.get((what, at), 0) + number
        if self._walked > MAX_STEPS:
            (most, place), steps = max(self._steps.items(), key=lambda each: each[1])
            raise SetTooLargeError(
                Diagnostic(
                    "RG503",
                    place,
                    f"the set takes more than {MAX_STEPS:,} steps to check;"
                    f" most are for {most}: {steps:,} or more",
                    "name fewer permissions, scopes, instances or dependencies here, or split the set",
                )
            )
