"""What can be wrong with the warnings that files accept, in its words. Each function adds one finding."""

from __future__ import annotations

from collections.abc import Sequence

from rolegate.diagnostics import Report, Span, did_you_mean, short


def code_unknown(report: Report, span: Span, code: str, known: Sequence[str]) -> None:
    help = did_you_mean(code, known, "copy the code from what `rolegate validate` reports")
    report.add("RG124", span, f"there is no warning with the code `{short(code)}`", help)


def code_not_accepted(report: Report, span: Span, code: str) -> None:
    help = "only warnings can be accepted: fix what it reports, and remove the entry"
    report.add("RG124", span, f"`{code}` cannot be accepted", help)


def reason_empty(report: Report, span: Span) -> None:
    report.add("RG124", span, "an empty reason", "say why it is meant so: whoever reviews the file reads it")


def acceptance_of_no_entry(report: Report, span: Span) -> None:
    help = 'write the reason, `{RG117: "two people"}`, or the entries with a reason each'
    report.add("RG124", span, "this does not say what is accepted", help)


def acceptance_unused(report: Report, span: Span, code: str, entry: str, near: str | None) -> None:
    """*entry* is empty for the thing itself. *near* is what the warning is about instead, if there is one."""
    what = f" of `{short(entry)}`" if entry else ""
    help = "remove it"
    if near:
        help = f'the warning is about the entry `{short(near)}`: write `{code}: {{"{short(near)}": "…"}}`'
    elif near is not None:
        help = f'the warning is about the thing itself: write `{code}: "…"`'
    report.add("RG125", span, f"nothing{what} is reported as `{code}`, so there is nothing to accept", help)


def more_unused(report: Report, span: Span, number: int) -> None:
    """The first of them is at *span*."""
    more = "1 more unused acceptance is" if number == 1 else f"{number:,} more unused acceptances are"
    report.add("RG125", span, f"{more} not shown", "remove some of those that are shown to see more")
