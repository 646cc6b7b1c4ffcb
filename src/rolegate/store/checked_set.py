"""A policy set that is to be kept in a store: its files had no errors."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files
from rolegate.errors import InvalidPolicyError
from rolegate.grants.resolve import Resolved
from rolegate.loading.load import resolve_files
from rolegate.store.items_of_files import items_of_files
from rolegate.store.stored_set import StoredSet


@dataclass(frozen=True, slots=True)
class CheckedSet:
    """Files without errors, what a store keeps of them, and what they say."""

    stored: StoredSet
    resolved: Resolved
    warnings: tuple[Diagnostic, ...]

    @classmethod
    def of(cls, files: Files) -> CheckedSet:
        """The set in *files*.

        Raises:
            InvalidPolicyError: when anything in it has errors, a part that would be set aside included.
        """
        report = Report()
        resolved, _ = resolve_files(files, report)
        if resolved is None or report.failed:
            raise InvalidPolicyError(report.sorted())
        return cls(items_of_files(files), resolved, report.sorted())
