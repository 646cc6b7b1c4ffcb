"""RG810: a language in which texts have no label yet."""

from __future__ import annotations

from rolegate.answers.missing_labels import MissingLabel, missing_labels
from rolegate.diagnostics import Report
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_labels_to_write(linted: LintedSet, report: Report) -> None:
    """Report each file of labels that lacks some: who reads its language sees the catalog's own texts."""
    for locale, labels in linted.resolved.labels.by_locale.items():
        missing = missing_labels(linted.resolved, locale)
        if missing:
            problems.labels_missing(report, labels.span, locale, [_place(label) for label in missing])


def _place(label: MissingLabel) -> str:
    """Where a label goes in the file; a title where its thing is."""
    if not label.name:
        return label.section
    place = f"{label.section}.{label.name}"
    return place if label.key == "title" else f"{place}.{label.key}"
