"""What can be wrong with former names, in its words; each function adds one finding to a report."""

from __future__ import annotations

from rolegate.diagnostics import RelatedSpan, Report, Span
from rolegate.documents.text import Text


def name_renamed(report: Report, name: Text, noun: str, now: str, help: str = "") -> None:
    message = f"the {noun} `{name}` is now called `{now}`"
    report.add("RG236", name.span, message, help or f"write `{now}`")


def former_name_of_several(report: Report, name: Text, noun: str, other: str, place: Span) -> None:
    """*name* is what *other* was called as well, as is written at *place*; neither is at fault."""
    message = f"`{name}` is a former name of the {noun} `{other}` as well, so it is not followed"
    help = "remove it in one of the two, and write the names of today in what still says it"
    report.add("RG237", name.span, message, help, [RelatedSpan(place, f"`{name}` is given here")])


def former_name_taken(report: Report, name: Text, noun: str, other: str, place: Span) -> None:
    """*name* is what *other* is called, or was called, as is written at *place*."""
    is_now = name == other
    message = f"the former name `{name}` is itself the name of {'an' if noun[0] == 'a' else 'a'} {noun}"
    if not is_now:
        message = f"`{name}` is already a former name of the {noun} `{other}`"
    related = RelatedSpan(place, f"`{other}` is declared here" if is_now else f"`{name}` is given here")
    report.add(
        "RG235", name.span, message, "one name can stand for one thing: remove one of the two", [related]
    )


def removed_name_used(report: Report, name: Text, noun: str, removed: Span) -> None:
    """*name* is declared again, although it is *removed* there."""
    message = f"the {noun} `{name}` is removed, and a removed name is never used again"
    help = _AGAIN.get(noun, "what was written for it would mean something else: choose another name")
    report.add("RG234", name.span, message, help, [RelatedSpan(removed, f"`{name}` is removed here")])


_AGAIN = {
    "role": "lines that name it would mean something else: choose another name",
    "domain": "lines, roles and records of the tenant that had it would be of this one: choose another id",
}
