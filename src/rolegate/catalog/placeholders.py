"""Placeholders in titles: `{kind}` stands for the instance, `{{` and `}}` for braces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from rolegate.catalog import problems
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text, span_of

_HOLE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
"""A placeholder, or a brace that is written twice and stands for itself."""


def placeholders(title: str) -> list[str]:
    """The kinds that stand between braces in *title*."""
    return [hole.group(1) for hole in _HOLE.finditer(title) if hole.group(1) is not None]


def filled(title: str, word: Callable[[str], str]) -> str:
    """*title* with the *word* for each placeholder, and single braces where they are written twice."""
    return _HOLE.sub(lambda hole: hole.group()[0] if hole.group(1) is None else word(hole.group(1)), title)


def check_placeholders(
    titles: Iterable[Text | None], chain: tuple[str, ...], at: Span, report: Report
) -> None:
    """Report the placeholders of *titles* that do not name a kind of *chain*."""
    for title in titles:
        if title and "{" in title:
            for kind in placeholders(title):
                if kind not in chain:
                    problems.placeholder_unknown(report, span_of(title, at), kind, chain)
