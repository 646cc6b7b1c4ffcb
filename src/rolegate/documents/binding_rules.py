"""The rules of one line of bindings.yaml that a shape alone cannot say."""

from __future__ import annotations

from rolegate.diagnostics import RelatedSpan, Report
from rolegate.documents.shapes import BindingShape


def check_binding(line: BindingShape, report: Report) -> bool:
    """Report what *line* says too much or too little; True when later steps can trust it."""
    found = len(report.diagnostics)
    _one_of(line, ("user", "team"), "for whom it is", report)
    _one_of(line, ("role", "grants", "restrict"), "what it gives or takes", report)
    if line.only is not None and line.rest is None:
        help = "`rest: drop` drops the rights that are not per instance, `rest: keep` keeps them"
        report.add("RG406", line.at("only"), "`only` stands without `rest`", help)
    if line.rest is not None and line.only is None:
        help = "add `only`, such as `only: {inbox: [Default]}`, or leave `rest` out"
        report.add("RG406", line.at("rest"), "`rest` stands without `only`", help)
    if line.only is not None and line.role is None and (line.grants is not None or line.restrict is not None):
        help = "write the instances into the grants themselves, such as `inboxes.access[Default]`"
        report.add("RG406", line.at("only"), "`only` limits a role, and the line names none", help)
    return len(report.diagnostics) == found


def _one_of(line: BindingShape, keys: tuple[str, ...], what: str, report: Report) -> None:
    given = [key for key in keys if getattr(line, key) is not None]
    shown = " or ".join(f"`{key}`" for key in keys)
    if not given:
        report.add("RG404", line.span, f"the line does not say {what}", f"add {shown}")
    elif len(given) > 1:
        first, second, *_ = sorted(given, key=line.at)
        related = [RelatedSpan(line.at(first), f"`{first}` stands here")]
        message = f"`{first}` and `{second}` in one line"
        report.add("RG404", line.at(second), message, "write a line for each", related)
