"""Whether a set fits the limits of a compiled policy, whenever it is compiled."""

from __future__ import annotations

from datetime import UTC, datetime

from rolegate.compiled.compile import check_columns, compile_policy
from rolegate.diagnostics import Report
from rolegate.grants.resolve import Resolved
from rolegate.grants.size import SetTooLargeError, Sized


def check_compiled(resolved: Resolved, report: Report) -> None:
    """Report values too long for a column, and that the set makes too many lines, ended ones counted."""
    try:
        check_columns(compile_policy(resolved, datetime.min.replace(tzinfo=UTC), Sized()), report)
    except SetTooLargeError as large:
        report.take([large.finding])
