"""Whose fault an error is, where its place does not tell it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from rolegate.diagnostics import Report
from rolegate.grants.domains import Domains
from rolegate.grants.roles import Faults, Owner

_OF_NOBODY = nullcontext()


@dataclass(frozen=True, slots=True)
class Blame:
    """Remembers which custom role, or which domain, the errors of a report are about.

    `homes` has the domain of each file that is named after one.
    """

    report: Report
    faults: Faults = field(default_factory=dict)
    homes: Mapping[str, str] = field(default_factory=dict)

    def on(self, domain: str | None, role: str | None) -> AbstractContextManager[None]:
        """What is reported within is the fault of *role* of *domain*; of nobody for a default role."""
        return _OF_NOBODY if domain is None else self._of((domain, role))

    @contextmanager
    def _of(self, owner: Owner) -> Iterator[None]:
        before = len(self.report.diagnostics)
        try:
            yield
        finally:  # also where there is too much of it
            self.faults.update(dict.fromkeys(self.report.diagnostics[before:], owner))

    def innermost(self, files: Iterable[str], domains: Domains) -> str | None:
        """The innermost domain that has one of *files*: its fault it is that they do not fit together."""
        homes = [self.homes[file] for file in files if file in self.homes]
        return max(homes, key=lambda name: len(domains.outward(name)), default=None)

    def on_role(
        self, domain: str | None, role: str, file: str, domains: Domains
    ) -> AbstractContextManager[None]:
        """What is reported within, of a line in *file*, is the fault of *role*, unless *domain* wrote both.

        A line of a domain further inside is the fault of that one.
        """
        home = self.homes.get(file)
        outer = domain is not None and (home is None or home in domains.outward(domain)[1:])
        return self.on(domain if outer else None, role)
