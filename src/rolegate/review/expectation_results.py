"""Expectations are put to a policy: which are met, and for the others what is the case, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from rolegate.answers.explain import ExplanationStep
from rolegate.answers.who_can import PermissionHolder
from rolegate.diagnostics import Span, quoted
from rolegate.expect.expectations import Expectation, ExpectedAnswer, ExpectedHolders
from rolegate.policy.policy import Policy


@dataclass(frozen=True, slots=True)
class UnmetAnswer:
    """One thing that is not as expected: what, where that is written, and why it is so.

    `because` leads to the grant of what is allowed; for what is denied, it has what is in the way, and
    `nearest` the smallest changes that would allow it.
    """

    message: str
    span: Span
    because: tuple[ExplanationStep, ...] = ()
    nearest: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "message": self.message,
            "file": self.span.file,
            "line": self.span.line,
            "column": self.span.column,
            "because": [step.to_dict() for step in self.because],
            "nearest": list(self.nearest),
        }


@dataclass(frozen=True, slots=True)
class ExpectationResult:
    """One expectation, how many answers it asked for, and which of them are not as expected."""

    expectation: Expectation = field(repr=False)
    asked: int
    unmet: tuple[UnmetAnswer, ...]

    @property
    def met(self) -> bool:
        """Whether everything is as expected."""
        return not self.unmet

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        about = self.expectation
        return {
            "name": about.name,
            "section": about.section,
            "file": about.span.file,
            "line": about.span.line,
            "column": about.span.column,
            "met": self.met,
            "asked": self.asked,
            "unmet": [answer.to_dict() for answer in self.unmet],
        }


def results_of(
    policy: Policy, expectations: Sequence[Expectation], at: date | None = None
) -> tuple[ExpectationResult, ...]:
    """The results of *expectations*; those without a time of their own are asked at *at*, or now.

    Raises:
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return tuple(_result(expectation, policy, at) for expectation in expectations)


def chosen(expectations: Sequence[Expectation], wanted: Sequence[str]) -> tuple[Expectation, ...]:
    """Those of *expectations* whose file or name is one of *wanted*: a pattern with stars, or a part of it."""
    if not wanted:
        return tuple(expectations)
    return tuple(
        found
        for found in expectations
        if any(_matches(text, name) for name in wanted for text in (found.span.file, found.name))
    )


def _matches(text: str, wanted: str) -> bool:
    return fnmatchcase(text, wanted) or wanted in text


def _result(expectation: Expectation, policy: Policy, at: date | None) -> ExpectationResult:
    unmet: list[UnmetAnswer] = []
    for answer in expectation.answers:
        unmet += _unmet_answer(answer, policy, at)
    asked = len(expectation.answers)
    if expectation.holders is not None:
        unmet += _unmet_holders(expectation.holders, policy, at)
        asked += 1
    return ExpectationResult(expectation, asked, tuple(unmet))


def _unmet_answer(answer: ExpectedAnswer, policy: Policy, at: date | None) -> Iterator[UnmetAnswer]:
    when = answer.at or at
    if policy.decide(answer.question, at=when).allowed == answer.allowed:
        return
    why = policy.explain_question(answer.question, at=when)
    asked = answer.question
    on = "" if asked.on is None else f"[{'/'.join(asked.path)}]"
    what = f"{asked.permission}{on}" + (f"@{asked.scope}" if asked.scope is not None else "")
    if answer.allowed:
        message = f"{answer.who} may not use {quoted(what)}, and should: {why.decision.reason}"
        nearest = tuple(str(suggestion.text) for suggestion in why.nearest)
        yield UnmetAnswer(message, answer.span, why.blocked, nearest)
    else:
        some = " on some instance or at some scope" if asked.any else ""
        message = f"{answer.who} may use {quoted(what)}{some}, and should not"
        yield UnmetAnswer(message, answer.span, why.chain)


def _unmet_holders(holders: ExpectedHolders, policy: Policy, at: date | None) -> Iterator[UnmetAnswer]:
    asked = holders.question
    found = policy.who_can(
        asked.permission,
        domain=asked.domain,
        on=asked.on,
        scope=asked.scope,
        any=asked.any,
        at=holders.at or at,
    )
    what = quoted(holders.text)
    everyone = next((holder for holder in found if holder.kind == "everyone"), None)
    if everyone is not None and not holders.everyone and (holders.everyone is False or "users" in holders.lists):
        yield UnmetAnswer(f"everyone may use {what}, and should not", holders.span, _via(everyone))
    elif everyone is None and holders.everyone:
        yield UnmetAnswer(f"not everyone may use {what}, and everyone should", holders.span)
    for word, names in holders.lists.items():
        kind = word.removesuffix("s")
        there = {holder.name: holder for holder in found if holder.kind == kind}
        for name in sorted(there.keys() - set(names)):
            message = f"{kind} {quoted(name)} may use {what}, and is not listed"
            yield UnmetAnswer(message, holders.span, _via(there[name]))
        for name in sorted(set(names) - there.keys()):
            yield UnmetAnswer(f"{kind} {quoted(name)} is listed, and may not use {what}", holders.span)


def _via(holder: PermissionHolder) -> tuple[ExplanationStep, ...]:
    return (ExplanationStep(holder.via, "", 0, 0),)
