"""Findings as SARIF 2.1.0, which code scanning of GitHub and many editors read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from rolegate.codes import CODES
from rolegate.diagnostics import Diagnostic, Span
from rolegate.texts.escaping import in_sarif
from rolegate_cli.output import counted, dumps
from rolegate_cli.render.listed_findings import ListedFindings
from rolegate_cli.render.repository_paths import repository_uri

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST = 5_000
"""How many results of a run GitHub shows; from 25,000 on it refuses the file."""


def sarif_log(listed: ListedFindings) -> str:
    """The findings with their rules, the errors first; what the files accept is there as suppressed."""
    reasons = {accepted.finding: accepted for accepted in listed.accepted}
    everything = (*listed.errors_first, *reasons)
    shown = everything[:MOST]
    rules = sorted({finding.code for finding in shown})
    results = []
    for finding in shown:
        result = _result(finding, rules.index(finding.code), listed.fingerprints[finding])
        if finding in reasons:
            accepted = reasons[finding]
            suppression = {
                "kind": "inSource",
                "status": "accepted",
                "justification": in_sarif(accepted.reason),
                "location": location_of(accepted.span),
            }
            result["suppressions"] = [suppression]
        results.append(result)
    left = len(everything) - len(shown)
    notes = [f"{counted(left, 'result')} more are left out"] if left else []
    return run_log(listed.command, list(map(_rule, rules)), results, notes)


def run_log(
    command: str,
    rules: Sequence[dict[str, Any]],
    results: Sequence[dict[str, Any]],
    notes: Sequence[str],
) -> str:
    """The log of one run of *command*; *notes* are about the run itself."""
    told = [{"level": "note", "message": {"text": in_sarif(note)}} for note in notes]
    driver = {"name": "rolegate", **_version(), "rules": list(rules)}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"rolegate/{command}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The top of the repository."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": told}],
        "results": list(results),
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, sys.stdout) + "\n"


def _version() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return {"version": version("rolegate")}
    except PackageNotFoundError:
        return {}


def _rule(code: str) -> dict[str, Any]:
    known = CODES[code]
    summary = known.summary[:1].upper() + known.summary[1:] + "."
    page = f"docs/codes/{code}.md"
    return {
        "id": code,
        "name": known.name,
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary},
        "help": {"text": f"{summary} See {page}.", "markdown": f"{summary} See `{page}`."},
        "defaultConfiguration": {"level": known.severity},
        "properties": {"tags": ["security", "authorization"], "precision": "very-high"},
    }


def _result(finding: Diagnostic, rule: int, fingerprint: str) -> dict[str, Any]:
    said = "\n".join(in_sarif(text) for text in (finding.message, finding.help) if text)
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": finding.severity,
        "message": {"text": said},
        "locations": [location_of(finding.span)],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint, "rolegate/v1": fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **location_of(other.span), "message": {"text": in_sarif(other.message)}}
            for number, other in enumerate(finding.related, 1)
        ]
    return result


def location_of(span: Span) -> dict[str, Any]:
    """The place of *span* as seen from the top of the repository."""
    uri = repository_uri(span.file)
    artifact = {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": "%SRCROOT%"}
    region = {"startLine": span.line, "startColumn": span.column}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}
