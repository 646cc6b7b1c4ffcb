"""The reasons of the changes of a group: one for what it gains, one for what it loses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rolegate.policy.policy import Policy
from rolegate.review.change_reasons import ChangeReason, change_reason
from rolegate.review.changed_question import changed_question
from rolegate.review.differences import SubjectDifference
from rolegate.review.extents import SEVERITIES, AccessChange

_TRIED = 3
"""So many permissions are tried until a question is found that shows the change."""


def group_reasons(
    difference: SubjectDifference,
    changes: tuple[AccessChange, ...],
    sides: tuple[Policy, Policy],
    moment: datetime,
    at: datetime | None,
) -> Iterator[ChangeReason]:
    """Why *changes* happen at *moment*, explained with one question for each kind of change.

    A command has to name the time *at*, unless that is None.
    """
    old, new = sides
    snapshots = (old.snapshot(moment), new.snapshot(moment))
    source = "NEW" if new.path is None else new.path.as_posix()
    for gain in (True, False):
        told = [change for change in changes if (change.gains if gain else change.loses)]
        told.sort(key=lambda change: -SEVERITIES.index(change.severity))
        for change in told[:_TRIED]:
            pair = change.permission
            question = changed_question(difference, pair, snapshots, gain=gain, at=at, source=source)
            if question is not None:
                yield change_reason(pair, question, snapshots)
                break
