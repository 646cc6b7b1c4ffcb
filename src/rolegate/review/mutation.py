"""Mutation: small mistakes are made in the files of a set, and an expectation has to notice each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from rolegate.diagnostics import Span
from rolegate.documents.capture import Files
from rolegate.errors import InvalidPolicyError
from rolegate.expect.expectations import Expectation
from rolegate.loading.load import policy_of
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import access_diff
from rolegate.review.expectation_results import ExpectationResult, is_met
from rolegate.review.mutants import Mutant, mutants

Outcome = Literal["killed", "refused", "equivalent", "survived"]


@dataclass(frozen=True, slots=True)
class MutantResult:
    """What became of one small mistake, which was made in memory at `span`.

    `killed`: the expectation called `by` fails; `refused`: such a set has errors;
    `equivalent`: everybody may do the same as before; `survived`: nothing notices it.
    """

    what: str
    span: Span
    outcome: Outcome
    by: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        place = {"file": self.span.file, "line": self.span.line, "column": self.span.column}
        return {"what": self.what, **place, "outcome": self.outcome, **({"by": self.by} if self.by else {})}


def mutate(
    files: Files, policy: Policy, results: Sequence[ExpectationResult], at: date | None = None
) -> tuple[MutantResult, ...]:
    """What becomes of each mutant of the set in *files*, which is *policy*; only what it meets can notice."""
    met = [result.expectation for result in results if result.met]
    return tuple(_results(files, policy, met, at))


def _results(
    files: Files, policy: Policy, met: Sequence[Expectation], at: date | None
) -> Iterator[MutantResult]:
    # What has noticed one mistake may well notice the next one.
    order = list(met)
    for mutant in mutants(files, policy.catalog):
        result = tried(mutant, policy, order, at)
        if result.outcome == "killed":
            order.sort(key=lambda expectation: expectation.name != result.by)
        yield result


def tried(mutant: Mutant, policy: Policy, met: Sequence[Expectation], at: date | None = None) -> MutantResult:
    """What becomes of one mutant of *policy*, of which all in *met* is as expected."""
    try:
        changed = policy_of(mutant.files, policy.at)
    except InvalidPolicyError:
        return MutantResult(mutant.what, mutant.span, "refused")
    killer = next((one for one in met if not is_met(one, changed, at)), None)
    if killer is not None:
        return MutantResult(mutant.what, mutant.span, "killed", killer.name)
    same = not access_diff(policy, changed, at=at)
    return MutantResult(mutant.what, mutant.span, "equivalent" if same else "survived")
