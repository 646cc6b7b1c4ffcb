"""RG810: a language in which texts have no label yet."""

from __future__ import annotations

from rolegate.answers.missing_labels import missing_labels
from rolegate.diagnostics import Report
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet


def find_labels_to_write(linted: LintedSet, report: Report) -> None:
    """Report each file of labels that lacks some: who reads its language sees the catalog's own texts."""
    for locale, labels in linted.resolved.labels.by_locale.items():
        missing = missing_labels(linted.resolved, locale)
        if missing:
            names = [f"{label.section}.{label.name}" if label.name else label.section for label in missing]
            problems.labels_missing(report, labels.span, locale, list(dict.fromkeys(names)))
