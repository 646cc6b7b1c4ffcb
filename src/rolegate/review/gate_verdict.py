"""The verdict of the gate: whether a change may be merged, by the rules of the older side."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.approvals_file import ApprovalShape
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidQuestionError
from rolegate.grants.resolve import Resolved
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, ChangedSubjects, access_diff
from rolegate.review.approvals import Approvals
from rolegate.review.compared_lines import is_of_lines
from rolegate.review.gains import Whose, approval_entry, gains_of, otherwise
from rolegate.review.gate_rules import GateRules, changed_rules, unread_files
from rolegate.review.invariants import invariants_of
from rolegate.review.kept_invariants import newly_broken
from rolegate.review.paired_permissions import paired_permissions

RefusalKind = Literal["unread", "rule", "invariant", "aside", "records", "role", "sensitive", "gain"]
"""Why a line is refused, the gravest first."""


@dataclass(frozen=True, slots=True)
class GateRefusal:
    """One line of a change that may not be merged as it is.

    `what` are the gains, rules or parts, each in one text. `subjects` are those to whom it happens, out of
    all who are together in the `line` of the diff; None for what is nobody's. `approval` is the entry of
    approvals.yaml that would approve it, without its reason and its end; None where nothing can. Of what is
    `sensitive`, the last `others` are not.
    """

    kind: RefusalKind
    what: tuple[str, ...]
    subjects: ChangedSubjects | None = None
    approval: Mapping[str, Any] | None = None
    line: ChangedSubjects | None = field(default=None, repr=False, compare=False)
    others: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        about = self.subjects
        return {
            "why": self.kind,
            "what": list(self.what),
            **(
                {}
                if about is None
                else {"kind": about.kind, "names": list(about.names), "domains": list(about.domains)}
            ),
            **({} if self.approval is None else {"approval": dict(self.approval)}),
        }


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """Whether a change may be merged; it is true when it may.

    `findings` are approvals that the change does not need, those that have ended, and what is wrong with the
    files of rules and approvals of the newer side.
    """

    diff: AccessDiff
    refusals: tuple[GateRefusal, ...]
    findings: tuple[Diagnostic, ...] = field(default=())

    def __bool__(self) -> bool:
        return not self.refusals

    def to_dict(self) -> dict[str, Any]:
        """The diff as JSON, with `allowed`, `refused` and `findings`."""
        return {**self.diff.to_dict(), **self.judged()}

    def judged(self) -> dict[str, Any]:
        """The verdict alone as JSON."""
        return {
            "allowed": bool(self),
            "refused": [refusal.to_dict() for refusal in self.refusals],
            "findings": [found.to_dict() for found in self.findings],
        }


def judge_change(old: Policy, new: Policy, *, at: date | None = None) -> GateVerdict:
    """Whether the change from *old* to *new* may be merged, by the rules that *old* has.

    Access is compared from *at* or now on. An approval is in force if it has ended neither then nor now.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return _judged(old, new, at, ())


def judge_moved_set(old: Policy, new: Policy, folder: str, *, at: date | None = None) -> GateVerdict:
    """The same of a set that is in another *folder* now: what reads the former one reads this set no more.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return _judged(old, new, at, [_of_set(old, f"moved to {json.dumps(folder, ensure_ascii=False)}")])


def _judged(old: Policy, new: Policy, at: date | None, moved: Iterable[str]) -> GateVerdict:
    if is_of_lines(old, new):
        raise InvalidQuestionError("compiled files have no rules: the gate compares two policy sets")
    diff = access_diff(old, new, at=at)
    moment = datetime.now(UTC) if at is None else moment_of(at)
    approvals = _in_force(new.resolved.approvals, moment)
    unread = _unread(new.resolved)
    refusals = (
        *([GateRefusal("unread", tuple(map(_said, unread)))] if unread else []),
        *_rules((*moved, *changed_rules(old.resolved, new.resolved, diff.marks)), approvals),
        *_invariants(old, new, moment, approvals),
        *_aside(new),
        *_records(diff, _otherwise(old, new), GateRules.of(old.resolved.review), approvals),
        *_by_line(diff, GateRules.of(old.resolved.review), approvals),
    )
    return GateVerdict(diff, refusals, (*unread, *approvals.findings(new.resolved)))


def judge_new_set(new: Policy, *, at: date | None = None) -> GateVerdict:
    """Whether a set that is new may be merged: if its approvals say so, for no older side has rules for it.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    approvals = _in_force(new.resolved.approvals, at)
    unread = _unread(new.resolved)
    refusals = (
        *([GateRefusal("unread", tuple(map(_said, unread)))] if unread else []),
        *_rules([_of_set(new, "new")], approvals),
        *_aside(new),
    )
    return GateVerdict(AccessDiff(()), refusals, (*unread, *approvals.findings(new.resolved)))


def judge_same_set(policy: Policy, *, at: date | None = None) -> GateVerdict:
    """What is found of the approvals of a set that did not change: nothing in it needs one, or is refused.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    findings = _in_force(policy.resolved.approvals, at).findings(policy.resolved)
    return GateVerdict(AccessDiff(()), (), findings)


def judge_gone_set(old: Policy, *, at: date | None = None) -> GateVerdict:
    """Whether a set may go: if the approvals that it had say so.

    That nobody finds it does not mean that nobody reads it: a link may lead to where it is now.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return judge_alone(_of_set(old, "gone"), [old], at=at)


def judge_alone(what: str, sets: Iterable[Policy], *, at: date | None = None) -> GateVerdict:
    """Whether *what* may happen that is compared with nothing: if an approval of one of *sets* says so.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    shapes = [shape for policy in sets for shape in policy.resolved.approvals]
    return GateVerdict(AccessDiff(()), tuple(_rules([what], _in_force(shapes, at))))


def _in_force(approvals: Iterable[ApprovalShape], at: date | None) -> Approvals:
    """Those of *approvals* that have ended neither *at* a time nor now: the past wakes none that has."""
    now = datetime.now(UTC)
    return Approvals.at(approvals, now if at is None else max(moment_of(at), now))


def _of_set(policy: Policy, what: str) -> str:
    """What happens to a whole set, as an approval names it."""
    return f"{OF_A_SET}{json.dumps(policy.name, ensure_ascii=False)}: {what}"


OF_A_SET = "policy set "
"""Begins the rule about what happens to a whole set."""


def _unread(new: Resolved) -> tuple[Diagnostic, ...]:
    """The errors in files of rules: nobody knows what they would say once these are mended."""
    report = Report()
    report.take(error for errors in unread_files(new).values() for error in errors)
    invariants_of(new, report)
    return tuple(found for found in report.sorted() if found.severity == "error")


def _said(found: Diagnostic) -> str:
    return f"{found.span}: {found.code} {found.message}"


def _invariants(old: Policy, new: Policy, at: datetime, approvals: Approvals) -> Iterator[GateRefusal]:
    found = tuple(newly_broken(old, new, at, approvals.approves_rule))
    if found:
        yield GateRefusal("invariant", found)


def _rules(changed: Iterable[str], approvals: Approvals) -> Iterator[GateRefusal]:
    refused = tuple(text for text in changed if not approvals.approves_rule(text))
    if refused:
        yield GateRefusal("rule", refused, approval={"rules": list(refused)})


def _aside(new: Policy) -> Iterator[GateRefusal]:
    """What is set aside because of an error: nobody knows what it will give once that is mended."""
    parts = tuple(str(part) for part in new.set_aside)
    if parts:
        yield GateRefusal("aside", parts)


def _otherwise(old: Policy, new: Policy) -> dict[str, str]:
    """How permissions differ from what they were, by path, where they do; one may have been several."""
    found: dict[str, str] = {}
    for pair in paired_permissions(old.catalog, new.catalog):
        text = otherwise(pair)
        if pair.kinds_of != 0 and text:
            found[pair.path] = found.get(pair.path, "") + text
    return found


def _records(
    diff: AccessDiff, differs: Mapping[str, str], rules: GateRules, approvals: Approvals
) -> Iterator[GateRefusal]:
    """The conditions by which somebody may be allowed more records; those without a direction as well."""
    refused: dict[str, None] = {}
    for known in diff.conditions:
        scope = "" if known.scope is None else f"@{known.scope}"
        text = f"records of {known.permission}{scope}{differs.get(known.permission, '')}: {known.after}"
        missing = known.gains and not approvals.approves_rule(text)
        if missing and (known.sensitive or not rules.sensitive_only):
            refused[text] = None
    if refused:
        yield GateRefusal("records", tuple(refused), approval={"rules": list(refused)})


def _by_line(diff: AccessDiff, rules: GateRules, approvals: Approvals) -> Iterator[GateRefusal]:
    for subjects in diff.subjects:
        if subjects.kind == "role" and rules.only_roles is not None:
            others = _others(subjects, rules.only_roles)
            if others:
                yield GateRefusal("role", others, subjects.part(others, subjects.domains), line=subjects)
        refused: dict[Whose, dict[str, bool]] = {}
        for gain in gains_of(subjects):
            missing = approvals.missing(gain)
            if missing and (gain.sensitive or not rules.sensitive_only):
                known = refused.setdefault(gain.whose, {})
                known |= {text: gain.sensitive or known.get(text, False) for text in missing}
        for about, texts in _together(subjects, refused):
            kind: RefusalKind = "sensitive" if any(texts.values()) else "gain"
            what = tuple(sorted(texts, key=texts.__getitem__, reverse=True))  # what is sensitive first
            beside = [*texts.values()].count(False) if kind == "sensitive" else 0
            yield GateRefusal(kind, what, about, approval_entry(about, what), subjects, beside)


def _others(roles: ChangedSubjects, only: Collection[str]) -> tuple[str, ...]:
    """Those of *roles* that *only* does not let change.

    It has to name a role as both sides do. It names default roles: a tenant calls its own ones as it likes.
    """
    known = zip(roles.names, roles.was or roles.names, roles.owners, strict=True)
    return tuple(name for name, was, owner in known if owner or not {name, was} <= {*only})


def _together(
    subjects: ChangedSubjects, refused: Mapping[Whose, dict[str, bool]]
) -> Iterator[tuple[ChangedSubjects, dict[str, bool]]]:
    """Those of *subjects* for whom the same is refused in the same domains, with that."""
    domains: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one, texts in refused.items():
        found = domains.setdefault((one.name, tuple(texts)), [])
        found += [] if one.domain is None else [one.domain]
    names: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (name, known), where in domains.items():
        names.setdefault((known, tuple(where)), []).append(name)
    said = {tuple(texts): texts for texts in refused.values()}
    for (known, there), together in names.items():
        yield subjects.part(together, there), said[known]
