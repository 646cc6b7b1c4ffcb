"""What can be wrong with rows from an application, each finding in its words."""

from __future__ import annotations

from rolegate.diagnostics import Report, Span, short
from rolegate.documents.text import Text


def wrong_kind(report: Report, span: Span, value: object) -> None:
    help = "give texts, lists of texts, dates and mappings; an id that is a number is `str(id)`"
    report.add("RG114", span, f"`{short(repr(value))}` is of type {type(value).__name__}", help)


def other_domain(report: Report, domain: Text, asked: str) -> None:
    message = f"the row is about domain `{domain}`, and domain `{asked}` was asked for"
    report.add("RG440", domain.span, message, "leave out `domain`, or give the row where it belongs")
