"""Bindings from an application: a domain answers as if they stood in the files, or it does not answer."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bound import parted
from drawing import examples
from plain.asking import UNKNOWN, questions, sample
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from rolegate import Gate, Policy
from rolegate.encoding import encode


def lines_in(policy: Policy, domain: str) -> list[Any]:
    """The compiled lines for one domain alone, and the links there."""
    made, dom = policy.compile(), encode(domain)
    return [sorted(line for line in lines if dom in line) for lines in (made.p, made.g, made.g2)]


@examples(200)
@given(policy_sets(), st.integers(0, 2**32))
def test_as_if_they_stood_in_the_files(files: Files, number: int) -> None:
    """Whatever part of lines and members comes from the application: answers, lists and lines are the same."""
    draw = random.Random(number)
    rest, tables = parted(files, draw)
    with TemporaryDirectory() as folder:
        whole = replace(loaded(Path(folder) / "whole", files), at=NOW)
        part = replace(loaded(Path(folder) / "part", rest), at=NOW)
    gate, full, plain = Gate(part, bindings=tables), Gate(whole), Evaluator(files, NOW)
    asks = [ask for ask in questions(files, plain) if ask.kind == "user" and not ask.any]
    for ask in sample(asks, 200, number):
        details: Any = {"domain": ask.domain, "on": ask.on or None, "scope": ask.scope}
        answers = [each.check(ask.name, ask.permission, **details) for each in (gate, full)]
        assert [plain.answer(ask)] * 2 == answers, ask
    for domain in plain.domains:
        assert lines_in(whole, domain) == lines_in(gate.policy_in(domain), domain)
        for user in (*whole.users[:3], UNKNOWN):
            name = domain if whole.needs_domain else None
            ours, theirs = gate.subject(user, name), full.subject(user, name)
            assert (ours.teams, ours.tree()) == (theirs.teams, theirs.tree())
            assert ours.permissions() == theirs.permissions()
    assert all(count == 1 for count in tables.reads.values())
