"""What an import has to say: models that are refused, and lines of which less is granted than they say."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from rolegate.diagnostics import Diagnostic, Report, Span, quoted
from rolegate.errors import CasbinImportError

SAMPLE = 5
"""So many names are in a message; how many more there are is said."""


def refused(span: Span, message: str, help: str) -> CasbinImportError:
    """What to raise for a model or a table of which nothing is imported."""
    report = Report()
    found = report.add("RG945", span, message, help)
    return CasbinImportError(f"nothing is imported:\n{found}", (found,))


def line_skipped(report: Report, span: Span, message: str, help: str) -> None:
    report.add("RG946", span, message, help)


def less_granted(report: Report, span: Span, message: str, help: str) -> None:
    report.add("RG947", span, message, help)


def said_otherwise(report: Report, span: Span, message: str, help: str) -> None:
    """Tell what is the same today and has another form: a note."""
    one = Report()
    report.take([replace(one.add("RG948", span, message, help), level="note")])


def id_unusable(report: Report, span: Span, what: str, text: str, why: str) -> None:
    line_skipped(
        report,
        span,
        f"{quoted(text)} cannot be the id of a {what}: {why}; the line is left out",
        f"rename the {what} in the source, and in the application that asks",
    )


def pattern_listed(report: Report, span: Span, pattern: str, listed: Iterable[str], deny: bool) -> None:
    names = named(listed)
    if deny:
        less_granted(
            report,
            span,
            f"{quoted(pattern)} cannot be said with a star; the restriction is on all of {names}",
            "name the objects that are to be denied, one line for each of them",
        )
    else:
        less_granted(
            report,
            span,
            f"{quoted(pattern)} cannot be said with a star; it is granted on what the source names: {names}",
            "name each object, or give a whole kind: `/kind/*` in a model with `keyMatch`, `/kind/:id` in one"
            " with `keyMatch2`",
        )


def names_listed(report: Report, span: Span, pattern: str, listed: Collection[str], deny: bool) -> None:
    """Tell that a pattern also matches what is not in the catalog, which the set denies."""
    verb = "denied" if deny else "granted"
    message = (
        f"{quoted(pattern)} matches objects that the source does not name; it is {verb} on {named(listed)}"
    )
    help = "name what the application asks about: `--object TEXT`, or `--kind /kind/{id}` for all of a kind"
    tell = said_otherwise if listed or deny else less_granted
    tell(report, span, message, help)


def pattern_as_text(report: Report, span: Span, text: str) -> None:
    said_otherwise(
        report,
        span,
        f"{quoted(text)} looks like a pattern, and the model compares it as it is; an application can add"
        " functions that match roles, domains and groups of objects, and no file says so",
        "if it calls `add_named_matching_func` or `add_named_domain_matching_func`, write lines for what they"
        " match",
    )


def named(names: Iterable[str]) -> str:
    """The first of *names*, and how many others there are."""
    known = list(dict.fromkeys(names))
    if not known:
        return "nothing"
    shown = ", ".join(quoted(name) for name in known[:SAMPLE])
    more = len(known) - SAMPLE
    return shown if more <= 0 else f"{shown} and {more} more"


def only_notes(found: Iterable[Diagnostic]) -> bool:
    """Whether nothing was lost: what is *found* only tells of another form."""
    return all(one.severity == "note" for one in found)
