"""The results of expectations as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rolegate.diagnostics import quoted
from rolegate.texts.escaping import plain
from rolegate_cli.output import Output, counted

if TYPE_CHECKING:
    from rolegate import ExpectationRun
    from rolegate.review.coverage import Coverage, SubjectCoverage


def show_runs(output: Output, runs: Sequence[ExpectationRun]) -> None:
    """Print what is not as expected, with the reasons, and a line that sums it up."""
    from rolegate.review.run_points import unmet_lines

    unmet = [result for run in runs for result in run.results if not result.met]
    for result in unmet:
        about = result.expectation
        head = output.style("not met", fg="red", bold=True)
        output.line(f"{plain(str(about.span))}: {head}: {plain(about.name)}")
        for line in (line for answer in result.unmet for line in unmet_lines(answer)):
            output.line(f"  {line}")
        output.line()
    output.line(runs_line(runs, lambda text, colour: output.style(text, fg=colour, bold=True)))
    for run in runs:
        if run.coverage is not None:
            _show_coverage(output, run.source, run.coverage)
        if run.mutants is not None:
            _show_mutants(output, run)


def runs_line(runs: Sequence[ExpectationRun], style: Callable[[str, str], str]) -> str:
    """The line that sums *runs* up; *style* gives a text a colour."""
    results = [result for run in runs for result in run.results]
    unmet = sum(not result.met for result in results)
    summary = style(f"{unmet} not met", "red") if unmet else style("all met", "green")
    number = f"{counted(len(results), 'expectation')}, {counted(sum(r.asked for r in results), 'answer')}"
    passed_over = sum(run.passed_over for run in runs)
    rest = f", {passed_over} passed over" if passed_over else ""
    return f"{counted(len(runs), 'policy set')}: {number}: {summary}{rest}"


def _show_mutants(output: Output, run: ExpectationRun) -> None:
    """Print each mistake that nothing notices, and what became of the others."""
    for mutant in run.survivors:
        output.line(f"{plain(str(mutant.span))}: {output.style('survived', fg='red')}: {plain(mutant.what)}")
    outcomes = [mutant.outcome for mutant in run.mutants or ()]
    parts = (f"{outcomes.count(one)} {one}" for one in ("killed", "refused", "equivalent", "survived"))
    output.line(f"{plain(run.source)}: {counted(len(outcomes), 'mutant')}: {', '.join(parts)}")


def _show_coverage(output: Output, source: str, coverage: Coverage) -> None:
    """Print how much is covered, and what is not, by subject."""
    share = output.style(f"{coverage.percent} %", bold=True)
    output.line(f"{plain(source)}: {coverage.covered} of {coverage.cells} answers covered, {share}")
    alike: dict[tuple[object, ...], list[SubjectCoverage]] = {}
    for one in coverage.subjects:
        if one.uncovered:
            said = (one.kind, one.name, one.domain is None, one.cells, one.covered, one.uncovered)
            alike.setdefault(said, []).append(one)
    for subject, *others in alike.values():
        who = f"{subject.kind} {quoted(subject.name)}" if subject.name else "everyone else"
        domains = [quoted(one.domain) for one in (subject, *others) if one.domain is not None]
        many = f" and {len(domains) - _SHOWN} more" if len(domains) > _SHOWN else ""
        where = f" in {', '.join(domains[:_SHOWN])}{many}" if domains else ""
        head = f"  {who}{where}: {subject.covered} of {subject.cells}"
        if not subject.covered and all(part.why == subject.uncovered[0].why for part in subject.uncovered):
            output.line(f"{head}: {subject.uncovered[0].why}")
            continue
        output.line(head)
        for why in dict.fromkeys(part.why for part in subject.uncovered):
            parts = [part for part in subject.uncovered if part.why == why]
            texts = (f"{part.permission}{''.join(part.parts[:1])}" for part in parts[:_SHOWN])
            more = f" and {len(parts) - _SHOWN} more" if len(parts) > _SHOWN else ""
            output.line(f"    {why}: {plain(', '.join(texts))}{more}")


_SHOWN = 5
"""So many permissions are named for each reason, and so many domains in which all is the same."""
