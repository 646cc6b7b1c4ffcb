"""Where a gate has its policy from, and what may not vanish from there unnoticed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files, Look, look_at, read_files
from rolegate.documents.file_kinds import CATALOG, guarded_gone
from rolegate.errors import InvalidPolicyError
from rolegate.policy import Policy


@dataclass(frozen=True, slots=True)
class PolicyFolder:
    """The folder of a policy set: as it was named, and the place that was when the gate was made."""

    named: Path
    place: Path
    at: datetime | None

    @classmethod
    def of(cls, policy: Policy) -> PolicyFolder:
        return cls(policy.path, policy.path.absolute(), policy.at)

    def read(self) -> Files:
        """The files as they are now.

        Diagnostics name them as the user does, for as long as that leads to them.
        """
        try:
            moved = self.named.absolute() != self.place
        except OSError:  # the working directory is gone
            moved = True
        return read_files(self.place if moved else self.named)

    def look(self) -> Look:
        """What the files look like now."""
        return look_at(self.place)


def refuse_gone(before: Policy, files: Files) -> None:
    """Nothing, unless files that *before* was read from are gone and their absence would mean something.

    Without a catalog, or while a file changes, there is no set to compare: reading it says so.

    Raises:
        InvalidPolicyError: for the last file of each guarded kind, such as bindings.yaml or the last role.
    """
    if files.changing is not None or CATALOG.place not in files.contents:
        return
    report = Report()
    for kind in guarded_gone(before.files, files.contents):
        empty = f"write `{kind.empty}` into it, or " if kind.empty else ""
        help = f"put it back; to go without it, {empty}call `reload(removals=True)`"
        message = f"`{kind.place}` is gone, but the policy in force was read from it"
        report.add("RG122", Span(files.shown(kind.place)), message, help)
    if report.failed:
        raise InvalidPolicyError(report.sorted())
