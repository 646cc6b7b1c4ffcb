"""What can be wrong with a number of people, in words."""

from __future__ import annotations

from rolegate.diagnostics import Report, Span, short


def count_invalid(report: Report, span: Span, text: str) -> None:
    help = "write a whole number from 1, such as `2`"
    report.add("RG114", span, f"`{short(text)}` is not a number of people", help)
