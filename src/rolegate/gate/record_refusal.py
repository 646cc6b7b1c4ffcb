"""Why a record is refused: the scopes that are held, and the conditions it does not meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from rolegate.answers.explain import Explanation, explain
from rolegate.answers.explanation_step import ExplanationStep
from rolegate.catalog.condition_writer import written_entries
from rolegate.catalog.conditions import asked_of_user
from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Permission
from rolegate.diagnostics import short
from rolegate.engine.decision import Decision
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.gate.forbidden import Forbidden, Reasons
from rolegate.records import HeldPermission, RecordError, User, in_domain, instance_of, matches
from rolegate.wording.phrases import Listing, Phrase, SaidName


def refusal_of_record(
    question: Question,
    permission: Permission,
    held: HeldPermission,
    record: Any,
    user: User,
    reasons: Reasons,
) -> Forbidden:
    """The refusal of *record*; of the record itself only its instance is kept. None is a missing record.

    *question* is the question without the record. It does not name the instance: somebody who is refused a
    record need not learn where it belongs.
    """
    if record is None:
        missing = Phrase("no_record")
        return Forbidden(question, lambda asked: Explanation(Decision(False, asked, missing)), reasons)
    try:
        instance = instance_of(held, record)
        elsewhere = not in_domain(held.domain_attribute, record, user)
    except RecordError:  # had anything been held, the check would have raised this
        return Forbidden(question, lambda asked: _refused(explain(asked, reasons.snapshot)), reasons)
    if elsewhere and any(way.rights for way in (held, *held.others)):
        return Forbidden(question, lambda asked: _of_another_domain(asked, user, reasons.snapshot), reasons)
    refused = _Refused(permission, held, instance, reasons, user)
    if instance is not None and refused.held_scopes and permission.ladder is not None:
        outermost = permission.ladder.scopes[permission.ladder.broadest].condition
        outside = outermost is not None and not matches(outermost, record, user)
        refused = replace(refused, outside_all=outside)
    return Forbidden(question, refused.explain, reasons)


def _of_another_domain(asked: Question, user: User, snapshot: Snapshot) -> Explanation:
    """The refusal of a record of another domain; which one it is, nobody learns here."""
    records = snapshot.resolved.catalog.records
    assert records is not None  # noqa: S101 - the record was looked at because of them
    reason = Phrase("record_of_others", domain=SaidName("domain", user.own_domain))
    attribute = SaidName("attribute", str(records.domain))
    step = ExplanationStep.at(Phrase("record_domain", attribute=attribute), records.span)
    found = explain(asked, snapshot)
    return Explanation(replace(found.decision, allowed=False, reason=reason), found.chain, (step,))


@dataclass(frozen=True, slots=True)
class _Refused:
    """What was found out about a record; `outside_all` says that it lies outside the broadest scope."""

    permission: Permission
    held: HeldPermission
    instance: tuple[str, ...] | None
    reasons: Reasons
    user: User
    outside_all: bool = False

    def explain(self, asked: Question) -> Explanation:
        if self.instance is None:
            return self._on_no_instance(asked)
        question = replace(asked, on=self.instance or None)
        found = _refused(explain(question, self.reasons.snapshot))
        ladder, scopes = self.permission.ladder, self.held_scopes
        if ladder is None or not scopes:
            return found
        broadest = [s for s in scopes if not any(outer in scopes for outer in ladder.broader(s)[1:])]
        chains = [explain(replace(question, scope=scope), self.reasons.snapshot).chain for scope in broadest]
        outside = [ladder.broadest] if self.outside_all else scopes
        reason = self._reason(ladder, broadest, outside)
        return Explanation(
            replace(found.decision, reason=reason),
            tuple(dict.fromkeys(step for chain in chains for step in chain)),
            (*found.blocked, *(step for scope in outside for step in self._steps(ladder, scope))),
            () if self.outside_all else found.nearest,  # no grant reaches beyond the broadest scope
        )

    def _reason(self, ladder: Ladder, held: Iterable[str], outside: Iterable[str]) -> Phrase:
        """At which scopes it is held, and which of them do not hold the record."""
        means = [
            Phrase(
                "scope_means",
                scope=SaidName("scope", scope, ladder.name),
                condition=_condition(ladder, scope),
            )
            for scope in outside
        ]
        scopes = Listing("and", [SaidName("scope", scope, ladder.name) for scope in held])
        said: dict[str, object] = {"scopes": scopes, "outside": Listing("and_of", means)}
        if not self.instance:
            return Phrase("held_at", **said)
        on = SaidName(
            "instance", short("/".join(self.instance)), self.permission.chain[len(self.instance) - 1]
        )
        return Phrase("held_at_on", **said, id=on)

    @property
    def held_scopes(self) -> list[str]:
        """The scopes that are held for the instance, broadest first."""
        return [] if self.instance is None else self.held.scopes_on(self.instance)

    def _on_no_instance(self, asked: Question) -> Explanation:
        found = explain(asked, self.reasons.snapshot)
        attributes = Listing("and", [SaidName("attribute", name) for name in self.held.attributes])
        reason = Phrase("record_on_nothing", attributes=attributes)
        permission = SaidName("permission", self.permission.path)
        kinds = SaidName("resource", "/".join(self.permission.chain))
        step = ExplanationStep.at(Phrase("is_per", permission=permission, kinds=kinds), self.permission.span)
        decision = replace(found.decision, allowed=False, reason=reason)
        return Explanation(decision, found.chain, (*found.blocked, step))

    def _steps(self, ladder: Ladder, scope: str) -> Iterator[ExplanationStep]:
        """That the record lies outside of a scope, and what of the user is missing to tell."""
        condition, span = ladder.scopes[scope].condition, ladder.scopes[scope].span or self.permission.span
        outside = SaidName("scope", scope, ladder.name)
        yield ExplanationStep.at(
            Phrase("outside_of", scope=outside, condition=_condition(ladder, scope)), span
        )
        for name in dict.fromkeys(asked_of_user(condition) if condition is not None else ()):
            if self.user.get(name) is None:
                given = SaidName("attribute", f"user.{name}")
                yield ExplanationStep.at(Phrase("not_given", attribute=given), span)


def _refused(found: Explanation) -> Explanation:
    return replace(found, decision=replace(found.decision, allowed=False))


def _condition(ladder: Ladder, scope: str) -> object:
    condition = ladder.scopes[scope].condition
    return Phrase("no_condition") if condition is None else SaidName("code", written_entries(condition))
