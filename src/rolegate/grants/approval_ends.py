"""When approvals end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from rolegate.diagnostics import Report
from rolegate.documents import review_problems as problems
from rolegate.documents.approvals_file import ApprovalShape


def approval_end(approval: ApprovalShape) -> datetime:
    """The moment from which an approval approves nothing; one that no clock has is long past."""
    end = datetime.fromisoformat(approval.until)
    if end.tzinfo is None:
        return end.replace(tzinfo=UTC)
    try:
        return end.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def warn_of_ended_approvals(approvals: Iterable[ApprovalShape], at: datetime, report: Report) -> None:
    """Report the approvals that are over at *at*."""
    for approval in approvals:
        if approval_end(approval) <= at:
            problems.approval_ended(report, approval.at("until"), str(approval.until))
