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
from rolegate.review.sets_diff import SetsDiff
from rolegate.texts.escaping import in_sarif
from rolegate_cli.output import counted
from rolegate_cli.render.sarif_log import MOST, location_of, run_log

_Json = dict[str, Any]
_Result = tuple[_Json, ChangedSubjects | None]

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
    return _log(list(_results(diff, verdict)))


def sets_sarif(diff: SetsDiff) -> str:
    """The gains in all sets of a repository; one that is new is a gain as a whole.

    One that is gone is a result where the gate refuses it.
    """
    found: list[_Json] = []
    for known in diff.sets:
        if known.diff is not None:
            found += _results(known.diff, known.verdict, known.folder)
        elif known.state == "new":
            text = f"{known.folder}: the policy set is new, and all that it gives is given anew"
            result = _result("access/gain", text, (known.folder, "new"), _catalog(known.folder))
            if known.verdict is not None:
                result["level"] = "note" if known.verdict else "error"
            found.append(result)
        elif known.verdict is not None and not known.verdict:
            text = f"{known.folder}: the policy set is gone, which nobody approved"
            found.append(_result("access/rule", text, (known.folder, "gone"), _catalog(known.folder)))
    return _log(found)


def _results(diff: AccessDiff, verdict: GateVerdict | None, folder: str = "") -> Iterator[_Json]:
    everything = [*_marks(diff, folder), *_conditions(diff, folder), *_gains(diff, folder)]
    if verdict is not None:
        refused = {id(refusal.line) for refusal in verdict.refusals}
        kinds = {refusal.kind for refusal in verdict.refusals}
        for result, about in everything:
            whole = {"access/rule": "rule", "access/records": "records"}.get(result["ruleId"])
            result["level"] = "error" if id(about) in refused or whole in kinds else "note"
    yield from (result for result, _ in everything)


def _log(found: list[_Json]) -> str:
    left = len(found) - len(found[:MOST])
    rules = [_rule(rule) for rule in _IDS]
    said = [f"{counted(left, 'result')} more are left out"] if left else []
    return run_log("diff", rules, found[:MOST], said)


def _gains(diff: AccessDiff, folder: str) -> Iterator[_Result]:
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
        key = (*_keyed(folder), subjects.kind, *subjects.names, "", *subjects.domains, "", *texts)
        yield (
            _result(
                rule, f"{who} gains access: {'; '.join(change_lines(gained))}", key, _place(lines, folder)
            ),
            subjects,
        )


def _marks(diff: AccessDiff, folder: str) -> Iterator[_Result]:
    for mark in diff.marks:
        span = Span(mark.file, mark.line, mark.column)
        yield _result("access/rule", mark_line(mark), (*_keyed(folder), mark.path, str(mark.now)), span), None


def _conditions(diff: AccessDiff, folder: str) -> Iterator[_Result]:
    for known in diff.conditions:
        if known.gains:
            text = "; ".join(condition_lines([known]))
            key = (*_keyed(folder), known.permission, known.scope or "", known.after)
            yield _result("access/records", text, key, _catalog(folder)), None


def _keyed(folder: str) -> tuple[str, ...]:
    """What tells a result of one set from that of another, where several are compared."""
    return (folder,) if folder else ()


def _catalog(folder: str) -> Span:
    return Span(f"{folder}/{CATALOG.place}" if folder not in ("", ".") else CATALOG.place, 1, 1)


def _place(lines: list[ReasonLine], folder: str) -> Span:
    """The line that gives it: of the newer side if there is one, else of the older one."""
    placed = sorted((line for line in lines if line.file), key=lambda line: line.side != "new")
    return Span(placed[0].file, placed[0].line, placed[0].column) if placed else _catalog(folder)


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
