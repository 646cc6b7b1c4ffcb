"""Everything that is wrong with policy sets: with their files, and with what has to stay true of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

from rolegate.diagnostics import Report
from rolegate.documents.limits import Limits
from rolegate.grants.resolve import Resolved
from rolegate.loading.load import Validation, find_problems
from rolegate.loading.sources import Source, files_of_sets


def validate(
    paths: Sequence[Source | str],
    *,
    at: date | None = None,
    limits: Limits | None = None,
    unsaved: Mapping[Path | str, bytes] | None = None,
) -> Validation:
    """Every problem of every policy set at or below *paths*, which may be `REVISION:FOLDER` as well.

    Lines that have ended are reported as they are at the time *at*, or now, and invariants that do not hold
    then or at a later moment. *limits* say how large a set may be; without them, those of `Limits()` hold.
    *unsaved* has texts that are judged in the place of files, as an editor holds them; such a file need not
    exist.

    Raises:
        PolicyNotFoundError: when a path does not exist or holds no policy set.
        RevisionError: when a revision cannot be read, or does not have the folder.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    return find_problems(files_of_sets(paths, beside=True, limits=limits), at, _judge, unsaved or {})


def _judge(resolved: Resolved, folder: str, at: datetime, report: Report) -> None:
    if resolved.invariants or resolved.review is not None:
        # Few sets have rules, and whoever has none does not wait for what decides them.
        from rolegate.review.invariant_findings import find_broken

        find_broken(resolved, folder, at, report)
    if resolved.approvals:
        from rolegate.review.unknown_in_approvals import warn_of_unknown_in_approvals

        warn_of_unknown_in_approvals(resolved, at, report)
