"""Times at which questions are asked, and the snapshots that answer them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime

from rolegate.compiled.compile import compile_policy
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.binding_moments import moments_of
from rolegate.grants.resolve import Resolved

KEPT = 4
"""How many snapshots are kept; each is for the time between two moments at which a binding begins or ends."""


class Snapshots:
    """The snapshots of a policy set by time: one for each stretch in which the compiled lines hold."""

    __slots__ = ("_changes", "_kept", "_resolved")

    def __init__(self, resolved: Resolved) -> None:
        self._resolved = resolved
        self._changes = sorted(moments_of(resolved.bindings))
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
