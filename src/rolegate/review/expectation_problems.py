"""What a run of expectations finds, as findings with a place in the files."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from rolegate.diagnostics import Diagnostic, RelatedSpan, Report, Span
from rolegate.loading.refused_sets import RefusedSet
from rolegate.review.coverage import Coverage
from rolegate.review.expectation_results import ExpectationResult
from rolegate.review.expectation_run import ExpectationRun
from rolegate.review.run_points import catalog_span, too_little, uncovered_lines


def expectation_problems(
    runs: Iterable[ExpectationRun], cover_min: float | None = None, refused: Iterable[RefusedSet] = ()
) -> tuple[Diagnostic, ...]:
    """A finding for each answer that is not as expected (RG723), and for each mutant that survived (RG724).

    The first is at the expectation, and leads to the lines that are the reason; its help names the smallest
    changes that would allow what is denied. The second is at the line in which the mistake was made. Where
    less than *cover_min* percent is covered, that is one of the set (RG725). Sets that are *refused* have
    the errors for which they are.
    """
    report = Report()
    for one in refused:
        report.take(one.errors)
    for run in runs:
        for result in run.results:
            _add_unmet(report, result)
        for mutant in run.survivors:
            help = "add an expectation that fails then"
            report.add("RG724", mutant.span, f"no expectation notices: {mutant.what}", help)
        if run.coverage is not None and cover_min is not None and run.coverage.percent < cover_min:
            _add_uncovered(report, run, run.coverage, cover_min)
    return report.sorted()


def _add_unmet(report: Report, result: ExpectationResult) -> None:
    name = result.expectation.name
    for answer in result.unmet:
        places = (
            RelatedSpan(Span(step.file, step.line, step.column), step.text)
            for step in answer.because
            if step.file
        )
        # Without a name of its own, an expectation is called by whom it is about.
        message = answer.message if answer.message.startswith(f"{name} ") else f"{name}: {answer.message}"
        report.add("RG723", answer.span, message, "; ".join(answer.nearest), places, entry=name)


def _add_uncovered(report: Report, run: ExpectationRun, coverage: Coverage, cover_min: float) -> None:
    first = list(islice(uncovered_lines(coverage), _NAMED + 1))
    more = f" and more, see `rolegate test {run.source} --coverage`" if len(first) > _NAMED else ""
    help = f"add expectations for {', '.join(first[:_NAMED])}{more}"
    report.add("RG725", catalog_span(run), too_little(coverage, cover_min), help)


_NAMED = 5
