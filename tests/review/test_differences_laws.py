"""The difference of two policies is what one finds by asking both of them every question."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from plain.asking import Stock
from plain.comparing import wrong_cells
from plain.editing import edited
from plain.evaluator import Evaluator
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from rolegate.review.cells import Cell

ASKED = 120
"""So many cells of each subject are asked about; a stock enforcer is slower, so it is asked about fewer."""


@examples(90)
@given(files=policy_sets(), other=st.none() | policy_sets(), seed=st.integers(0, 2**32))
def test_differences_are_all_questions_with_another_answer(
    files: Files, other: Files | None, seed: int
) -> None:
    """For an edited set, and for any other one; what nobody's difference has is answered alike."""
    draw = random.Random(seed)
    sets = (files, other if other is not None else edited(files, draw))
    with TemporaryDirectory() as folder:
        policies = [sound(some, Path(folder) / str(side)) for side, some in enumerate(sets)]
    opinions = [Evaluator(some, NOW).answer for some in sets]

    def some(cells: Sequence[Cell]) -> Sequence[int]:
        return draw.sample(range(len(cells)), min(ASKED, len(cells)))

    assert list(wrong_cells(policies, opinions, NOW, some)) == []


@examples(20)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_differences_are_what_a_stock_enforcer_answers(files: Files, seed: int) -> None:
    """With the compiled files of both sides, and no rolegate."""
    draw = random.Random(seed)
    sets = (files, edited(files, draw))
    with TemporaryDirectory() as folder:
        policies = [sound(some, Path(folder) / str(side)) for side, some in enumerate(sets)]
        opinions = []
        for side, (some, policy) in enumerate(zip(sets, policies, strict=True)):
            made = policy.compile(at=NOW)
            place = Path(folder) / f"compiled {side}"
            opinions.append(Stock(made.model_text, made.policy_text, place, Evaluator(some, NOW)).answer)

    def few(cells: Sequence[Cell]) -> Sequence[int]:
        return draw.sample(range(len(cells)), min(4, len(cells)))

    assert list(wrong_cells(policies, opinions, NOW, few)) == []
