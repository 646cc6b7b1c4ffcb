"""A report on a policy as one web page: what there is, who holds what, and what somebody has to look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, date, datetime, timedelta

from rolegate.answers.page_words import page_words
from rolegate.catalog.labels import words_of
from rolegate.diagnostics import did_you_mean
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import UnknownNameError
from rolegate.policy.policy import Policy
from rolegate.review.expectation_run import ExpectationRun
from rolegate.review.report_fields import fields_section
from rolegate.review.report_holders import holders_section
from rolegate.review.report_lines import ending_section, lines_section
from rolegate.review.report_page import ReportSection, ReportSubject, report_page
from rolegate.review.report_roles import catalog_section, matrix_section, trees_section
from rolegate.review.report_rules import aside_section, expectations_section, invariants_section

SOON = timedelta(days=30)
"""A line that ends within this time ends soon, as for lint."""


REPORT_SECTIONS = {
    "matrix": "matrix",
    "roles": "report_trees",
    "fields": "fields_by_role",
    "who-can": "report_who_can",
    "bindings": "bindings",
    "ending": "ending",
    "invariants": "invariants",
    "expectations": "expectations",
    "catalog": "report_catalog",
}
"""The parts of a report that can be chosen, by their names in addresses, each with the words of its title.

What is not in force is no part of these: a page always says it.
"""


def report_html(
    policy: Policy,
    run: ExpectationRun | None = None,
    *,
    at: date | None = None,
    locale: str | None = None,
    title: str | None = None,
    sections: Collection[str] | None = None,
) -> str:
    """One page that needs nothing else, and no script to be read; text of the policy set stays text.

    It says what is so at one moment: *at*, or the time that the policy was loaded for, or now. With *run*, it
    says which expectations are met, and what they cover; *run* has the policy that was asked. With
    *sections*, it has these parts alone, and names those that are left out.

    Raises:
        InvalidPolicyError: when an invariant cannot be read.
        UnknownNameError: for an unknown language or section.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    for name in sections or ():
        if name not in REPORT_SECTIONS:
            raise UnknownNameError("section", name, help=did_you_mean(name, REPORT_SECTIONS))
    labels = policy.resolved.labels
    titles = words_of(labels, locale)
    given = policy.at if at is None else at
    moment = datetime.now(UTC) if given is None else moment_of(given)
    spoken = locale or labels.base
    about = ReportSubject(policy, moment, spoken, titles, page_words(spoken))
    wanted = [name for name in REPORT_SECTIONS if sections is None or name in sections]
    left = [about.said(key) for name, key in REPORT_SECTIONS.items() if name not in wanted]
    parts = [_section(name, about, run) for name in _with_aside(wanted)]
    shown = titles.set_title(policy.title) if title is None else title
    return report_page(about, shown, [part for part in parts if part is not None], left)


def _with_aside(names: Sequence[str]) -> list[str]:
    """*names* with what is not in force, which comes before the catalog."""
    last = ["catalog"] if "catalog" in names else []
    return [*(name for name in names if name not in last), "set-aside", *last]


def _section(name: str, about: ReportSubject, run: ExpectationRun | None) -> ReportSection | None:
    """One part of the page; None where there is nothing of it."""
    if name == "expectations":
        return expectations_section(about, run)
    if name == "ending":
        return ending_section(about, SOON)
    return _MAKERS[name](about)


_MAKERS: dict[str, Callable[[ReportSubject], ReportSection | None]] = {
    "matrix": matrix_section,
    "roles": trees_section,
    "fields": fields_section,
    "who-can": holders_section,
    "bindings": lines_section,
    "invariants": invariants_section,
    "set-aside": aside_section,
    "catalog": catalog_section,
}
