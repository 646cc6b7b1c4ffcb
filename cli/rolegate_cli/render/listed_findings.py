"""What a command found, as the formats for machines take it; `validate` and others like it share them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from rolegate.diagnostics import Diagnostic
from rolegate.documents.acceptances import AcceptedFinding
from rolegate_cli.render.repository_paths import repository_path

FINDING_FORMATS = ("text", "json", "github", "gitlab", "sarif", "junit")
"""What `--format` takes on a command that reports findings: for people, for programs, and for those of CI."""

LEVELS = ("error", "warning", "note")


@dataclass(frozen=True)
class ListedFindings:
    """The findings of one run of *command*, what the files accept, and where it looked.

    Findings of the levels *failing* make it fail. `summary` is the line that counts them.
    """

    command: str
    found: tuple[Diagnostic, ...]
    accepted: tuple[AcceptedFinding, ...] = ()
    places: tuple[str, ...] = ()
    failing: frozenset[str] = frozenset({"error"})
    summary: str = ""

    def fails(self, finding: Diagnostic) -> bool:
        """Whether *finding* makes the command fail."""
        return finding.severity in self.failing

    @cached_property
    def errors_first(self) -> tuple[Diagnostic, ...]:
        """The findings as they matter: whoever shows only some of them shows the errors."""
        return tuple(sorted(self.found, key=lambda finding: LEVELS.index(finding.severity)))

    @cached_property
    def fingerprints(self) -> dict[Diagnostic, str]:
        """A name for each finding, accepted or not, that stays the same while its line moves."""
        everything = sorted(
            (*self.found, *(accepted.finding for accepted in self.accepted)), key=lambda finding: finding.span
        )
        return dict(zip(everything, _fingerprints(everything), strict=True))


def write_findings(format: str, listed: ListedFindings) -> str:
    """*listed* in a format for machines, one of `FINDING_FORMATS` after the first two."""
    if format == "github":
        from rolegate_cli.render.github_commands import add_to_summary, github_commands, step_summary

        add_to_summary(step_summary(listed))
        return github_commands(listed)
    if format == "gitlab":
        from rolegate_cli.render.gitlab_quality import gitlab_quality

        return gitlab_quality(listed)
    if format == "sarif":
        from rolegate_cli.render.sarif_log import sarif_log

        return sarif_log(listed)
    from rolegate_cli.render.junit_suites import junit_suites

    return junit_suites(listed)


def _fingerprints(found: Iterable[Diagnostic]) -> Iterable[str]:
    """INVARIANT: no line and no column is part of one; equal findings of a file are counted instead."""
    counted: Counter[str] = Counter()
    for finding in found:
        said = "\0".join((finding.code, repository_path(finding.file), finding.entry, finding.message))
        counted[said] += 1
        whole = f"{said}\0{counted[said]}".encode("utf-8", "backslashreplace")
        yield hashlib.sha256(whole).hexdigest()[:32]
