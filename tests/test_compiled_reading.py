"""Compiled lines read back answer as the policy they were compiled from."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

import rolegate
from rolegate.compiled.reading import read_rows, read_text
from rolegate.engine.index import Index
from rolegate.errors import LinesInvalid

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["livechat", "respond-io", "responsive", "responso"])
def test_policy_csv_reads_back(name: str) -> None:
    """The same lines, in the same order."""
    compiled = rolegate.load(ROOT / "policies" / name).compile()
    read = read_text(compiled.policy_text)
    assert (tuple(compiled.p), tuple(compiled.g), compiled.g2) == (read.p, read.g, read.g2)


def test_an_index_of_the_text_answers_like_the_policy() -> None:
    """The compiled form is enough to decide."""
    compiled = rolegate.load(ROOT / "policies/respond-io").compile()
    one, other = Index(compiled), Index(read_text(compiled.policy_text))
    subs = sorted({line.sub for line in compiled.g})
    doms = sorted({line.dom for line in compiled.g})
    asked = sorted({(line.obj, line.act, line.scope) for line in compiled.p})
    answers = [one.allows(s, d, *rest) for s, d, rest in product(subs, doms, asked)]
    assert answers == [other.allows(s, d, *rest) for s, d, rest in product(subs, doms, asked)]
    assert any(answers) and not all(answers)


@pytest.mark.parametrize("row", [["p2", "a"], ["p", "a", "b"], ["g", "a", "b", "c", "d"], ["g2", "a"]])
def test_a_line_that_cannot_be_is_refused(row: list[str]) -> None:
    """Nothing is skipped: a lost deny would be a grant."""
    with pytest.raises(LinesInvalid):
        read_rows([row])
