"""How large a policy set may become: its lines and steps are counted before they are made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.limits import ORDINARY, Limits
from rolegate.errors import RolegateError
from rolegate.grants import set_problems

_MANY = 100_000


class SetTooLargeError(RolegateError):
    """A set has more lines, steps or problems than it may: the rest is not looked at; `finding` says so."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding.message)
        self.finding = finding


_Run = tuple[str, Span, int]
"""What brings so many, and where it is."""

_Counter = Callable[[Report], None]
"""Counts what is brought, one after the other."""


@dataclass(slots=True)
class _Runs(Report):
    """Remembers the lines and the steps that are counted."""

    counts: ClassVar[bool] = True
    of_lines: list[_Run] = field(default_factory=list)
    of_steps: list[_Run] = field(default_factory=list)

    def lines(self, number: int, what: str, at: Span) -> None:
        self.of_lines.append((what, at, number))

    def steps(self, number: int, what: str, at: Span) -> None:
        self.of_steps.append((what, at, number))

    def steps_in_turn(self, numbers: Sequence[int], what: str, at: Span) -> None:
        self.steps(sum(numbers), what, at)


class _Tally:
    """How many there are, and how many each place brings; fast where one place brings several in a row."""

    __slots__ = ("_at", "_of", "_run", "_runs", "_what", "_which", "total")

    def __init__(self, which: Callable[[_Runs], list[_Run]]) -> None:
        self.total = 0
        self._which = which
        self._of: dict[tuple[str, Span], int] = {}
        self._runs: list[_Run | _Counter] = []
        self._what, self._at, self._run = "", Span(""), 0

    def add(self, number: int, what: str, at: Span) -> None:
        self.total += number
        if what is self._what and at is self._at:
            self._run += number
        elif number:
            if self._run:
                self._runs.append((self._what, self._at, self._run))
            if len(self._runs) == _MANY:
                self._settle()
            self._what, self._at, self._run = what, at, number

    def add_later(self, number: int, count: _Counter) -> None:
        """Add *number*; *count* adds it as it comes to be, if somebody wants to know what brings most."""
        self.total += number
        if not number:
            return
        if self._run:
            self._runs.append((self._what, self._at, self._run))
            self._run = 0
        if len(self._runs) == _MANY:
            self._settle()
        self._runs.append(count)

    def most(self) -> _Run:
        """What brings most, the first of equals, and how many."""
        self._settle()
        (what, at), number = max(self._of.items(), key=lambda item: item[1])
        return what, at, number

    def _settle(self) -> None:
        """Add up what each place brings, for many of them at once."""
        runs, last = self._runs, (self._what, self._at, self._run)
        self._runs, self._run = [], 0
        for run in (*runs, last):
            for what, at, number in (run,) if isinstance(run, tuple) else self._counted(run):
                if number:
                    self._of[what, at] = self._of.get((what, at), 0) + number

    def _counted(self, count: _Counter) -> list[_Run]:
        found = _Runs()
        count(found)
        return self._which(found)


@dataclass(slots=True)
class Sized(Report):
    """A report that raises `SetTooLargeError` before a set takes too much memory or time.

    INVARIANT: what is counted depends on the files alone, so that a set is refused everywhere or nowhere.
    """

    counts: ClassVar[bool] = True
    limits: Limits = field(default=ORDINARY, kw_only=True, repr=False)
    _lines: _Tally = field(default_factory=lambda: _Tally(lambda runs: runs.of_lines), repr=False)
    _steps: _Tally = field(default_factory=lambda: _Tally(lambda runs: runs.of_steps), repr=False)

    @property
    def counted(self) -> tuple[int, int]:
        """How many lines and steps there were until now."""
        return self._lines.total, self._steps.total

    def lines(self, number: int, what: str, at: Span) -> None:
        """Count *number* compiled lines that *what*, written *at* some place, is about to bring.

        Raises:
            SetTooLargeError: when they are too many, together with those before.
        """
        self._lines.add(number, what, at)
        if self._lines.total > self.limits.lines:
            most, place, lines = self._lines.most()
            raise SetTooLargeError(set_problems.too_many_lines(place, most, lines, self.limits.lines))

    def steps(self, number: int, what: str, at: Span) -> None:
        """Count *number* steps that it takes to work out what *what* says.

        Raises:
            SetTooLargeError: when they are too many, together with those before.
        """
        self._steps.add(number, what, at)
        if self._steps.total > self.limits.steps:
            most, place, steps = self._steps.most()
            raise SetTooLargeError(set_problems.too_many_steps(place, most, steps, self.limits.steps))

    def steps_in_turn(self, numbers: Sequence[int], what: str, at: Span) -> None:
        total = sum(numbers)
        if self._steps.total + total <= self.limits.steps:
            self._steps.add(total, what, at)
            return
        for number in numbers:  # which of them is too many is told
            self.steps(number, what, at)

    def at_once(self, lines: int, steps: int, count: Callable[[Report], None]) -> None:
        limits = self.limits
        if self._lines.total + lines > limits.lines or self._steps.total + steps > limits.steps:
            count(self)  # which of them is too many is told
            return
        self._lines.add_later(lines, count)
        self._steps.add_later(steps, count)
