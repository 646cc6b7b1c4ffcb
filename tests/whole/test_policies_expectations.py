"""The policy sets of this project answer what their own files of expectations say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import rolegate
from command_line import POLICIES
from drawing import some_of
from rolegate.diagnostics import Report
from rolegate.documents.capture import read_files
from rolegate.expect.read_expectations import read_expectations_of
from rolegate.review.expectation_results import results_of
from rolegate.review.mutants import mutants
from rolegate.review.mutation import mutate

AT = datetime.fromisoformat("2026-06-01T00:00Z")
"""The time of the lists in `tests/holds.yaml`."""


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_a_set_answers_what_is_expected_of_it(path: Path) -> None:
    """Every expectation is met, and no answer of the set could change without one that fails."""
    run = rolegate.run_expectations(path, at=AT, coverage=True)
    assert [answer.message for result in run.results for answer in result.unmet] == []
    assert run.coverage is not None
    assert (run.ok, run.coverage.covered) == (True, run.coverage.cells)
    assert {"access", "holds"} <= {result.expectation.section for result in run.results}


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_every_mistake_in_a_set_is_noticed(path: Path) -> None:
    """Each mutant is killed, is refused by `validate`, or changes nobody's access."""
    policy, files = rolegate.load(path, at=AT), read_files(path, beside=True)
    expectations = read_expectations_of(files, policy, Report())
    made = list(mutants(files, policy.catalog))
    results = mutate(files, policy, results_of(policy, expectations), made=some_of(made, 40))
    assert [(str(mutant.span), mutant.what) for mutant in results if mutant.outcome == "survived"] == []
    assert [mutant for mutant in results if mutant.outcome == "killed"]
