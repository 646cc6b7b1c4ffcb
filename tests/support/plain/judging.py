"""All judges of one policy set: the plain evaluator, rolegate, and Casbin on the compiled lines."""

from pathlib import Path

from drawing import some
from plain.asking import Rolegate, Stock, differences, questions, sample
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files
from rolegate import CompiledPolicy, Policy


def judged_alike(files: Files, seed: int, folder: Path) -> tuple[Policy, CompiledPolicy]:
    """Put some questions to all of them, which have to agree; the set that was asked."""
    plain = Evaluator(files, NOW)
    policy = loaded(folder / "set", files)
    compiled = policy.compile(at=NOW)
    stock = Stock(compiled.model_text, compiled.policy_text, folder / "compiled", plain)
    asks = sample(questions(files, plain), max(some(1500), 600), seed)
    assert differences(plain.answer, Rolegate(policy, NOW).answer, asks) == []
    assert (
        differences(plain.answer, stock.answer, [ask for ask in asks if not ask.any][: len(asks) // 4]) == []
    )
    return policy, compiled
