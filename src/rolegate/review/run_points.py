"""What a run of expectations tests, one by one: expectations, mistakes to be noticed, and the coverage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from rolegate.diagnostics import Span, one_line, quoted
from rolegate.documents.file_kinds import CATALOG
from rolegate.loading.refused_sets import RefusedSet
from rolegate.review.coverage import Coverage, SubjectCoverage
from rolegate.review.expectation_results import ExpectationResult, UnmetAnswer
from rolegate.review.expectation_run import ExpectationRun
from rolegate.texts.escaping import plain


class RunPoint(NamedTuple):
    """Something that is tested, and where it is written; `said` and, in short, `why` it fails, if it does."""

    name: str
    span: Span
    why: str
    said: tuple[str, ...]


def run_points(run: ExpectationRun, cover_min: float | None = None) -> Iterator[RunPoint]:
    """Each expectation, each mutant that survived, and a coverage of less than *cover_min* percent."""
    for result in run.results:
        said = tuple(line for answer in result.unmet for line in unmet_lines(answer))
        why = "" if result.met else _first(result)
        yield RunPoint(result.expectation.name, result.expectation.span, why, said)
    for mutant in run.survivors:
        said = (f"{one_line(str(mutant.span))}: {_SURVIVED}",)
        yield RunPoint(mutant.what, mutant.span, _SURVIVED, said)
    if run.coverage is not None and cover_min is not None and run.coverage.percent < cover_min:
        why, span = too_little(run.coverage, cover_min), catalog_span(run)
        yield RunPoint("coverage", span, why, (why, *uncovered_lines(run.coverage)))


def refused_points(refused: RefusedSet) -> Iterator[RunPoint]:
    """Each error of a set that cannot be run, at its line."""
    for error in refused.errors:
        yield RunPoint(
            f"{error.code} {error.name}", error.span, error.message, tuple(str(error).splitlines())
        )


def unmet_lines(answer: UnmetAnswer) -> Iterator[str]:
    """What is not as expected, why it is so, and what would change it, on one line each."""
    yield f"{one_line(str(answer.span))}: {plain(answer.message)}"
    for step in answer.because:
        place = f"  {one_line(step.file)}:{step.line}:{step.column}" if step.file else ""
        yield f"  · {plain(step.text)}{place}"
    for change in answer.nearest:
        yield f"  → {plain(change)}"


def too_little(coverage: Coverage, cover_min: float) -> str:
    """That less than *cover_min* percent is covered."""
    return f"the expectations cover {coverage.percent} % of the answers, which is less than {cover_min:g} %"


def uncovered_lines(coverage: Coverage) -> Iterator[str]:
    """Whose answers are not covered, and how many of them, one subject a line."""
    for subject in coverage.subjects:
        if subject.uncovered:
            yield f"{_whom(subject)}: {subject.covered} of {subject.cells}"


def catalog_span(run: ExpectationRun) -> Span:
    """The place of what is about the whole set."""
    return Span(CATALOG.place if run.source == "." else f"{run.source}/{CATALOG.place}")


def _whom(subject: SubjectCoverage) -> str:
    who = f"{subject.kind} {quoted(subject.name)}" if subject.name else "everyone else"
    return who if subject.domain is None else f"{who} in {quoted(subject.domain)}"


def _first(result: ExpectationResult) -> str:
    more = f" (and {len(result.unmet) - 1} more)" if len(result.unmet) > 1 else ""
    return result.unmet[0].message + more


_SURVIVED = "no expectation notices this mistake"
