"""A set is tried with another text of one file, before that is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.capture import Files
from rolegate.documents.role_parts import RoleParts
from rolegate.errors import EditError
from rolegate.grants.resolve import Resolved
from rolegate.loading.load import resolve_files


@dataclass(frozen=True, slots=True)
class TriedSet:
    """A set with another text of one file: what it says, and what is found that was not found before."""

    resolved: Resolved | None
    found: tuple[Diagnostic, ...]

    @classmethod
    def of(
        cls,
        files: Files,
        file: str,
        read: bytes | None,
        text: bytes,
        before: Iterable[Diagnostic] | None = None,
    ) -> TriedSet:
        """*files* with *text* in place of *file*, which said *read*; *before* is what is found without that.

        Raises:
            EditError: when the file does not say that any more.
        """
        if files.contents.get(file) != read:
            message = f"{files.shown(file)} has changed since it was read, so it is not written"
            raise EditError(f"{message}; read it again")
        before = resolved_files(files)[1] if before is None else before
        resolved, after = resolved_files(replace(files, contents={**files.contents, file: text}))
        known = Counter(map(_apart_from_place, before))
        new: list[Diagnostic] = []
        for found in after:
            known[_apart_from_place(found)] -= 1
            if known[_apart_from_place(found)] < 0:
                new.append(found)
        return cls(resolved, tuple(new))

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.found if found.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(found for found in self.found if found.severity == "warning")

    def refuse(self, message: str) -> None:
        """Raise an `EditError` with *message* if there are errors."""
        if self.errors or self.resolved is None:
            raise EditError.of_findings(message, self.errors)

    def refuse_aside(self, parts: RoleParts, what: str) -> None:
        """Raise an `EditError` if the new role of *parts*, called *what*, would be set aside."""
        assert self.resolved is not None  # noqa: S101 - a set without errors has it
        aside = self.resolved.roles[parts.domain, parts.name].aside
        if aside is not None:
            help = f"; {aside.help}" if aside.help else ""
            raise EditError(f"{what} is not written: {aside.message}{help}")


def _apart_from_place(found: Diagnostic) -> tuple[str, str, str, str]:
    """What tells a finding from others when lines were added above it."""
    return found.code, found.file, found.message, found.entry


def resolved_files(files: Files) -> tuple[Resolved | None, tuple[Diagnostic, ...]]:
    """What *files* say, if that can be told, and what is found in them."""
    report = Report()
    resolved, _ = resolve_files(files, report)
    return resolved, report.sorted()
