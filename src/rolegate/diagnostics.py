"""Findings about policy files: values that point at a file, a line and a column.

What a finding says is written in the room that finds it: each room has a `problems.py`, some with others
such as `entry_problems.py` beside it, in which each finding is a function of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, ClassVar, Literal, NamedTuple, TypeVar

from rolegate.codes import CODES
from rolegate.texts.invisible import one_line as one_line
from rolegate.texts.spelling import nearest, spent
from rolegate.wording.phrases import Listing, Phrase, SaidName

T = TypeVar("T")

Severity = Literal["error", "warning", "note"]


class Span(NamedTuple):
    """A place in a file; `line` and `column` count from 1, in characters."""

    # A tuple, because each value of a file has one, and they are compared and looked up.

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, order=True)
class RelatedSpan:
    """A second place that belongs to a diagnostic."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: where it is, what is wrong in the author's words, and what to do about it.

    `entry` names whom or what it is about, where several findings of one code have the same place. `level`
    is what settings make of it, where they do; only a warning counts as what they say.
    """

    code: str
    span: Span
    message: str
    help: str = ""
    related: tuple[RelatedSpan, ...] = ()
    entry: str = ""
    level: Severity | None = None

    @property
    def name(self) -> str:
        return CODES[self.code].name

    @property
    def severity(self) -> Severity:
        severity = CODES[self.code].severity
        return severity if self.level is None or severity == "error" else self.level

    @property
    def file(self) -> str:
        return self.span.file

    @property
    def line(self) -> int:
        return self.span.line

    @property
    def column(self) -> int:
        return self.span.column

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form; `related` is a list of the same place keys with a message."""
        return {
            "code": self.code,
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "help": self.help,
            "entry": self.entry,
            "related": [
                {"file": r.span.file, "line": r.span.line, "column": r.span.column, "message": r.message}
                for r in self.related
            ],
        }

    def __str__(self) -> str:
        mark = "" if self.severity == "error" else f"{self.severity}: "
        lines = [f"{self.span}: {self.code} {self.name}: {mark}{self.message}"]
        lines += [f"  {r.span}: {r.message}" for r in self.related]
        if self.help:
            lines.append(f"  help: {self.help}")
        return "\n".join(lines)


@dataclass(slots=True)
class Report:
    """Collects the diagnostics of a run; the steps add to it and go on."""

    counts: ClassVar[bool] = False
    """Whether lines and steps are counted, so that a caller has to say what makes them."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    _seen: set[Diagnostic] = field(default_factory=set, repr=False)

    def add(
        self,
        code: str,
        span: Span,
        message: str,
        help: str = "",
        related: Iterable[RelatedSpan] = (),
        *,
        entry: str = "",
    ) -> Diagnostic:
        """Add one finding, and give it back."""
        places = tuple(RelatedSpan(place.span, cut(one_line(place.message))) for place in related)
        found = Diagnostic(code, span, cut(one_line(message)), cut(one_line(help)), places, entry)
        self.take([found])
        return found

    def take(self, found: Iterable[Diagnostic]) -> None:
        """Add diagnostics of another report; each is kept once."""
        for diagnostic in found:
            if diagnostic not in self._seen:
                self._seen.add(diagnostic)
                self.diagnostics.append(diagnostic)

    def passes_over(self, code: str, span: Span, *about: str) -> bool:  # noqa: ARG002
        """Whether a warning is counted already, so that its text need not be made; here every one is made.

        With *code* and *span*, *about* says which warning it is.
        """
        return False

    def lines(self, number: int, what: str, at: Span) -> None:
        """Count *number* compiled lines that *what* is about to make; here nothing is counted."""

    def steps(self, number: int, what: str, at: Span) -> None:
        """Count *number* steps that it takes to work out what *what* says; here nothing is counted."""

    def steps_in_turn(self, numbers: Sequence[int], what: str, at: Span) -> None:
        """The same for several numbers, one after the other."""

    def at_once(self, lines: int, steps: int, count: Callable[[Report], None]) -> None:
        """Count so many *lines* and *steps*, which *count* counts one after the other."""

    def recall(
        self,
        key: Hashable,  # noqa: ARG002
        of: tuple[object, ...],  # noqa: ARG002
        work: Callable[[], T],
        what: str,  # noqa: ARG002
        at: Span,  # noqa: ARG002
    ) -> T:
        """What *work* gives, which depends on nothing but the objects *of* which it is; here it is done.

        A report that remembers what came of the very same objects, under the same *key*, gives that. What was
        counted is counted as if *what*, written *at* some place, brought it.
        """
        return work()

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self.diagnostics)

    def failed_since(self, before: int) -> bool:
        """Whether one of the findings after the first *before* is an error."""
        return any(d.severity == "error" for d in self.diagnostics[before:])

    def sorted(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted(self.diagnostics, key=lambda d: (d.span, d.code, d.message)))


def short(text: str) -> str:
    """As much of a name or a value as a message can hold."""
    return text if len(text) <= 80 else f"{text[:77]}..."


def quoted(text: object) -> str:
    """A name or a value from outside as a message quotes it: in backticks, on one line, and not too long.

    >>> print(quoted("a\\nb"), len(quoted("x" * 1_000_000)))
    `a\\nb` 82
    """
    return f"`{one_line(short(str(text)))}`"


def cut(text: str) -> str:
    """*text*, without the middle if it is so long that nobody would read it to the end."""
    return text if len(text) <= 2000 else f"{text[:1500]}…{text[-400:]}"


def did_you_mean(name: str, names: Iterable[str], otherwise: str = "") -> str:
    """A help line with the nearest declared names, or *otherwise*, or the names if they are few."""
    known: Collection[str] = frozenset(islice(names, _FEW + 1) if spent() else names)
    close = nearest(name, known)
    if close:
        return Phrase("did_you_mean", names=_names("or", close))
    if otherwise:
        return otherwise
    if known and len(known) <= _FEW:
        return Phrase("one_of_these" if len(known) > 1 else "only_one", names=_names("comma", sorted(known)))
    return ""


def _names(between: str, names: Iterable[str]) -> Listing:
    return Listing(between, [SaidName("code", name) for name in names])


_FEW = 12
