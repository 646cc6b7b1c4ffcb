"""rolegate, a stock Casbin on the compiled files, and the plain evaluator give the same answers.

ROLEGATE_EXAMPLES=2000 makes the random part of this and of the other property tests run that many sets.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from plain.asking import Rolegate, Stock, differences, questions, sample
from plain.evaluator import Evaluator
from plain.loading import examples, loaded, source
from plain.names import NAMES
from plain.strategies import NOW, Files, policy_sets
from plain.writer import read_set

SETS = ("livechat", "respond-io", "responsive", "responso")


@pytest.mark.parametrize("name", SETS)
def test_the_four_sets(name: str, tmp_path: Path) -> None:
    """Every subject, domain, permission, scope and instance, unknown ones included: 0 differences."""
    folder = source("policies") / name
    files = read_set(folder)
    plain = Evaluator(files, NOW)
    policy = loaded(folder)
    compiled = policy.compile(at=NOW)
    stock = Stock(compiled.model_text, compiled.policy_text, tmp_path, plain)
    asks = list(questions(files, plain))
    named = [ask for ask in asks if not ask.any]
    assert differences(plain.answer, Rolegate(policy, NOW).answer, asks) == []
    assert differences(plain.answer, stock.answer, named) == []


@examples(120)
@given(policy_sets(), NAMES, st.integers(0, 2**16))
def test_random_sets(files: Files, strange: str, seed: int) -> None:
    """The same for sets that nobody would write, with names that nobody would pick."""
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        plain = Evaluator(files, NOW)
        compiled = policy.compile(at=NOW)
        note(compiled.policy_text)
        stock = Stock(compiled.model_text, compiled.policy_text, Path(folder) / "compiled", plain)
        asks = sample(questions(files, plain, [strange]), 1500, seed)
        named = [ask for ask in asks if not ask.any][:300]
        assert differences(plain.answer, Rolegate(policy, NOW).answer, asks) == []
        assert differences(plain.answer, stock.answer, named) == []
