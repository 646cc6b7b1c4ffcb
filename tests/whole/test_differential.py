"""A short run of `differential.py`; a million questions are `python tests/support/differential.py`."""

import random
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import casbin
import pytest
from hypothesis import given
from hypothesis import strategies as st

import differential
from differential import Case, Tally, run
from drawing import examples, some
from plain.asking import Stock, questions, request, sample
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from rolegate.compiled.names import EVERY

pytestmark = pytest.mark.slow


def test_thousands_of_questions() -> None:
    """The plain evaluator, the index, Casbin and an `IndexedEnforcer` agree, between changes as well."""
    wanted = some(6_000)
    tally = run(wanted, per_set=400)
    assert tally.case is None, tally.case
    assert wanted <= tally.asked
    assert tally.asked // 10 < tally.allowed < tally.asked * 9 // 10
    assert wanted // 40 < tally.changes
    assert wanted // 100 < tally.whole


def test_a_disagreement_is_found_and_shown(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """An index that loses one kind of denial does not come through; the exit code is 1."""
    law = Case.law

    def lie(self: Case, wanted: Any, index: Any) -> dict[str, bool]:
        answers = law(self, wanted, index)
        return answers | {
            "index": answers["casbin"] or (wanted[3].endswith("show") and wanted[2] == ":every")
        }

    monkeypatch.setattr(differential.Case, "law", lie)
    monkeypatch.setattr(sys, "argv", ["differential.py", "--questions", "2000", "--per-set", "400"])
    assert 1 == differential.main()
    shown = capsys.readouterr().out
    assert "a disagreement" in shown
    assert "--seed 0" in shown
    assert "catalog.yaml: " in shown


@examples(30)
@given(policy_sets(), st.integers(0, 2**32))
def test_the_lines_lent_to_casbin_say_what_all_lines_say(files: Files, number: int) -> None:
    """The matcher asks for the permission and the scope, so a line with others changes no answer."""
    plain = Evaluator(files, NOW)
    draw = random.Random(number)
    with TemporaryDirectory() as folder:
        compiled = loaded(Path(folder) / "set", files).compile(at=NOW)
        stock = Stock(compiled.model_text, compiled.policy_text, Path(folder) / "compiled", plain)
        lines = [*compiled.p]
        wanted = [request(plain, ask) for ask in sample(questions(files, plain, some=(False,)), 8, number)]
        wanted += [
            (line.sub, line.dom, line.obj.replace("*", EVERY), *rest[3:5])
            for line, rest in zip(draw.choices(lines, k=8), draw.choices(lines, k=8), strict=True)
        ]
        wanted += [(line.sub, line.dom, line.obj, line.act, line.scope) for line in draw.choices(lines, k=8)]
        whole = casbin.Enforcer(
            *(str(Path(folder) / "compiled" / name) for name in ("model.conf", "policy.csv"))
        )
        for asked in wanted:
            assert bool(whole.enforce(*asked)) is stock.enforce(asked), asked


def test_the_tally_counts() -> None:
    """What was wanted, or a disagreement, ends it."""
    assert not Tally(3).over
    assert Tally(3, asked=3).over
    assert Tally(3, case="one").over
    assert "0 disagreements" in str(Tally(3))
