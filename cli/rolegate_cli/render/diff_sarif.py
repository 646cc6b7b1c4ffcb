"""What people gain by a change as SARIF 2.1.0, each gain at the line that gives it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from rolegate.diagnostics import Span
from rolegate.documents.file_kinds import CATALOG
from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.change_reasons import ReasonLine
from rolegate.review.diff_text import change_lines, condition_lines, mark_line, period_text, where_text, whom
from rolegate.review.gate_verdict import GateVerdict
from rolegate.texts.escaping import in_sarif
from rolegate_cli.output import counted
from rolegate_cli.render.sarif_log import MOST, location_of, run_log

_RULES = {
    "access/gain": ("warning", "Somebody gains access."),
    "access/sensitive": ("error", "Somebody gains access to what is sensitive."),
    "access/records": ("warning", "Somebody may be allowed more records."),
    "access/rule": ("error", "What is sensitive, by which changes are judged, changes."),
}
_IDS = tuple(_RULES)


def diff_sarif(diff: AccessDiff, verdict: GateVerdict | None = None) -> str:
    """The gains of a diff; losses are none of its results.

    With a *verdict*, what it refuses is an error, and what it does not is a note. A fingerprint says who
    gains what where, so that it stays as long as the gain does, on whatever line.
    """
    everything = [*_marks(diff), *_conditions(diff), *_gains(diff)]
    if verdict is not None:
        refused = {id(refusal.line) for refusal in verdict.refusals}
        kinds = {refusal.kind for refusal in verdict.refusals}
        for result, about in everything:
            whole = {"access/rule": "rule", "access/records": "records"}.get(result["ruleId"])
            result["level"] = "error" if id(about) in refused or whole in kinds else "note"
    shown = [result for result, _ in everything[:MOST]]
    left = len(everything) - len(shown)
    rules = [_rule(rule) for rule in _IDS]
    return run_log("diff", rules, shown, [f"{counted(left, 'result')} more are left out"] if left else [])


_Result = tuple[dict[str, Any], ChangedSubjects | None]


def _gains(diff: AccessDiff) -> Iterator[_Result]:
    for subjects in diff.subjects:
        gained = tuple(change for change in subjects.changes if change.gains)
        if not gained:
            continue
        rule = "access/sensitive" if any(change.sensitive for change in gained) else "access/gain"
        who = f"{whom(subjects)}{where_text(subjects)}{period_text(subjects)}"
        lines = [
            line for reason in subjects.reasons if reason.gain for line in (*reason.lines, *reason.blocked)
        ]
        texts = [f"{change.permission.path}{part}" for change in gained for part in change.after]
        key = (subjects.kind, *subjects.names, "", *subjects.domains, "", *texts)
        yield (
            _result(rule, f"{who} gains access: {'; '.join(change_lines(gained))}", key, _place(lines)),
            subjects,
        )


def _marks(diff: AccessDiff) -> Iterator[_Result]:
    for mark in diff.marks:
        span = Span(mark.file, mark.line, mark.column)
        yield _result("access/rule", mark_line(mark), (mark.path, str(mark.now)), span), None


def _conditions(diff: AccessDiff) -> Iterator[_Result]:
    for known in diff.conditions:
        if known.gains:
            text = "; ".join(condition_lines([known]))
            key = (known.permission, known.scope or "", known.after)
            yield _result("access/records", text, key, Span(CATALOG.place, 1, 1)), None


def _place(lines: list[ReasonLine]) -> Span:
    """The line that gives it: of the newer side if there is one, else of the older one."""
    placed = sorted((line for line in lines if line.file), key=lambda line: line.side != "new")
    return Span(placed[0].file, placed[0].line, placed[0].column) if placed else Span(CATALOG.place, 1, 1)


def _result(rule: str, text: str, key: tuple[str, ...], span: Span) -> dict[str, Any]:
    fingerprint = hashlib.sha256("\0".join((rule, *key)).encode("utf-8", "backslashreplace")).hexdigest()
    _, colon, inner = span.file.partition(":")  # a file of a revision is found without it
    place = Span(inner, span.line, span.column) if colon and inner else span
    return {
        "ruleId": rule,
        "ruleIndex": _IDS.index(rule),
        "level": _RULES[rule][0],
        "message": {"text": in_sarif(text)},
        "locations": [location_of(place)],
        "partialFingerprints": {"rolegate/access/v1": fingerprint},
    }


def _rule(rule: str) -> dict[str, Any]:
    level, text = _RULES[rule]
    return {
        "id": rule,
        "name": rule.replace("/", "-"),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": f"{text} See docs/reference/cli.md."},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security", "authorization"], "precision": "very-high"},
    }
