"""Where a gate has its policy from, and what may not vanish from there unnoticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files, Look, look_at, read_files
from rolegate.documents.places import BINDINGS, DOMAINS, ROLES
from rolegate.errors import PolicyInvalid
from rolegate.policy import Policy

_EMPTY = {BINDINGS: "bindings: []", DOMAINS: "domains: {}"}


@dataclass(frozen=True, slots=True)
class Source:
    """The folder of a policy set: as it was named, and the place that was when the gate was made."""

    named: Path
    place: Path
    at: datetime | None

    @classmethod
    def of(cls, policy: Policy) -> Source:
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

    Raises:
        PolicyInvalid: for bindings.yaml, domains.yaml, and the last of the roles.
    """
    report = Report()
    for name, instead in _gone(before.files, tuple(files.contents)):
        help = f"put it back; to be without it, {instead}, or `gate.reload(removals=True)`"
        message = f"`{name}` is gone, and the policy in force was read from it"
        report.add("RG122", Span(files.shown(name)), message, help)
    if report.failed:
        raise PolicyInvalid(report.sorted())


def _gone(before: tuple[str, ...], now: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, empty in _EMPTY.items():
        if name in before and name not in now:
            yield name, f"write `{empty}` into it"
    roles = f"{ROLES}/"
    if any(each.startswith(roles) for each in before) and not any(each.startswith(roles) for each in now):
        yield ROLES, "take the roles away one by one"
