"""What keeps a policy from being replaced, in its words. Each function adds one finding to a report."""

from __future__ import annotations

from rolegate.diagnostics import Report, Span


def file_gone(report: Report, span: Span, place: str, empty: str, went: bool) -> None:
    """*empty* is the text of a file that says as little as none at all; empty where there is no such text.

    *went* is true for a file that went with its domain, and the domain is back.
    """
    written = f"write `{empty}` into it, or " if empty else ""
    help = f"put it back; to go without it, {written}call `reload(removals=True)`"
    why = "it went with a domain that is back" if went else "the policy in force was read from it"
    report.add("RG122", span, f"`{place}` is gone, but {why}", help)
