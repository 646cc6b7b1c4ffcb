"""What a run of expectations finds, as findings with a place in the files."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.diagnostics import Diagnostic, RelatedSpan, Report, Span
from rolegate.review.expectation_results import ExpectationResult
from rolegate.review.expectation_run import ExpectationRun


def expectation_problems(runs: Iterable[ExpectationRun]) -> tuple[Diagnostic, ...]:
    """A finding for each answer that is not as expected (RG723), and for each mutant that survived (RG724).

    The first is at the expectation, and leads to the lines that are the reason; its help names the smallest
    changes that would allow what is denied. The second is at the line in which the mistake was made.
    """
    report = Report()
    for run in runs:
        for result in run.results:
            _add_unmet(report, result)
        for mutant in run.survivors:
            help = "add an expectation that fails then"
            report.add("RG724", mutant.span, f"no expectation notices: {mutant.what}", help)
    return report.sorted()


def _add_unmet(report: Report, result: ExpectationResult) -> None:
    name = result.expectation.name
    for answer in result.unmet:
        places = (
            RelatedSpan(Span(step.file, step.line, step.column), step.text)
            for step in answer.because
            if step.file
        )
        help = "; ".join(answer.nearest)
        report.add("RG723", answer.span, f"{name}: {answer.message}", help, places, entry=name)
