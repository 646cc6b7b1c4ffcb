"""Expectations are put to a policy: which are met, and for the others what is the case, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Literal

from rolegate.answers.explanation_step import ExplanationStep
from rolegate.diagnostics import Span, quoted
from rolegate.engine.question import Question
from rolegate.engine.translation import translate
from rolegate.expect.expectations import (
    Expectation,
    ExpectedAnswer,
    ExpectedHolders,
    ExpectedRights,
    HolderWord,
)
from rolegate.policy.policy import Policy
from rolegate.records.errors import RecordError
from rolegate.review.policy_cells import cells_of
from rolegate.review.record_answer import allowed_on_record
from rolegate.review.tree_results import tree_deviations


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
    """Those of *expectations* whose file or name is like one of *wanted*: a pattern, or a part of it."""
    if not wanted:
        return tuple(expectations)
    return tuple(found for found in expectations if any(_is_meant(found, name) for name in wanted))


def _is_meant(found: Expectation, wanted: str) -> bool:
    file = found.span.file
    in_set = "/".join(file.split("/")[-2:])  # what the folders around are called says nothing
    return file == wanted or any(fnmatchcase(t, wanted) or wanted in t for t in (in_set, found.name))


def is_met(expectation: Expectation, policy: Policy, at: date | None = None) -> bool:
    """Whether everything is as expected; the reasons are not looked for."""
    return next(_deviations(expectation, policy, at), None) is None


@dataclass(frozen=True, slots=True)
class _Deviation:
    """Something that is not as expected, with the question that explains it."""

    message: str
    span: Span
    question: Question
    at: date | None


def _result(expectation: Expectation, policy: Policy, at: date | None) -> ExpectationResult:
    unmet = tuple(_explained(found, policy) for found in _deviations(expectation, policy, at))
    lists = (expectation.holders, expectation.rights)
    asked = len(expectation.answers) + sum(one is not None for one in lists)
    asked += 0 if expectation.tree is None else len(expectation.tree.boxes)
    return ExpectationResult(expectation, asked, unmet)


def _deviations(expectation: Expectation, policy: Policy, at: date | None) -> Iterator[_Deviation]:
    for answer in expectation.answers:
        yield from _of_answer(answer, policy, answer.at or at)
    if expectation.holders is not None:
        yield from _of_holders(expectation.holders, policy, expectation.holders.at or at)
    if expectation.rights is not None:
        yield from _of_rights(expectation.rights, policy, expectation.rights.at or at)
    if expectation.tree is not None:
        when = expectation.tree.at or at
        for message, span, asked in tree_deviations(expectation.tree, policy, when):
            yield _Deviation(message, span, asked, when)


def _of_answer(answer: ExpectedAnswer, policy: Policy, at: date | None) -> Iterator[_Deviation]:
    asked = answer.question
    if answer.record is not None:
        yield from _of_record(answer, answer.record, policy, at)
        return
    if _allowed(asked, policy, at) == answer.allowed:
        return
    on = "" if asked.on is None else f"[{'/'.join(asked.path)}]"
    what = quoted(f"{asked.permission}{on}" + (f"@{asked.scope}" if asked.scope is not None else ""))
    some = "some of " if asked.any else ""
    may = f"may not use {what}, and should" if answer.allowed else f"may use {some}{what}, and should not"
    yield _Deviation(f"{answer.who} {may}", answer.span, asked, at)


def _of_record(
    answer: ExpectedAnswer, record: Mapping[str, Any], policy: Policy, at: date | None
) -> Iterator[_Deviation]:
    """The deviation of an answer about one record; what cannot be decided is neither yes nor no."""
    asked, what = answer.question, quoted(answer.question.permission)
    try:
        found = allowed_on_record(asked, record, answer.attributes, policy.snapshot(at))
    except RecordError as error:
        yield _Deviation(
            f"{answer.who}: {what} cannot be decided on the record: {error}", answer.span, asked, at
        )
        return
    if found != answer.allowed:
        may = (
            "may not use {} on the record, and should"
            if answer.allowed
            else "may use {} on the record, and should not"
        )
        yield _Deviation(f"{answer.who} {may.format(what)}", answer.span, asked, at)


def _allowed(question: Question, policy: Policy, at: date | None) -> bool:
    """The answer to *question*, which is about the scope that it names alone."""
    snapshot = policy.snapshot(at)
    if not (question.any and question.scope is not None):
        return snapshot.allowed(question)
    asked = translate(question, snapshot.resolved)
    return any(
        snapshot.allows(asked, replace(asked.request(permission), scopes=(question.scope,)))
        for permission in asked.permissions
    )


def holders_there(
    holders: ExpectedHolders, policy: Policy, at: date | None
) -> tuple[Mapping[HolderWord, tuple[str, ...]], bool]:
    """Everybody of each kind who may do what *holders* is about, and whether everyone may."""
    asked = holders.question
    found = policy.who_can(
        asked.permission, domain=asked.domain, on=asked.on, scope=asked.scope, any=asked.any, at=at
    )
    everyone = any(holder.kind == "everyone" for holder in found)
    return {f"{k}s": tuple(holder.name for holder in found if holder.kind == k) for k in _KINDS}, everyone


def rights_there(rights: ExpectedRights, policy: Policy, at: date | None) -> tuple[str, ...]:
    """Everything that the subject of *rights* holds."""
    asked = translate(rights.question, policy.resolved)
    return cells_of(policy.snapshot(at)).rights(asked.sub, asked.dom)


def _of_holders(holders: ExpectedHolders, policy: Policy, at: date | None) -> Iterator[_Deviation]:
    asked, what = holders.question, quoted(holders.text)
    found, everyone = holders_there(holders, policy, at)
    if everyone and not holders.everyone and (holders.everyone is False or "users" in holders.lists):
        yield _Deviation(f"everyone may use {what}, and should not", holders.span, asked, at)
    elif not everyone and holders.everyone:
        yield _Deviation(f"not everyone may use {what}, and everyone should", holders.span, asked, at)
    for kind in _KINDS:
        listed = holders.lists.get(f"{kind}s")
        if listed is None:
            continue
        there = found[f"{kind}s"]
        for name in sorted(set(there) ^ set(listed)):
            about = asked.about(kind, name, asked.domain)
            not_there = f"is listed, and may not use {what}"
            may = f"may use {what}, and is not listed" if name in there else not_there
            yield _Deviation(f"{kind} {quoted(name)} {may}", holders.span, about, at)


def _of_rights(rights: ExpectedRights, policy: Policy, at: date | None) -> Iterator[_Deviation]:
    held = rights_there(rights, policy, at)
    for text in (*held, *rights.exactly):
        if (text in held) != (text in rights.exactly):
            what = "is held, and is not listed" if text in held else "is listed, and is not held like this"
            question = replace(rights.question, permission=_path(text), any=True)
            yield _Deviation(f"{quoted(text)} {what}", rights.span, question, at)


def _path(text: str) -> str:
    """The permission of a part that is held, or is said to be."""
    return text.partition("[")[0].partition("@")[0]


_KINDS: tuple[Literal["user", "team", "role"], ...] = ("user", "team", "role")


def _explained(found: _Deviation, policy: Policy) -> UnmetAnswer:
    """What is not as expected, with what the answer is for."""
    why = policy.explain_question(found.question, at=found.at)
    if why.decision.allowed:
        return UnmetAnswer(found.message, found.span, why.chain)
    nearest = tuple(suggestion.text for suggestion in why.nearest)
    user = found.question.user
    if user is not None and user not in policy.users:  # it was asked for everyone, who has no id
        nearest = tuple(text.replace(f'"user": "{user}"', '"everyone": true') for text in nearest)
    return UnmetAnswer(f"{found.message}: {why.decision.reason}", found.span, why.blocked, nearest)
