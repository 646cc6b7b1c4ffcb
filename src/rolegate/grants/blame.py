"""Whose fault an error is, where its place does not tell it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rolegate.diagnostics import Report
from rolegate.grants.roles import Faults


@dataclass(frozen=True, slots=True)
class Blame:
    """Remembers which custom role, or which domain, the errors of a report are about."""

    report: Report
    faults: Faults

    @contextmanager
    def on(self, domain: str | None, role: str | None) -> Iterator[None]:
        """What is reported within is the fault of *role* of *domain*; of nobody for a default role."""
        before = len(self.report.diagnostics)
        try:
            yield
        finally:  # also where there is too much of it
            if domain is not None:
                self.faults.update(dict.fromkeys(self.report.diagnostics[before:], (domain, role)))
