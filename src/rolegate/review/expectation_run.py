"""`run_expectations`: the expectations of a policy set, put to the policy beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rolegate.diagnostics import Report
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidExpectationsError, InvalidPolicyError
from rolegate.expect.read_expectations import read_expectations_of
from rolegate.loading.load import policy_of
from rolegate.loading.refused_sets import RefusedSet
from rolegate.loading.sources import Source, source_files
from rolegate.policy.policy import Policy
from rolegate.review.coverage import Coverage, coverage_of
from rolegate.review.expectation_results import ExpectationResult, chosen, results_of
from rolegate.review.mutation import MutantResult, mutate


@dataclass(frozen=True, slots=True)
class ExpectationRun:
    """The results of the expectations of one policy set, in the order of the files.

    `passed_over` counts those that were not asked for. `coverage` and `mutants` are there if they were asked
    for. `policy` is what was asked: whoever wants to know more about the same state of the files, such as
    `report_html`, need not read them again.
    """

    source: str
    results: tuple[ExpectationResult, ...]
    passed_over: int = 0
    coverage: Coverage | None = None
    mutants: tuple[MutantResult, ...] | None = None
    policy: Policy = field(kw_only=True, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether every expectation is met, and no mutant survived."""
        return all(result.met for result in self.results) and not self.survivors

    @property
    def survivors(self) -> tuple[MutantResult, ...]:
        """The mistakes that nothing notices."""
        return tuple(mutant for mutant in self.mutants or () if mutant.outcome == "survived")

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "source": self.source,
            "ok": self.ok,
            "passed_over": self.passed_over,
            "expectations": [result.to_dict() for result in self.results],
            **({} if self.coverage is None else {"coverage": self.coverage.to_dict()}),
            **({} if self.mutants is None else {"mutants": [mutant.to_dict() for mutant in self.mutants]}),
        }


def run_expectations(
    source: str | Source,
    *,
    at: date | None = None,
    only: Sequence[str] = (),
    coverage: bool = False,
    mutants: bool = False,
    limits: Limits | None = None,
) -> ExpectationRun:
    """The expectations of a policy set, each with whether it is met.

    With *only*, those are run whose file or name is one of these: a pattern with stars, or a part of it.
    Expectations without a time of their own are asked at *at*, or now. With *coverage*, it is worked out
    which answers of that time could change without an expectation that fails. With *mutants*, small mistakes
    are made in the files, in memory, and it is tried which of them an expectation notices.

    Raises:
        PolicyNotFoundError: when there is no policy set.
        RevisionError: when a revision cannot be read, or does not have the folder.
        InvalidPolicyError: when the set has errors.
        InvalidExpectationsError: when one of the expectations has errors.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    files = source_files(source, beside=True, limits=limits)
    policy = policy_of(files, None if at is None else moment_of(at))
    report = Report()
    expectations = read_expectations_of(files, policy, report)
    if report.failed:
        raise InvalidExpectationsError(report.sorted())
    wanted = chosen(expectations, only)
    results = results_of(policy, wanted)
    covered = coverage_of(policy, results) if coverage else None
    tried = mutate(files, policy, results, policy.at) if mutants else None
    left = len(expectations) - len(wanted)
    return ExpectationRun(str(source), results, left, covered, tried, policy=policy)


def run_each(
    sources: Iterable[Source],
    *,
    at: date | None = None,
    only: Sequence[str] = (),
    coverage: bool = False,
    mutants: bool = False,
    limits: Limits | None = None,
) -> tuple[tuple[ExpectationRun, ...], tuple[RefusedSet, ...]]:
    """The runs of several policy sets, and those that have errors, of which nothing was run.

    Raises:
        PolicyNotFoundError, RevisionError, InvalidQuestionError: as for `run_expectations`.
    """
    runs, refused = list[ExpectationRun](), list[RefusedSet]()
    for source in sources:
        try:
            run = run_expectations(
                source, at=at, only=only, coverage=coverage, mutants=mutants, limits=limits
            )
        except InvalidPolicyError as failure:
            refused.append(RefusedSet.of(failure, str(source)))
        else:
            runs.append(run)
    return tuple(runs), tuple(refused)
