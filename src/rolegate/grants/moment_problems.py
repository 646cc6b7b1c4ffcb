"""What can be wrong with the moments that lines name, each finding in its words.

Each function adds one finding to a report.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rolegate.diagnostics import RelatedSpan, Report, Span, did_you_mean, short
from rolegate.documents.text import Text


def zone_unknown(report: Report, zone: Text, known: Collection[str]) -> None:
    help = did_you_mean(zone, known) or "write a place such as `Europe/Paris`, or `UTC`"
    report.add("RG420", zone.span, f"unknown time zone `{short(zone)}`", help)


def out_of_range(report: Report, moment: Text) -> None:
    message = f"`{moment}` is too far away to be a moment in UTC"
    report.add("RG405", moment.span, message, "leave it out, or write a nearer day")


def skipped(report: Report, moment: Text, zone: str) -> None:
    message = f"`{moment}` does not exist in {zone}: the clocks are put forward over it"
    help = "write another time, or add the offset that is meant, such as `+01:00`"
    report.add("RG405", moment.span, message, help)


def twice(report: Report, moment: Text, zone: str, offsets: Sequence[str]) -> None:
    first, second = (f"`{moment}{offset}`" for offset in offsets)
    message = f"`{moment}` comes twice in {zone}: the clocks are put back over it"
    report.add("RG405", moment.span, message, f"write {first} for the first, {second} for the second")


def never_holds(report: Report, span: Span, begins: str, until: str) -> None:
    message = f"the line never holds: it ends at `{until}`, which is not after its beginning `{begins}`"
    report.add("RG421", span, message, "write a later `until` or an earlier `from`, or remove the line")


def ended(report: Report, span: Span, until: str) -> None:
    message = f"the line ended on {until}"
    help = "remove the line, or write a later `until` if it should still hold"
    report.add("RG422", span, message, help)


def repeated(report: Report, span: Span, other: Span) -> None:
    message = "the line adds nothing: another one says the same, for all of its time"
    help = "remove it, or change what it says"
    report.add("RG423", span, message, help, [RelatedSpan(other, "the other line is here")])
