"""Domains without a plan where something needs one."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.catalog.availability import Availability
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants import domain_problems


class MissingPlans:
    """Reports the outermost domain of those that lack a plan, in whose kind something needs one.

    Nothing is said of *unsure* domains, for which the domain around is not known, nor inside them.
    """

    def __init__(self, catalog: Catalog, unsure: Iterable[str], report: Report) -> None:
        self._catalog = catalog
        self._report = report
        self._limited: list[Availability] | None = None
        self._said = set(unsure)
        self._wanted: dict[str | None, bool] = {}

    def check(self, name: Text, within: str | None, kind: str | None, plan: str | None) -> None:
        """Look at one domain, after the one around it."""
        if plan is not None:
            return
        if within in self._said:
            self._said.add(name)
        if kind not in self._wanted:
            limited = self._limits()
            self._report.steps(len(limited), f"domain `{name}`", name.span)
            self._wanted[kind] = any(availability.exists_in(kind) for availability in limited)
        if self._wanted[kind] and name not in self._said:
            self._said.add(name)
            domain_problems.plan_missing(self._report, name, self._catalog.plans)

    def _limits(self) -> list[Availability]:
        """What needs a plan; most domains have one, and nobody asks."""
        if self._limited is None:
            every = (permission.availability for permission in self._catalog.below(""))
            self._limited = [availability for availability in every if availability.plans is not None]
        return self._limited
