"""rolegate, a stock Casbin on the compiled files, and the plain evaluator give the same answers.

ROLEGATE_EXAMPLES=2000 makes the random part of this and of the other property tests run that many sets, other
ones each time, and asks Casbin every last question about the four sets.
"""

import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from drawing import examples, some, some_of
from plain.asking import Rolegate, Stock, differences, questions, request, requests, sample, telling
from plain.evaluator import Ask, Evaluator
from plain.loading import loaded, source
from plain.names import NAMES
from plain.strategies import NOW, Files, policy_sets
from plain.writer import read_set
from rolegate.compiled.lines import CompiledPolicy

pytestmark = pytest.mark.slow

SETS = ("livechat", "respond-io", "responsive", "responso")
FAR = None if "ROLEGATE_EXAMPLES" in os.environ else 1000
"""How many questions about subjects who have nothing where they are asked about; there are many."""


@pytest.mark.parametrize("name", SETS)
def test_rolegate_on_the_four_sets(name: str) -> None:
    """Every subject, domain, permission, scope and instance, `any` and unknown ones too: 0 differences."""
    folder = source("policies") / name
    files = read_set(folder)
    plain = Evaluator(files, NOW)
    asks = some_of(list(questions(files, plain)))
    assert differences(plain.answer, Rolegate(loaded(folder), NOW).answer, asks) == []


@cache
def asked_of_casbin(name: str) -> tuple[Evaluator, list[Ask]]:
    """What Casbin is asked about a set of the project, and who knows the answers."""
    files = read_set(source("policies") / name)
    plain = Evaluator(files, NOW)
    near: list[Ask] = []
    far: list[Ask] = []
    asks = some_of([ask for ask in questions(files, plain) if not ask.any], 10)
    for ask in {request(plain, ask): ask for ask in asks}.values():
        subject = plain.subject(ask)
        (near if subject and plain.held(subject, ask.domain) else far).append(ask)
    return plain, [*near, *sample(far, FAR or len(far))]


@cache
def compiled_set(name: str) -> tuple[CompiledPolicy, Stock]:
    """The compiled files of a set of the project, and a stock enforcer that has read them."""
    compiled = loaded(source("policies") / name).compile(at=NOW)
    with TemporaryDirectory() as folder:
        return compiled, Stock(
            compiled.model_text, compiled.policy_text, Path(folder), asked_of_casbin(name)[0]
        )


@pytest.mark.parametrize("name", SETS)
def test_casbin_on_the_four_sets(name: str) -> None:
    """The same questions asked of a stock enforcer."""
    plain, asks = asked_of_casbin(name)
    _, stock = compiled_set(name)
    asked = [ask for part in range(3) for ask in some_of(asks[part::3], 3)]
    assert differences(plain.answer, stock.answer, asked) == []


@pytest.mark.parametrize("name", SETS)
def test_lines_of_other_permissions_say_nothing(name: str) -> None:
    """Casbin is lent few lines for each question, and says what it says with all of them."""
    plain, asks = asked_of_casbin(name)
    compiled, stock = compiled_set(name)
    asked = [question for ask in sample(asks, some(1000)) for question in requests(plain, ask, compiled.g3)]
    whole = [stock.enforcer.enforce(*question) for question in asked]
    assert [stock.enforce(question) for question in asked] == whole
    assert len(stock.enforcer.get_policy()) == len(compiled.p)
    assert {True, False} == set(whole)


PINNED: dict[str, Files] = yaml.load(
    source("tests/support/plain/pinned.yaml").read_text(), Loader=yaml.CBaseLoader
)


@pytest.mark.parametrize("name", PINNED)
def test_pinned_sets(name: str) -> None:
    """What random sets seldom reach."""
    all_agree(PINNED[name], "nobody", seed=0)


@examples(100)
@given(policy_sets(), NAMES, st.integers(0, 2**16))
def test_random_sets(files: Files, strange: str, seed: int) -> None:
    """The same for sets that nobody would write, with names that nobody would pick."""
    all_agree(files, strange, seed, most=800)


def all_agree(files: Files, strange: str, seed: int, most: int = 10_000) -> None:
    """The three opinions on *most* questions at most are the same; Casbin is asked a fifth of them."""
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        plain = Evaluator(files, NOW)
        compiled = policy.compile(at=NOW)
        stock = Stock(compiled.model_text, compiled.policy_text, Path(folder) / "compiled", plain)
        asks = telling(questions(files, plain, [strange]), plain, most, seed)
        named = [ask for ask in asks if not ask.any][: most // 5]
        assert differences(plain.answer, Rolegate(policy, NOW).answer, asks) == []
        assert differences(plain.answer, stock.answer, named) == []
