"""Mutation: small mistakes are made in the files of a set, and an expectation has to notice each of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files
from rolegate.documents.expectations_file import ExpectationsShape
from rolegate.documents.file_kinds import EXPECTATIONS
from rolegate.documents.set_reader import read_beside
from rolegate.errors import InvalidPolicyError
from rolegate.expect.expectations import Expectation
from rolegate.expect.read_expectations import expectations_of
from rolegate.loading.load import policy_of
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import access_diff
from rolegate.review.expectation_results import ExpectationResult, is_met
from rolegate.review.mutants import Mutant, mutants

_Names = tuple[Hashable, ...]
"""The names of a policy that the reading of expectations asks for."""

Outcome = Literal["killed", "refused", "equivalent", "survived"]


@dataclass(frozen=True, slots=True)
class MutantResult:
    """What became of one small mistake, which was made in memory at `span`.

    `killed`: the expectation called `by` fails, or cannot be read; `refused`: such a set has errors;
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
    files: Files,
    policy: Policy,
    results: Sequence[ExpectationResult],
    at: date | None = None,
    made: Sequence[Mutant] | None = None,
) -> tuple[MutantResult, ...]:
    """What becomes of each mutant of the set in *files*, which is *policy*, or of those that are *made*.

    Only the expectations that are met now can notice one.
    """
    met = {result.expectation.span: result.expectation.name for result in results if result.met}
    notice = _Notice(policy, read_beside(files, Report(), EXPECTATIONS), met, at)
    return tuple(notice.tried(mutant) for mutant in made or mutants(files, policy.catalog))


class _Notice:
    """Tries one mutant after the other, as `validate` and `test` would if its files were there."""

    def __init__(
        self, policy: Policy, shapes: Sequence[ExpectationsShape], met: Mapping[Span, str], at: date | None
    ) -> None:
        self._policy, self._shapes, self._met, self._at = policy, shapes, met, at
        # What has noticed one mistake may well notice the next one.
        self._killer = Span("")
        self._read: dict[_Names, tuple[tuple[Expectation, ...], Report]] = {}

    def tried(self, mutant: Mutant) -> MutantResult:
        """What becomes of a mutant."""
        try:
            changed = policy_of(mutant.files, self._policy.at)
        except InvalidPolicyError:
            return MutantResult(mutant.what, mutant.span, "refused")
        if _broken_parts(changed) - _broken_parts(self._policy):
            return MutantResult(mutant.what, mutant.span, "refused")
        killer = self._noticed_by(changed)
        if killer is not None:
            self._killer = killer.span
            # One that cannot be read has no name of its own, if that tells whom it is about.
            name = self._met.get(killer.span, killer.name)
            return MutantResult(mutant.what, mutant.span, "killed", name)
        same = not access_diff(self._policy, changed, at=self._at)
        return MutantResult(mutant.what, mutant.span, "equivalent" if same else "survived")

    def _noticed_by(self, changed: Policy) -> Expectation | None:
        """An expectation that fails, or cannot be read any more, as where nothing names its user."""
        expectations, report = self._expectations(changed)
        if report.failed:
            place = next(found.span for found in report.sorted() if found.severity == "error")
            return _of_place(expectations, place)
        own = [one for one in expectations if one.span in self._met]
        own.sort(key=lambda one: one.span != self._killer)
        return next((one for one in own if not is_met(one, changed, self._at)), None)

    def _expectations(self, changed: Policy) -> tuple[tuple[Expectation, ...], Report]:
        """The expectations as they are read for a changed policy, which a run of its files would do."""
        # INVARIANT: reading asks a policy for its names alone; mutants leave catalog and domains as they are.
        names = (changed.users, frozenset(changed.resolved.roles), _broken_parts(changed))
        if names not in self._read:
            report = Report()
            self._read[names] = (expectations_of(self._shapes, changed, report), report)
        return self._read[names]


def _broken_parts(policy: Policy) -> frozenset[tuple[str, str | None]]:
    """The parts of a policy that are set aside because of errors."""
    return frozenset((part.domain, part.role) for part in policy.set_aside if part.why.severity == "error")


def _of_place(expectations: Sequence[Expectation], place: Span) -> Expectation:
    """The expectation in which *place* is."""
    in_file = [one for one in expectations if one.span.file == place.file]
    before = [one for one in in_file if (one.span.line, one.span.column) <= (place.line, place.column)]
    return (before or in_file or list(expectations))[-1]
