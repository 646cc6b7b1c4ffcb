"""What people gain by a change, and which routes lose their guard, as findings for the formats of CI."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rolegate.diagnostics import Span
from rolegate.documents.file_kinds import CATALOG
from rolegate.review.access_diff import AccessDiff, ChangedSubjects
from rolegate.review.change_reasons import ReasonLine
from rolegate.review.compared_routes import ComparedRoutes
from rolegate.review.diff_text import change_lines, condition_lines, mark_line, period_text, where_text, whom
from rolegate.review.gate_rules import mark_rule
from rolegate.review.gate_verdict import GateVerdict
from rolegate.review.route_changes import RouteChange, named_texts, why_refused
from rolegate.review.set_diff import SetDiff
from rolegate.review.sets_diff import SetsDiff
from rolegate.review.sets_text import alone_text
from rolegate.review.verdict_text import refused

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")

RULES: dict[str, tuple[Level, str]] = {
    "access/gain": ("warning", "Somebody gains access."),
    "access/sensitive": ("error", "Somebody gains access to what is sensitive."),
    "access/records": ("warning", "Somebody may be allowed more records."),
    "access/rule": ("error", "What is sensitive, by which changes are judged, changes."),
    "access/refused": ("error", "The rules from before the change refuse it, whoever gains by it."),
    "access/route": ("error", "A route of the application is less guarded than before."),
}


@dataclass(frozen=True, slots=True)
class AccessFinding:
    """Something that a reviewer has to look at, one of `RULES`; `key` is what stays when its line moves."""

    rule: str
    level: Level
    text: str
    key: tuple[str, ...]
    span: Span
    about: ChangedSubjects | None = None

    @property
    def fingerprint(self) -> str:
        """Says who gains what where, so that it stays as long as the gain does, on whatever line."""
        said = "\0".join((self.rule, *self.key))
        return hashlib.sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def diff_findings(
    diff: AccessDiff, verdict: GateVerdict | None = None, routes: ComparedRoutes | None = None
) -> tuple[AccessFinding, ...]:
    """The gains of a diff, and the routes; losses are no findings.

    With a *verdict*, what it refuses is an error, and what it does not is a note.
    """
    return (*_findings(diff, verdict), *_of_routes(routes))


def sets_findings(diff: SetsDiff, routes: ComparedRoutes | None = None) -> tuple[AccessFinding, ...]:
    """The gains in all sets of a repository, and the routes; a set that is new is a gain as a whole.

    One that is gone is a finding where the gate refuses it.
    """
    return (*(found for known in diff.sets for found in _of_set(known)), *_of_routes(routes))


def errors_first(found: Iterable[AccessFinding]) -> list[AccessFinding]:
    """*found* as they matter, for a host that shows only the first of them."""
    return sorted(found, key=lambda finding: LEVELS.index(finding.level))


def _of_set(known: SetDiff) -> Iterator[AccessFinding]:
    place = _catalog(known.folder)
    if known.diff is not None:
        yield from _findings(known.diff, known.verdict, known.folder)
    elif known.state == "new":
        text = f"{known.folder}: the policy set is new, and whatever it gives is a gain"
        found = _finding("access/gain", text, (known.folder, "new"), place)
        level: Level = "note" if known.verdict else "error"
        yield found if known.verdict is None else replace(found, level=level)
    elif known.pointer is not None:
        is_refused = known.verdict is not None and not known.verdict
        key = (known.folder, known.state, known.pointer.old or "", known.pointer.new or "")
        found = _finding("access/rule", f"{known.folder}: {alone_text(known)}", key, Span(known.folder, 1, 1))
        yield replace(found, level="error" if is_refused else "note")
    elif known.verdict is not None and not known.verdict:
        text = f"{known.folder}: the policy set is gone, which nobody approved"
        yield _finding("access/rule", text, (known.folder, "gone"), place)


def _findings(diff: AccessDiff, verdict: GateVerdict | None, folder: str = "") -> Iterator[AccessFinding]:
    everything = (*_marks(diff, folder), *_conditions(diff, folder), *_gains(diff, folder))
    if verdict is None:
        yield from everything
        return
    lines = {id(line) for refusal in verdict.refusals for line in refusal.lines}
    kinds = {refusal.kind for refusal in verdict.refusals}
    for found in everything:
        whole = {"access/rule": "rule", "access/records": "records"}.get(found.rule)
        is_refused = id(found.about) in lines or whole in kinds
        yield replace(found, level="error" if is_refused else "note")
    yield from _refused(diff, verdict, folder)


def _refused(diff: AccessDiff, verdict: GateVerdict, folder: str) -> Iterator[AccessFinding]:
    """What is refused and is in no line of the diff: rules, invariants, restrictions that are lifted."""
    told = {mark_rule(mark) for mark in diff.marks}
    for refusal in verdict.refusals:
        if refusal.kind == "records" or refusal.lines:
            continue
        for text in (text for text in refusal.what if text not in told):
            key = (*_keyed(folder), refusal.kind, text)
            said = f"refused: {refused(replace(refusal, what=(text,)))}"
            yield _finding("access/refused", said, key, _catalog(folder))


def _gains(diff: AccessDiff, folder: str) -> Iterator[AccessFinding]:
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
        gain = "gain" if len(subjects.names) > 1 else "gains"
        text = f"{who} {gain} access: {'; '.join(change_lines(gained))}"
        yield replace(_finding(rule, text, key, _place(lines, folder)), about=subjects)


def _marks(diff: AccessDiff, folder: str) -> Iterator[AccessFinding]:
    for mark in diff.marks:
        span = Span(mark.file, mark.line, mark.column)
        yield _finding("access/rule", mark_line(mark), (*_keyed(folder), mark.path, str(mark.now)), span)


def _conditions(diff: AccessDiff, folder: str) -> Iterator[AccessFinding]:
    for known in diff.conditions:
        if known.gains:
            text = "; ".join(condition_lines([known]))
            key = (*_keyed(folder), known.permission, known.scope or "", known.after)
            yield _finding("access/records", text, key, _catalog(folder))


def _of_routes(routes: ComparedRoutes | None) -> Iterator[AccessFinding]:
    for change in () if routes is None else routes.changes:
        if change.unguarded and routes is not None:
            key = (change.name, change.before or "", change.after or "")
            yield _finding("access/route", _route_text(change), key, routes.span(change))


def _route_text(change: RouteChange) -> str:
    guards = f"{change.before or 'new'} → {change.after}"
    callers = "; ".join(map(named_texts, change.callers))
    return f"{change.name}: {guards}: {why_refused(change)}; may be called by: {callers}"


def _keyed(folder: str) -> tuple[str, ...]:
    """What tells a finding of one set from that of another, where several are compared."""
    return (folder,) if folder else ()


def _catalog(folder: str) -> Span:
    return Span(f"{folder}/{CATALOG.place}" if folder not in ("", ".") else CATALOG.place, 1, 1)


def _place(lines: Sequence[ReasonLine], folder: str) -> Span:
    """The line that gives it: of the newer side if there is one, else of the older one."""
    placed = sorted((line for line in lines if line.file), key=lambda line: line.side != "new")
    return Span(placed[0].file, placed[0].line, placed[0].column) if placed else _catalog(folder)


def _finding(rule: str, text: str, key: tuple[str, ...], span: Span) -> AccessFinding:
    return AccessFinding(rule, RULES[rule][0], text, key, span)
