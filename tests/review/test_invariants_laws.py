"""An invariant holds if a search through everybody and everything finds nobody who breaks it."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, reject
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.evaluator import Ask, Evaluator
from plain.invariants import breaks, drawn, knowing
from plain.strategies import NOW, Files, names_in, policy_sets
from plain.writer import write_set
from rolegate import Question
from rolegate.diagnostics import Report
from rolegate.review.broken_invariants import broken
from rolegate.review.differences import moments
from rolegate.review.invariants import invariants_of

TRIED = 6
"""So many invariants are tried on each set."""


def answered(plain: Evaluator, asked: Question) -> bool:
    """The answer of the plain evaluator."""
    kind = "user" if asked.user is not None else "team" if asked.team is not None else "role"
    return plain.answer(
        Ask(kind, getattr(asked, kind), asked.domain, asked.permission, asked.path, asked.scope)
    )


@examples(30)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_an_invariant_holds_if_nobody_breaks_it(files: Files, seed: int) -> None:
    """At every moment; and what a witness is said to hold, it holds."""
    pick = random.Random(seed)
    users = sorted(names_in(files)["user"])
    policy = knowing(files, NOW)
    tried = [{**drawn(policy, users, pick), "note": str(number)} for number in range(TRIED)]
    with TemporaryDirectory() as folder:
        write_set({**files, "invariants.yaml": {"invariants": tried}}, Path(folder))
        try:
            read = rolegate.load(folder)
        except rolegate.InvalidPolicyError:
            reject()
    if read.set_aside:
        reject()
    invariants = invariants_of(read.resolved, Report())
    found = {one.invariant.note: one for one in broken(invariants, read.resolved, NOW)}
    times = [(moment, knowing(files, moment)) for moment in moments((read.resolved,), NOW)]
    for invariant in invariants:
        told = tried[int(invariant.note)]
        since = next((moment for moment, plain in times if breaks(plain, told, users)), None)
        one = found.get(invariant.note)
        said = None if one is None else one.since or NOW
        assert said == since, (told, one)
        for plain in [plain for moment, plain in times if moment == since]:
            assert one is not None
            for asked, allowed in one.witness.questions:
                assert answered(plain, asked) is allowed, (told, one)
