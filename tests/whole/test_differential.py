"""A short run of `differential.py`; a million questions are `python tests/support/differential.py`."""

import sys
from typing import Any

import pytest

import differential
from differential import Case, Tally, run
from drawing import some

pytestmark = pytest.mark.slow


def test_thousands_of_questions() -> None:
    """The plain evaluator, the index, Casbin and an `IndexedEnforcer` agree, between changes as well."""
    wanted = some(6_000)
    tally = run(wanted, per_set=400)
    assert tally.case is None, tally.case
    assert wanted <= tally.asked
    assert tally.asked // 10 < tally.allowed < tally.asked * 9 // 10
    assert wanted // 40 < tally.changes


def test_a_disagreement_is_found_and_shown(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """An index that loses one kind of denial does not come through; the exit code is 1."""
    law = Case.law

    def lie(self: Case, wanted: Any, index: Any) -> dict[str, bool]:
        answers = law(self, wanted, index)
        return answers | {
            "index": answers["casbin"] or (wanted[3].endswith("show") and wanted[2] == ":every")
        }

    monkeypatch.setattr(differential.Case, "law", lie)
    monkeypatch.setattr(sys, "argv", ["differential.py", "--questions", "2000"])
    assert 1 == differential.main()
    shown = capsys.readouterr().out
    assert "a disagreement" in shown
    assert "--seed 0" in shown
    assert "catalog.yaml: " in shown


def test_the_tally_counts() -> None:
    """What was wanted, or a disagreement, ends it."""
    assert not Tally(3).over
    assert Tally(3, asked=3).over
    assert Tally(3, case="one").over
    assert "0 disagreements" in str(Tally(3))
