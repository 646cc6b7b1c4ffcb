"""The policy sets of this project answer what their own files of expectations say."""

from __future__ import annotations

import rolegate
from repository import ROOT


def test_livechat_answers_what_is_expected_of_it() -> None:
    """Every expectation is met, and no answer of the set could change without one that fails."""
    run = rolegate.run_expectations(ROOT / "policies" / "livechat", coverage=True)
    assert [answer.message for result in run.results for answer in result.unmet] == []
    assert run.coverage is not None
    assert (run.ok, run.coverage.percent) == (True, 100.0)
    assert {result.expectation.section for result in run.results} == {"access", "who_can", "holds"}
