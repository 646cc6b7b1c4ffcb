"""What can be wrong with a compiled policy, in its words. Each function adds one finding to a report."""

from __future__ import annotations

from rolegate.diagnostics import Report, Span
from rolegate.encoding import MAX_COLUMN


def value_too_long(report: Report, span: Span, what: str, value: str) -> None:
    message = (
        f"the {what} `{value[:60]}…` is {len(value)} characters long once compiled;"
        f" a column holds {MAX_COLUMN}"
    )
    help = "use shorter names: they are percent-encoded, and joined where one lies within another"
    report.add("RG501", span, message, help)
