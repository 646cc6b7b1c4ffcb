"""What can be wrong with a policy set as a whole: there is too much of it. Each finding in its words.

The work stops at such a finding, so each function gives it back.
"""

from __future__ import annotations

from rolegate.diagnostics import Diagnostic, Span


def too_many_problems(span: Span, most: int) -> Diagnostic:
    help = "fix these first; the rest of the set is not reported"
    return Diagnostic("RG107", span, f"{most:,} errors or more in one policy set", help)


def more_warnings(code: str, span: Span, number: int) -> Diagnostic:
    """The first of them is at *span*."""
    more = "1 more warning of this kind is" if number == 1 else f"{number:,} more warnings of this kind are"
    return Diagnostic(code, span, f"{more} not shown", "fix some of those that are shown to see more")


def too_many_lines(span: Span, what: str, lines: int, most: int) -> Diagnostic:
    """*what*, written at *span*, brings the largest part of them."""
    message = f"the set makes more than {most:,} compiled lines; most come from {what}: {lines:,} or more"
    help = (
        "a grant is a line for each of its permissions, scopes, instances and inner domains:"
        " name fewer of them here, or split the set"
    )
    return Diagnostic("RG502", span, message, help)


def too_many_steps(span: Span, what: str, steps: int, most: int) -> Diagnostic:
    """*what*, written at *span*, takes the largest part of them."""
    message = f"the set takes more than {most:,} steps to check; most are for {what}: {steps:,} or more"
    help = "name fewer permissions, scopes, instances or dependencies here, or split the set"
    return Diagnostic("RG503", span, message, help)
