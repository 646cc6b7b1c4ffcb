"""The verdict of the gate: whether a change may be merged, by the rules of the older side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

from rolegate.diagnostics import Diagnostic
from rolegate.engine.asked_moment import moment_of
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, ChangedSubjects, access_diff
from rolegate.review.approvals import Approvals
from rolegate.review.gains import gains_of, otherwise
from rolegate.review.gate_rules import GateRules, changed_rules
from rolegate.review.paired_permissions import paired_permissions

RefusalKind = Literal["rule", "aside", "records", "role", "sensitive", "gain"]
"""Why a line is refused, the gravest first."""


@dataclass(frozen=True, slots=True)
class GateRefusal:
    """One line of a change that may not be merged as it is.

    `who` is empty for a rule, and for what is set aside; `what` are the gains, rules or parts, each in one
    text. `approval` is the entry of approvals.yaml that would approve it, without its reason and its end;
    None where nothing can.
    """

    kind: RefusalKind
    what: tuple[str, ...]
    subjects: ChangedSubjects | None = None
    approval: Mapping[str, Any] | None = None

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

    `findings` are approvals that the change does not need, and those that have ended.
    """

    diff: AccessDiff
    refusals: tuple[GateRefusal, ...]
    findings: tuple[Diagnostic, ...] = field(default=())

    def __bool__(self) -> bool:
        return not self.refusals

    def to_dict(self) -> dict[str, Any]:
        """The diff as JSON, with `allowed`, `refused` and `findings`."""
        return {
            **self.diff.to_dict(),
            "allowed": bool(self),
            "refused": [refusal.to_dict() for refusal in self.refusals],
            "findings": [found.to_dict() for found in self.findings],
        }


def judge_change(old: Policy, new: Policy, *, at: date | None = None) -> GateVerdict:
    """Whether the change from *old* to *new* may be merged, by the rules that *old* has.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    diff = access_diff(old, new, at=at)
    moment = datetime.now(UTC) if at is None else moment_of(at)  # not before: an approval may end meanwhile
    approvals = Approvals.at(new.resolved.approvals, moment)
    refusals = (
        *_rules(changed_rules(old.resolved, new.resolved, diff.marks), approvals),
        *_aside(new),
        *_records(diff, _otherwise(old, new), GateRules.of(old.resolved.review), approvals),
        *_by_line(diff, GateRules.of(old.resolved.review), approvals),
    )
    return GateVerdict(diff, refusals, approvals.findings())


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
        if text := otherwise(pair):
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
            others = tuple(name for name in subjects.names if name not in rules.only_roles)
            if others:
                yield GateRefusal("role", others, subjects)
        refused: dict[str, bool] = {}
        for gain in gains_of(subjects):
            missing = approvals.missing(gain)
            if gain.sensitive or not rules.sensitive_only:
                refused |= {text: gain.sensitive or refused.get(text, False) for text in missing}
        if refused:
            kind: RefusalKind = "sensitive" if any(refused.values()) else "gain"
            yield GateRefusal(kind, tuple(refused), subjects, _entry(subjects, tuple(refused)))


def _entry(subjects: ChangedSubjects, texts: tuple[str, ...]) -> Mapping[str, Any]:
    """The entry of approvals.yaml that approves *texts*."""
    names = list(subjects.names)
    who: dict[str, Any] = (
        {"everyone": True} if subjects.kind == "everybody else" else {subjects.kind: _short(names)}
    )
    domain = {"domain": _short(list(subjects.domains))} if subjects.domains else {}
    return {**who, **domain, "gains": list(texts)}


def _short(names: list[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else names
