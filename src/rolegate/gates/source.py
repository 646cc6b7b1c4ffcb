"""Where a gate has its policy from, and what the files there look like."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rolegate.diagnostics import Report
from rolegate.documents.places import list_files
from rolegate.policy import Policy, load

Fingerprint = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """The folder of a policy set: as it was named, and the place that was when the gate was made."""

    named: Path
    place: Path
    at: datetime | None

    @classmethod
    def of(cls, policy: Policy) -> Source:
        return cls(policy.path, policy.path.absolute(), policy.at)

    def read(self) -> Policy:
        """The policy that the files hold now.

        Its diagnostics name the files as the user does, for as long as that leads to them.
        """
        try:
            moved = self.named.absolute() != self.place
        except OSError:  # the working directory is gone
            moved = True
        return load(self.place if moved else self.named, at=self.at)

    def look(self) -> Fingerprint:
        """What the files look like now."""
        return fingerprint(self.place)


def fingerprint(folder: Path) -> Fingerprint:
    """Name, times and size of each file that a policy set in *folder* is read from.

    These are the files that the loader lists, behind whatever links it follows. What it cannot list, and
    files that it would report, are in there by their diagnostics.
    """
    report = Report()
    files = list_files(folder, report)
    found = [str(each) for each in report.sorted()]
    for path in (files.catalog, files.domains, files.bindings, *files.roles, *files.labels):
        if path is None:
            continue
        try:
            status = path.stat()
        except OSError as error:
            found.append(f"{path}: {error.strerror}")
        else:
            found.append(f"{path} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_size}")
    return tuple(found)
