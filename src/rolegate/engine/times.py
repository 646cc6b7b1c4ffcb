"""Times at which questions are asked, and the snapshots that answer them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime

from rolegate.compiled.compile import compile_policy
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidQuestionError
from rolegate.grants.resolve import Resolved

KEPT = 4
"""How many snapshots are kept; each is for the time between two moments at which a binding begins or ends."""


class Snapshots:
    """The snapshots of a policy set by time: one for each stretch in which the compiled lines hold."""

    __slots__ = ("_changes", "_kept", "_resolved")

    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._changes = sorted({moment for binding in resolved.bindings for moment in binding.changes})
        self._kept: tuple[tuple[int, Snapshot], ...] = ()

    def at(self, moment: datetime) -> Snapshot:
        """The snapshot for *moment*; those asked for last are kept."""
        stretch = bisect_right(self._changes, moment)
        kept = self._kept
        found = next((known for known in kept if known[0] == stretch), None)
        if found is None:
            compiled = compile_policy(self._resolved, moment)
            found = (stretch, Snapshot.of(self._resolved, compiled, moment))
        if not kept or kept[0] is not found:
            # One reference is swapped, without a lock: a thread that asks meanwhile compiles again at worst.
            self._kept = (found, *(known for known in kept if known[0] != stretch))[:KEPT]
        return found[1]


def moment_of(at: date) -> datetime:
    """*at* with a zone: a date begins at 00:00 UTC, and a time without a zone is in UTC.

    Raises:
        InvalidQuestionError: for what is neither a date nor a time.
    """
    if not isinstance(at, date):
        raise InvalidQuestionError("`at` has a value of the wrong kind; give a `datetime`, or a `date`")
    if not isinstance(at, datetime):
        at = datetime(at.year, at.month, at.day, tzinfo=UTC)
    return at if at.utcoffset() is not None else at.replace(tzinfo=UTC)
