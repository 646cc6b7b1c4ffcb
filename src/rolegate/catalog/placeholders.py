"""Placeholders in titles: `{kind}` stands for the id of the instance."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rolegate.catalog import problems
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text, span_of

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def check_placeholders(
    titles: Iterable[Text | None], chain: tuple[str, ...], at: Span, report: Report
) -> None:
    """Report the placeholders of *titles* that do not name a kind of *chain*."""
    for title in titles:
        if title and "{" in title:
            for kind in PLACEHOLDER.findall(title):
                if kind not in chain:
                    problems.placeholder_unknown(report, span_of(title, at), kind, chain)
