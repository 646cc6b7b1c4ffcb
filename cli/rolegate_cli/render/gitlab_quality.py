"""Findings as a Code Quality report of GitLab, which shows them in a merge request."""

from __future__ import annotations

import sys

from rolegate.codes import CODES
from rolegate.diagnostics import Diagnostic
from rolegate.texts.escaping import in_json
from rolegate_cli.output import dumps
from rolegate_cli.render.listed_findings import ListedFindings
from rolegate_cli.render.repository_paths import repository_path


def gitlab_quality(listed: ListedFindings) -> str:
    """A list of findings, the errors first; GitLab knows one again by its fingerprint."""
    issues = [_issue(finding, listed.fingerprints[finding]) for finding in listed.errors_first]
    return dumps(issues, sys.stdout) + "\n"


def _issue(finding: Diagnostic, fingerprint: str) -> dict[str, object]:
    help = f"; {finding.help}" if finding.help else ""
    return {
        "type": "issue",
        "check_name": finding.code,
        "description": in_json(f"{finding.code} {finding.name}: {finding.message}{help}"),
        "categories": ["Security"],
        "severity": _severity(finding),
        "fingerprint": fingerprint,
        "location": {"path": in_json(repository_path(finding.file)), "lines": {"begin": finding.line}},
    }


def _severity(finding: Diagnostic) -> str:
    if CODES[finding.code].unreadable:
        return "blocker"
    return {"error": "critical", "warning": "minor", "note": "info"}[finding.severity]
