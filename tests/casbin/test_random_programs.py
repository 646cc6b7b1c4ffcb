"""`IndexedEnforcer` gives the answers of a stock `casbin.Enforcer`, whatever was done to both.

ROLEGATE_PROGRAMS=500 makes the random part run that many programs for each model, other ones each time.
"""

import os
import random
from collections.abc import Iterable

import pytest

import rolegate
from drawing import some
from plain.casbin_models import INDEXED, both
from plain.casbin_programs import Program
from plain.loading import source


def seeds() -> Iterable[int]:
    wanted = os.environ.get("ROLEGATE_PROGRAMS")
    start = 0 if wanted is None else random.randrange(10**6)
    return range(start, start + int(wanted or some(4)))


@pytest.mark.parametrize("name", INDEXED)
def test_random_programs(name: str) -> None:
    """After every management call: the same decisions, explanations, lists and implicit questions."""
    for seed in seeds():
        program = Program(INDEXED[name], seed)
        program.ask(20)
        for _ in range(30):
            program.step()
            program.ask(12)


def test_the_usual_policies_of_this_project() -> None:
    """`model.conf` with everything our compiler writes is in the family."""
    for name in ("livechat", "responso"):
        compiled = rolegate.load(source("policies") / name).compile()
        rows = [(section[0], section, list(line)) for section, line in compiled.lines]
        stock, ours = both(compiled.model_text, rows)
        assert ours.indexed
        draw = random.Random(name)
        # A request has the subject first, a line the domain.
        order = (1, 0, 2, 3, 4)
        columns: list[list[str]] = [sorted({line[n] for line in compiled.p}) for n in order]
        columns[0] += [*sorted({link.sub for link in compiled.g}), "user:nobody", "user:*", "user"]
        columns[1] = sorted({line[0] for line in compiled.g2}) or columns[1]
        for _ in range(some(150, 5)):
            line = draw.choice(list(compiled.p))
            asked = [
                line[n] if draw.random() < 0.8 else draw.choice(column)
                for n, column in zip(order, columns, strict=True)
            ]
            asked[1] = draw.choice(columns[1])
            assert stock.enforce_ex(*asked) == ours.enforce_ex(*asked), asked
            assert stock.enforce(*asked) == ours.enforce(*asked), asked
