"""A report on a policy as one web page: what there is, who holds what, and what somebody has to look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from rolegate.answers.page_words import page_words
from rolegate.catalog.labels import words_of
from rolegate.engine.asked_moment import moment_of
from rolegate.policy.policy import Policy
from rolegate.review.expectation_run import ExpectationRun
from rolegate.review.report_fields import fields_section
from rolegate.review.report_holders import holders_section
from rolegate.review.report_lines import ending_section, lines_section
from rolegate.review.report_page import ReportSubject, report_page
from rolegate.review.report_roles import catalog_section, matrix_section, trees_section
from rolegate.review.report_rules import aside_section, expectations_section, invariants_section

SOON = timedelta(days=30)
"""A line that ends within this time ends soon, as for lint."""


def report_html(
    policy: Policy,
    run: ExpectationRun | None = None,
    *,
    at: date | None = None,
    locale: str | None = None,
    title: str | None = None,
) -> str:
    """One page that needs nothing else, and no script to be read; text of the policy set stays text.

    It says what is so at one moment: *at*, or the time that the policy was loaded for, or now. With *run*, it
    says which expectations are met, and what they cover.

    Raises:
        InvalidPolicyError: when an invariant cannot be read.
        UnknownNameError: for an unknown language.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    labels = policy.resolved.labels
    titles = words_of(labels, locale)
    given = policy.at if at is None else at
    moment = datetime.now(UTC) if given is None else moment_of(given)
    spoken = locale or labels.base
    about = ReportSubject(policy, moment, spoken, titles, page_words(spoken))
    sections = (
        matrix_section(about),
        trees_section(about),
        fields_section(about),
        holders_section(about),
        lines_section(about),
        ending_section(about, SOON),
        invariants_section(about),
        expectations_section(about, run),
        aside_section(about),
        catalog_section(about),
    )
    shown = titles.set_title(policy.title) if title is None else title
    return report_page(about, shown, [section for section in sections if section is not None])
