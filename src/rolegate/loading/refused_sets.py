"""A policy set that cannot be read, beside others that can: what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.diagnostics import Diagnostic, quoted
from rolegate.errors import InvalidExpectationsError, InvalidPolicyError


@dataclass(frozen=True, slots=True)
class RefusedSet:
    """A policy set with errors, or one whose expectations have some; the name is left out for a set alone."""

    source: str
    errors: tuple[Diagnostic, ...]
    of_expectations: bool = False
    help: str = ""

    @classmethod
    def of(cls, failure: InvalidPolicyError, source: str = "") -> RefusedSet:
        """The set that *failure* is about."""
        errors = tuple(found for found in failure.diagnostics if found.severity == "error")
        return cls(source, errors, isinstance(failure, InvalidExpectationsError), failure.help)

    def __str__(self) -> str:
        number = f"{len(self.errors)} error{'s' * (len(self.errors) != 1)}"
        if self.of_expectations:
            whose = f" of {quoted(self.source)}" if self.source else ""
            return f"the expectations{whose} have {number}, so none of them was run"
        help = f"; {self.help}" if self.help else ""
        which = f" {quoted(self.source)}" if self.source else ""
        return f"the policy set{which} has {number}, so it answers no questions{help}"
