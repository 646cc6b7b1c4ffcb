"""What can be wrong with a line of bindings by itself, each in its words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rolegate.diagnostics import RelatedSpan, Report, Span, short

LineGap = Literal["who it is for", "what it gives or takes away"]


def binding_incomplete(report: Report, span: Span, what: LineGap, keys: Iterable[str]) -> None:
    report.add("RG404", span, f"the line does not say {what}", "add " + " or ".join(map("`{}`".format, keys)))


def binding_in_pieces(report: Report, span: Span, keys: Iterable[str]) -> None:
    said = ", ".join(map("`{}`".format, keys))
    help = "write `-` before the first of them only, and the others below it"
    report.add("RG404", span, f"{said}: each of them begins a line of its own", help)


def binding_of_two_things(report: Report, span: Span, key: str, first_span: Span, first: str) -> None:
    related = RelatedSpan(first_span, f"`{first}` is here")
    report.add("RG404", span, f"`{first}` and `{key}` in one line", "write one line for each", [related])


def everyone_false(report: Report, span: Span) -> None:
    help = "write `everyone: true`, or name a `user` or a `team`"
    report.add("RG404", span, "`everyone: false` does not say who the line is for", help)


def only_beside_restrict(report: Report, span: Span) -> None:
    help = "write the instances into the restriction itself, such as `inboxes.access[Default]`"
    report.add("RG406", span, "`only` limits a role that is given; this line takes something away", help)


def only_without_rest(report: Report, span: Span) -> None:
    help = "add `rest: drop` to drop the rights that are not per instance, or `rest: keep` to keep them"
    report.add("RG406", span, "`only` without `rest`", help)


def rest_without_only(report: Report, span: Span) -> None:
    help = "add `only`, such as `only: {inbox: [Default]}`; without both, the line gives the whole role"
    report.add("RG406", span, "`rest` without `only`", help)


def only_without_role(report: Report, span: Span) -> None:
    help = "write the instances into the grants themselves, such as `inboxes.access[Default]`"
    report.add("RG406", span, "`only` limits a role, but the line names no role", help)


def rest_invalid(report: Report, span: Span, text: str) -> None:
    help = "`keep` keeps the rights that `only` does not limit, `drop` drops them"
    report.add("RG406", span, f"`rest` is `keep` or `drop`, not `{short(text)}`", help)
