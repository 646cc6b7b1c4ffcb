"""What is broken in the files of single tenants is set aside: nobody gains a yes, and others keep theirs."""

import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.asking import Rolegate, Stock, differences, questions, telling
from plain.breaking import Breaking
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets

pytestmark = pytest.mark.slow


@examples(30)
@given(policy_sets(), st.integers(0, 2**32), st.integers(1, 3))
def test_what_is_broken_is_set_aside_and_nothing_else(files: Files, seed: int, times: int) -> None:
    """LAW: setting aside what is broken gives nobody a yes, and changes no answer elsewhere."""
    assume("domains.yaml" in files)
    draw = random.Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        loaded(folder / "whole", files)
        broken = Breaking(files, folder / "broken", draw)
        for _ in range(times):
            broken.break_one()
        broken.write()
        policy = rolegate.load(folder / "broken")
        whole, left = Evaluator(files, NOW), Evaluator(files, NOW, broken.broken)
        asks = telling(questions(files, whole), whole, 500, seed)
        ours = Rolegate(policy, NOW).answer
        assert [] == differences(left.answer, ours, asks)
        assert [] == [ask for ask in asks if ours(ask) and not whole.answer(ask)]
        compiled = policy.compile(at=NOW)
        stock = Stock(compiled.model_text, compiled.policy_text, folder / "compiled", left)
        assert [] == differences(left.answer, stock.answer, [ask for ask in asks if not ask.any][:150])
        aside = {(part.domain, part.role) for part in policy.set_aside}
        assert [] == [(domain, role) for domain, role in broken.broken - aside if domain in policy.domains]
