"""What can be wrong with the rules for reviews and with approvals, each in its words."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.diagnostics import Report, Span, did_you_mean, short
from rolegate.documents.text import Text

_ONE_THING = (
    "write `gains` with one of `role`, `team`, `user` and `everyone: true`, or `rules` without any of them"
)


def approval_star(report: Report, span: Span, text: str) -> None:
    help = "name each permission, as `rolegate diff --gate` says it"
    report.add("RG710", span, f"`{short(text)}` approves permissions by a star", help)


def approval_unclear(report: Report, span: Span) -> None:
    report.add("RG711", span, "the approval does not say one thing", _ONE_THING)


def approval_without_reason(report: Report, span: Span) -> None:
    report.add("RG711", span, "the approval has no reason", "say why this is right, for whoever reviews it")


def approve_unknown(report: Report, span: Span, text: str) -> None:
    help = "write `gains` for every gain, or `sensitive` for gains of what is sensitive"
    report.add("RG712", span, f"`approve` is `gains` or `sensitive`, not `{short(text)}`", help)


def approval_unused(report: Report, span: Span, text: str, otherwise: str) -> None:
    """*otherwise* says which name in the approval is a former one, if one is."""
    help = "remove it; if it is for a gain that is refused, write it exactly as `rolegate diff --gate` does"
    if otherwise:
        help = f"{otherwise}: an approval has to write the name of today"
    report.add("RG713", span, f"nothing in the change needs the approval of `{short(text)}`", help)


def approval_unknown(report: Report, name: Text, noun: str, shown: str, names: Iterable[str]) -> None:
    """*shown*, in *name*, is no *noun* of the set in which the approval lies."""
    help = did_you_mean(
        shown, names, "write the name as the set has it after the change, or remove the approval"
    )
    report.add("RG743", name.span, f"the approval names an unknown {noun} `{short(shown)}`", help)


def approval_ended(report: Report, span: Span, until: str) -> None:
    help = "remove it, or write a later `until` if the change still has to be made"
    report.add("RG714", span, f"the approval ended on {until}", help)
