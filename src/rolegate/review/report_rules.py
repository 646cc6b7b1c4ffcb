"""The sections of a report that say whether a policy is as it should be: invariants, expectations, faults."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.answers.web_page import mark
from rolegate.diagnostics import Report
from rolegate.errors import InvalidPolicyError
from rolegate.review.broken_invariants import broken
from rolegate.review.coverage import Coverage, SubjectCoverage, WhyUncovered
from rolegate.review.expectation_run import ExpectationRun
from rolegate.review.invariants import invariants_of
from rolegate.review.report_page import (
    NAMED,
    ReportSection,
    ReportSubject,
    english,
    folded,
    listed,
    more,
    note,
)
from rolegate.texts.escaping import code_in_html, in_html

_FEW = 10
"""So many permissions of each subject are named that no expectation looks at."""

_WHY: dict[WhyUncovered, str] = {
    "no expectation is about the subject": "nothing_about_subject",
    "expected at another time, see `--at`": "another_time",
    "not asked": "not_asked",
    "asked only beside more that is allowed": "asked_beside_more",
}


def invariants_section(about: ReportSubject) -> ReportSection:
    """Each invariant, and whether it holds from now on.

    Raises:
        InvalidPolicyError: when one of them cannot be read.
    """
    report, resolved = Report(), about.policy.resolved
    invariants = invariants_of(resolved, report)
    if report.failed:
        raise InvalidPolicyError(report.sorted())
    failing = {one.invariant: one for one in broken(invariants, resolved, about.at)}
    items = []
    for invariant in invariants:
        found = failing.get(invariant)
        state = mark(about.said("kept"), "kept") if found is None else mark(about.said("broken"), "lost")
        said = f"{state} {code_in_html(invariant.text)}"
        if invariant.note:
            said += f'<br><span class="more">{in_html(invariant.note)}</span>'
        if found is not None:
            since = "" if found.since is None else f" (from {found.since:%Y-%m-%dT%H:%M:%SZ})"
            said += f"<br>{english(about, f'{found.witness}{since}')}"
        items.append(said)
    body = listed(items, "states") if items else note(about.said("none"))
    count = about.said("none")
    if failing:
        count = about.said("broken_of", number=len(failing), among=len(invariants))
    elif invariants:
        count = about.said("all_kept", number=len(invariants))
    return ReportSection("invariants", about.said("invariants"), count, body, alarm=bool(failing))


def expectations_section(about: ReportSubject, run: ExpectationRun | None) -> ReportSection:
    """Which expectations are not met, and what of the access none of them looks at."""
    title = about.said("expectations")
    if run is None or not run.results:
        body = note(about.said("expectations_not_run" if run is None else "no_expectations"))
        return ReportSection("expectations", title, about.said("none"), body)
    unmet = [result for result in run.results if not result.met]
    items = [
        f"{mark(about.said('not_met'), 'lost')} {in_html(result.expectation.name)}"
        f" {about.place(result.expectation.span.file, result.expectation.span.line)}<br>"
        + "<br>".join(english(about, answer.message) for answer in result.unmet[:_FEW])
        for result in unmet[:NAMED]
    ]
    count = about.said("all_met", number=len(run.results))
    if unmet:
        count = about.said("not_met_of", number=len(unmet), among=len(run.results))
    parts = [note(count), listed(items, "states") if items else ""]
    if len(unmet) > NAMED:
        parts.append(more(about, len(unmet) - NAMED))
    if run.coverage is not None:
        parts += _coverage(about, run.coverage)
    return ReportSection("expectations", title, count, "\n".join(parts), alarm=bool(unmet))


def aside_section(about: ReportSubject) -> ReportSection | None:
    """What the files declare and is not in force; None where there is nothing."""
    aside = about.policy.set_aside
    if not aside:
        return None
    items = [english(about, str(part)) for part in aside[:NAMED]]
    body = listed(items, "states") + (more(about, len(aside) - NAMED) if len(aside) > NAMED else "")
    return ReportSection("set-aside", about.said("not_in_force"), f"{len(aside)}", body, alarm=True)


def _coverage(about: ReportSubject, coverage: Coverage) -> Iterator[str]:
    """How much is looked at, and by subject what is not."""
    yield f"<h3>{about.said('coverage')}</h3>"
    numbers = {"covered": coverage.covered, "cells": coverage.cells, "percent": coverage.percent}
    yield note(about.said("answers_covered", **numbers))
    lacking = [subject for subject in coverage.subjects if subject.uncovered]
    yield from (_uncovered(about, subject) for subject in lacking[:NAMED])
    if len(lacking) > NAMED:
        yield more(about, len(lacking) - NAMED)


def _uncovered(about: ReportSubject, subject: SubjectCoverage) -> str:
    match subject.kind:
        case "everyone":
            who = about.said("everyone_else")
        case "role":
            owner = "" if subject.domain is None else f"{subject.domain}/"
            who = f'<span class="kind">{about.said("kind_role")}</span> {about.role(owner + subject.name)}'
        case kind:
            who = f'<span class="kind">{about.said(f"kind_{kind}")}</span> {in_html(subject.name)}'
    where = f" ({about.domain(subject.domain)})" if subject.domain and about.policy.needs_domain else ""
    count = f'<span class="count">{subject.covered}/{subject.cells}</span>'
    rows = []
    for why in dict.fromkeys(cells.why for cells in subject.uncovered):
        parts = [cells for cells in subject.uncovered if cells.why == why]
        codes = (code_in_html(f"{cells.permission}{''.join(cells.parts[:1])}") for cells in parts[:_FEW])
        rest = f" {more(about, len(parts) - _FEW)}" if len(parts) > _FEW else ""
        rows.append(f"<dt>{about.said(_WHY[why])}</dt><dd>{', '.join(codes)}{rest}</dd>")
    return folded(f"{who}{where} {count}", f"<dl>{''.join(rows)}</dl>", "who")
