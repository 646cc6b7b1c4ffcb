"""Roles and teams that the application gives: all is as if lines in the files said so."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from given import GivenUser, gate_at_now, questions_of, some_user, with_lines
from plain.asking import sample
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from rolegate import Gate, InvalidQuestionError, Subject, UnknownNameError
from rolegate.compiled.names import user_name
from rolegate.encoding import encode


def lists_of(subject: Subject, policy: rolegate.Policy) -> dict[Any, Any]:
    """All that a subject lists."""
    found: dict[Any, Any] = {"permissions": subject.permissions(), "teams": sorted(subject.teams)}
    found["tree"] = subject.tree()
    for permission in policy.catalog.permissions:
        found["scopes", permission.path] = subject.scopes(permission.path)
        if permission.chain:
            found["instances", permission.path] = subject.instances(permission.path)
    for group in policy.catalog.nodes:
        if group.endswith(".fields"):
            found["fields", group] = subject.fields(group.removesuffix(".fields"))
    return found


def why_of(subject: Subject, ask: Any) -> Any:
    """The reasons of an answer, without the places, which are not those of files."""
    found = subject.explain(ask.permission, on=ask.on or None, scope=ask.scope)
    texts = [step.text for step in found.chain], sorted(step.text for step in found.blocked)
    return found.decision.allowed, found.grant, found.until, texts, found.decision.notes


@examples(300)
@given(policy_sets(), st.integers(0, 2**32))
def test_as_if_lines_said_so(files: Files, number: int) -> None:
    """Answers, lists, fields, trees and reasons are those of the set with the lines; so are Casbin's lines."""
    draw = random.Random(number)
    who = some_user(files, draw)
    there = with_lines(files, who)
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "without", files)
        said = loaded(Path(folder) / "with", there)
    ours, theirs = who.of(gate_at_now(policy)), gate_at_now(said).subject(who.user, who.domain)
    plain = Evaluator(there, NOW)
    asks = sample(questions_of(there, who), 300, number)
    for ask in asks:
        details: Any = {"on": ask.on or None, "scope": ask.scope}
        answers = [subject.can(ask.permission, **details) for subject in (ours, theirs)]
        assert [plain.answer(ask)] * 2 == answers, (who, ask)
    assert lists_of(theirs, said) == lists_of(ours, said)
    for ask in sample(asks, 5, number):
        assert why_of(theirs, ask) == why_of(ours, ask), (who, ask)
    _same_lines(ours, theirs, who)


def _same_lines(ours: Subject, theirs: Subject, who: GivenUser) -> None:
    """What the compiled policies say of the user in the domain."""
    sub, dom = user_name(who.user), encode(who.domain)
    if not who.roles and not who.teams:
        return
    mine, full = (subject._standing.snapshot.compiled for subject in (ours, theirs))
    for ours_has, theirs_has in ((mine.p, full.p), (mine.g, full.g)):
        about = [{line for line in lines if sub in line and dom in line} for lines in (ours_has, theirs_has)]
        assert about[1] == about[0]
