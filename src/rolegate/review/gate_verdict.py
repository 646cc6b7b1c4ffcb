"""The verdict of the gate: whether a change may be merged, by the rules of the older side."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.approvals_file import ApprovalShape
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidQuestionError
from rolegate.grants.resolve import Resolved
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.review.approvals import Approvals
from rolegate.review.compared_lines import is_of_lines
from rolegate.review.gate_refusal import GateRefusal
from rolegate.review.gate_rules import GateRules, changed_rules, unread_files
from rolegate.review.grown_grants import grown_grants
from rolegate.review.invariants import invariants_of
from rolegate.review.kept_invariants import newly_broken
from rolegate.review.lifted_rules import lifted_rules
from rolegate.review.owned_names import in_quotes
from rolegate.review.paired_permissions import PairedPermission, paired_permissions
from rolegate.review.permission_meanings import PermissionMeanings
from rolegate.review.refused_gains import refused_gains
from rolegate.review.weaker_requirements import weaker_requirements
from rolegate.review.wider_domains import WiderDomains


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """Whether a change may be merged; it is true when it may.

    `findings` are approvals that the change does not need, those that have ended, and what is wrong with the
    files of rules and approvals of the newer side. Of a new set, no older side has rules.
    """

    diff: AccessDiff
    refusals: tuple[GateRefusal, ...]
    findings: tuple[Diagnostic, ...] = field(default=())
    of_new_set: bool = False

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


def judge_moved_set(
    old: Policy, new: Policy, former: str, folder: str, *, at: date | None = None
) -> GateVerdict:
    """The same of a set that was in another folder, *former*: what reads that one reads this set no more.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return _judged(old, new, at, [_of_set(old, f"moved from {in_quotes(former)} to {in_quotes(folder)}")])


def _judged(old: Policy, new: Policy, at: date | None, moved: Iterable[str]) -> GateVerdict:
    if is_of_lines(old, new):
        raise InvalidQuestionError("compiled files have no rules: the gate compares two policy sets")
    diff = access_diff(old, new, at=at, unheld=True)
    moment = datetime.now(UTC) if at is None else moment_of(at)
    texts = (*moved, *changed_rule_texts(old, new, diff, moment))
    return verdict_of(diff, texts, aside_parts(new), (old, new), moment)


def verdict_of(
    diff: AccessDiff,
    changed: Iterable[str],
    aside: tuple[str, ...],
    sides: tuple[Policy, Policy],
    moment: datetime,
) -> GateVerdict:
    """The verdict on *diff*, with the rules that are *changed* and the parts that are set *aside*."""
    old, new = sides
    approvals = _in_force(new.resolved.approvals, moment)
    unread, rules = _unread(new.resolved), GateRules.of(old.resolved.review)
    refusals = (
        *([GateRefusal("unread", tuple(map(_said, unread)))] if unread else []),
        *_rules(changed, approvals),
        *_invariants(old, new, moment, approvals),
        *([GateRefusal("aside", aside)] if aside else []),
        *_records(diff, _meant(old, new), rules, approvals),
        *refused_gains(diff, PermissionMeanings(old.catalog, new.catalog), rules, approvals),
    )
    return GateVerdict(diff, refusals, (*unread, *approvals.findings(new.resolved)))


def changed_rule_texts(old: Policy, new: Policy, diff: AccessDiff, moment: datetime) -> Iterator[str]:
    """Each rule that *new* has otherwise, and whatever lets somebody do more whom no file names."""
    rules = GateRules.of(old.resolved.review)
    catalogs, only = (old.catalog, new.catalog), rules.sensitive_only
    yield from changed_rules(old.resolved, new.resolved, diff.marks)
    yield from grown_grants(*catalogs, sensitive_only=only)
    yield from weaker_requirements(*catalogs, sensitive_only=only)
    yield from WiderDomains(old.resolved, new.resolved, diff.subjects, sensitive_only=only)
    yield from lifted_rules(old.resolved, new.resolved, diff.subjects, moment, sensitive_only=only)


def judge_new_set(new: Policy, folder: str, *, at: date | None = None) -> GateVerdict:
    """Whether a set that is new may be merged: if its approvals say so, for no older side has rules for it.

    They name its *folder*: a copy elsewhere has the same approvals.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    approvals = _in_force(new.resolved.approvals, at)
    unread = _unread(new.resolved)
    refusals = (
        *([GateRefusal("unread", tuple(map(_said, unread)))] if unread else []),
        *_rules([_of_set(new, f"new in {in_quotes(folder)}")], approvals),
        *([GateRefusal("aside", aside)] if (aside := aside_parts(new)) else []),
    )
    findings = (*unread, *approvals.findings(new.resolved))
    return GateVerdict(AccessDiff(()), refusals, findings, of_new_set=True)


def judge_same_set(policy: Policy, *, at: date | None = None) -> GateVerdict:
    """What is found of the approvals of a set that did not change: nothing in it needs one, or is refused.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    findings = _in_force(policy.resolved.approvals, at).findings(policy.resolved)
    return GateVerdict(AccessDiff(()), (), findings)


def judge_gone_set(old: Policy, folder: str, *, at: date | None = None) -> GateVerdict:
    """Whether a set may go: if the approvals that it had say so.

    They name its *folder*: a copy elsewhere has the same approvals. That nobody finds it does not mean that
    nobody reads it: a link may lead to where it is now.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return judge_alone(_of_set(old, f"{GONE}{in_quotes(folder)}"), [old], at=at)


def judge_alone(what: str, sets: Iterable[Policy], *, at: date | None = None) -> GateVerdict:
    """Whether *what* may happen that is compared with nothing: if an approval of one of *sets* says so.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    shapes = [shape for policy in sets for shape in policy.resolved.approvals]
    return GateVerdict(AccessDiff(()), tuple(_rules([what], _in_force(shapes, at))))


def with_pointers(
    verdict: GateVerdict, new: Policy, known: Container[str], *, at: date | None = None
) -> GateVerdict:
    """*verdict* on a set of a repository of which the *known* rules about what it points to may be approved.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    found = _in_force(new.resolved.approvals, at).unknown_pointers(known)
    return replace(verdict, findings=(*verdict.findings, *found))


def _in_force(approvals: Iterable[ApprovalShape], at: date | None) -> Approvals:
    """Those of *approvals* that have ended neither *at* a time nor now: the past wakes none that has."""
    now = datetime.now(UTC)
    since = now if at is None else moment_of(at)
    return Approvals.at(approvals, max(since, now), since)


def _of_set(policy: Policy, what: str) -> str:
    """What happens to a whole set, as an approval names it."""
    return f"{OF_A_SET}{in_quotes(policy.name)}: {what}"


OF_A_SET = "policy set "
"""Begins the rule about what happens to a whole set."""
GONE = "gone from "
"""Says in it that the set is gone, before the folder."""


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


def aside_parts(new: Policy) -> tuple[str, ...]:
    """What is set aside because of an error: nobody knows what it will give once that is mended.

    What roles give that a domain may not have is told as a gain once it may have them.
    """
    return tuple(str(part) for part in new.set_aside if part.is_fault)


_Meant = Callable[[str, str], str]
"""How a path means another permission than before at a scope, or a scope of it another one."""


def _meant(old: Policy, new: Policy) -> _Meant:
    """What is said of each path; one may have been several."""
    meanings = PermissionMeanings(old.catalog, new.catalog)
    pairs: dict[str, list[PairedPermission]] = {}
    for pair in paired_permissions(old.catalog, new.catalog):
        if pair.kinds_of != 0 and pair.old is not None and pair.new is not None:
            pairs.setdefault(pair.path, []).append(pair)
    return lambda path, part: "".join(meanings.otherwise(pair, part) for pair in pairs.get(path, ()))


def _records(
    diff: AccessDiff, meant: _Meant, rules: GateRules, approvals: Approvals
) -> Iterator[GateRefusal]:
    """The conditions by which somebody may be allowed more records; those without a direction as well."""
    refused: dict[str, None] = {}
    for known in diff.conditions:
        scope = "" if known.scope is None else f"@{known.scope}"
        text = f"records of {known.permission}{scope}{meant(known.permission, scope)}: {known.after}"
        missing = known.gains and not approvals.approves_rule(text)
        if missing and (known.sensitive or not rules.sensitive_only):
            refused[text] = None
    if refused:
        yield GateRefusal("records", tuple(refused), approval={"rules": list(refused)})
