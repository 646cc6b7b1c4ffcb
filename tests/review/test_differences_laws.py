"""The difference of two policies is what one finds by asking both of them every question."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples, some
from plain.comparing import stock_answer, wrong_cells
from plain.editing import edited
from plain.evaluator import Evaluator
from plain.loading import sound, sound_or_none
from plain.strategies import NOW, Files, policy_sets
from rolegate.review.cells import Cell

ASKED = 120
"""So many cells of each subject are asked about; a stock enforcer is slower, so it is asked about fewer."""

EDITS = 10
"""Edits of each set of which a stock enforcer is asked; with those left out that are not valid, 200 pairs."""


@examples(45)
@given(files=policy_sets(), other=st.none() | policy_sets(), seed=st.integers(0, 2**32))
def test_differences_are_all_questions_with_another_answer(
    files: Files, other: Files | None, seed: int
) -> None:
    """For an edited set, and for any other one; what nobody's difference has is answered alike."""
    draw = random.Random(seed)
    sets = (files, other if other is not None else edited(files, draw))
    with TemporaryDirectory() as folder:
        policies = [sound(one, Path(folder) / str(side)) for side, one in enumerate(sets)]
    opinions = [Evaluator(one, NOW).answer for one in sets]

    def chosen(cells: Sequence[Cell]) -> Sequence[int]:
        return draw.sample(range(len(cells)), min(ASKED, len(cells)))

    assert list(wrong_cells(policies, opinions, NOW, chosen)) == []


@examples(25)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_differences_are_what_a_stock_enforcer_answers(files: Files, seed: int) -> None:
    """With the compiled files of both sides, and no rolegate; of each set with several edits of it."""
    draw = random.Random(seed)

    def few(cells: Sequence[Cell]) -> Sequence[int]:
        return draw.sample(range(len(cells)), min(4, len(cells)))

    with TemporaryDirectory() as folder:
        top = Path(folder)
        old = sound(files, top / "old")
        before = stock_answer(files, old, top / "compiled")
        for number in range(some(EDITS, EDITS)):
            changed = edited(files, draw)
            new = sound_or_none(changed, top / f"new {number}")
            if new is not None:
                after = stock_answer(changed, new, top / f"compiled {number}")
                assert list(wrong_cells((old, new), (before, after), NOW, few)) == []
