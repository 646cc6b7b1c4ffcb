"""The results of expectations as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rolegate.texts.escaping import plain
from rolegate_cli.output import Output, counted

if TYPE_CHECKING:
    from rolegate import ExpectationRun


def show_runs(output: Output, runs: Sequence[ExpectationRun]) -> None:
    """Print what is not as expected, with the reasons, and a line that sums it up."""
    from rolegate.review.expectation_formats import unmet_lines

    results = [result for run in runs for result in run.results]
    unmet = [result for result in results if not result.met]
    for result in unmet:
        about = result.expectation
        head = output.style("not met", fg="red", bold=True)
        output.line(f"{plain(str(about.span))}: {head}: {plain(about.name)}")
        for line in (line for answer in result.unmet for line in unmet_lines(answer)):
            output.line(f"  {line}")
        output.line()
    asked = sum(result.asked for result in results)
    text = f"{len(unmet)} not met" if unmet else "all met"
    summary = output.style(text, fg="red" if unmet else "green", bold=True)
    passed_over = sum(run.passed_over for run in runs)
    rest = f", {passed_over} passed over" if passed_over else ""
    number = f"{counted(len(results), 'expectation')}, {counted(asked, 'answer')}"
    output.line(f"{counted(len(runs), 'policy set')}: {number}: {summary}{rest}")
