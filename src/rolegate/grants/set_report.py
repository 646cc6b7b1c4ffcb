"""What is wrong with a set: as much of it as somebody can read, and how much more there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.acceptances import Acceptance, Acceptances
from rolegate.grants import set_problems
from rolegate.grants.size import SetTooLargeError, Sized

MAX_PROBLEMS = 1000


@dataclass(slots=True)
class SetReport(Sized):
    """What is wrong with the set at `top`: up to `MAX_PROBLEMS` errors and as many warnings.

    Warnings refuse nothing, so those beyond the limit are only counted. Those that are accepted have a limit
    of their own, so that they keep no other from being seen, beside the first that each acceptance is for.
    """

    top: Span = field(kw_only=True)
    accepted: Acceptances = field(kw_only=True)
    _errors: int = 0
    _warnings: list[int] = field(default_factory=lambda: [0, 0])
    _used: set[Acceptance | None] = field(default_factory=set)
    _left_out: dict[tuple[str, Acceptance | None], list[Span]] = field(default_factory=dict)
    _passed: set[tuple[str, Span, tuple[str, ...]]] = field(default_factory=set)

    def passes_over(self, code: str, span: Span, *about: str) -> bool:
        said = (code, span, about)
        if said in self._passed:
            return True
        self._passed.add(said)
        by = self.accepted.at(code, span)
        full = self._full(by)
        if full:
            self._leave_out(code, span, by)
        return full

    def _full(self, by: Acceptance | None) -> bool:
        """Whether one more warning, which *by* accepts if anything does, is only counted."""
        first = by is not None and by not in self._used
        return self._warnings[by is not None] >= MAX_PROBLEMS and not first

    def _leave_out(self, code: str, span: Span, by: Acceptance | None) -> None:
        self._left_out.setdefault((code, by), []).append(span)

    def take(self, found: Iterable[Diagnostic]) -> None:
        for diagnostic in found:
            if diagnostic in self._seen:
                continue
            if diagnostic.severity == "error":
                self._errors += 1
            else:
                by = self.accepted.of(diagnostic)
                if self._full(by):
                    self._seen.add(diagnostic)
                    self._leave_out(diagnostic.code, diagnostic.span, by)
                    continue
                self._warnings[by is not None] += 1
                self._used.add(by)
            Report.take(self, [diagnostic])
            if self._errors >= MAX_PROBLEMS:
                raise SetTooLargeError(set_problems.too_many_problems(self.top, MAX_PROBLEMS))

    @property
    def left_out(self) -> Iterator[Diagnostic]:
        """How many warnings of each code are not shown, at the first of them; for each acceptance as well."""
        for (code, _), spans in self._left_out.items():
            yield set_problems.more_warnings(code, min(spans), len(spans))
