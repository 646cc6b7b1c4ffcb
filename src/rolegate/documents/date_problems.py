"""What can be wrong with the dates and moments of a file, in its words."""

from __future__ import annotations

from rolegate.diagnostics import Report, Span, short
from rolegate.documents.date_spellings import moment_meant

_NO_END = frozenset({"never", "forever", "always", "indefinite", "indefinitely", "unlimited", "none"})
_MOMENT = "write a day such as `2027-01-31`, meant as it begins, or a moment such as `2027-01-31T18:00+01:00`"


def not_a_moment(report: Report, span: Span, text: str) -> None:
    message = f"`{short(text)}` is not a date of the form YYYY-MM-DD or a moment such as YYYY-MM-DDThh:mm"
    meant = moment_meant(text)
    help = "leave the key out" if text.casefold() in _NO_END else f"write `{meant}`" if meant else _MOMENT
    report.add("RG405", span, message, help)


def no_such_day(report: Report, span: Span, text: str) -> None:
    report.add("RG405", span, f"there is no day `{text}`", _MOMENT)
