"""What can be wrong with the dates and moments of a file, in its words."""

from __future__ import annotations

from rolegate.diagnostics import Report, Span, short
from rolegate.documents.date_spellings import moment_meant

_MOMENT = "write a day such as `2027-01-31`, meant as it begins, or a moment such as `2027-01-31T18:00+01:00`"


def not_a_moment(report: Report, span: Span, text: str) -> None:
    message = f"`{short(text)}` is not a date of the form YYYY-MM-DD or a moment such as YYYY-MM-DDThh:mm"
    meant = moment_meant(text)
    report.add("RG405", span, message, f"write `{meant}`" if meant else _MOMENT)


def no_such_day(report: Report, span: Span, text: str) -> None:
    report.add("RG405", span, f"there is no day `{text}`", _MOMENT)
