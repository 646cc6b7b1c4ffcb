"""What people gain by a change as SARIF 2.1.0, each gain at the line that gives it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rolegate.texts.escaping import in_sarif
from rolegate_cli.output import counted
from rolegate_cli.render.diff_findings import RULES, AccessFinding
from rolegate_cli.render.sarif_log import MOST, location_of, run_log

_IDS = tuple(RULES)


def access_sarif(found: Sequence[AccessFinding]) -> str:
    """The findings of a comparison as one log; what goes beyond what a host takes is counted."""
    left = len(found) - len(found[:MOST])
    said = [f"{counted(left, 'result')} more are left out"] if left else []
    return run_log("diff", list(map(_rule, _IDS)), list(map(_result, found[:MOST])), said)


def _result(finding: AccessFinding) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "ruleIndex": _IDS.index(finding.rule),
        "level": finding.level,
        "message": {"text": in_sarif(finding.text)},
        "locations": [location_of(finding.span)],
        "partialFingerprints": {"rolegate/access/v1": finding.fingerprint},
    }


def _rule(rule: str) -> dict[str, Any]:
    level, text = RULES[rule]
    return {
        "id": rule,
        "name": rule.replace("/", "-"),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": f"{text} See docs/reference/cli.md."},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security", "authorization"], "precision": "very-high"},
    }
