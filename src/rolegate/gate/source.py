"""Where a gate has its policy from, and what may not vanish from there unnoticed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files, Look, look_at, read_files
from rolegate.documents.sets import BINDINGS, CATALOG, DOMAINS, ROLES
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
        PolicyInvalid: for bindings.yaml, domains.yaml, and the last of the roles.
    """
    if files.changing is not None or CATALOG not in files.contents:
        return
    report = Report()
    for name in _gone(before.files, files.contents):
        empty = "write `bindings: []` into it, or " if name == BINDINGS else ""
        help = f"put it back; to be without it, {empty}call `reload(removals=True)`"
        message = f"`{name}` is gone, and the policy in force was read from it"
        report.add("RG122", Span(files.shown(name)), message, help)
    if report.failed:
        raise InvalidPolicyError(report.sorted())


def _gone(before: Iterable[str], now: Iterable[str]) -> list[str]:
    """What was there and is not: the two files, and the roles if none of them is left."""

    def parts(names: Iterable[str]) -> set[str]:
        return {name.partition("/")[0] for name in names}

    return sorted((parts(before) - parts(now)) & {BINDINGS, DOMAINS, ROLES})
