"""What an enforcer answers from, and what becomes of a change of its model: one state, and its transitions.

| transition | afterwards |
|---|---|
| `built` | tables answer |
| `refused` | Casbin answers, for a reason |
| `forget` | the state is stale: tables are built when somebody asks |
| `begin(TOGETHER)` | changes are collected; during a reload they are ignored all the same |
| `begin(RELOADING)` | changes are ignored: everything is read again at the end |
| `end` | the mode is the one from before |
"""

from __future__ import annotations

from enum import Enum, auto

from rolegate.casbin.enforcer_tables import EnforcerTables
from rolegate.casbin.policy_lists import Rule


class ChangeMode(Enum):
    """What becomes of a line or a link that is added or removed."""

    AT_ONCE = auto()
    """It goes into the tables by itself."""
    TOGETHER = auto()
    """It waits for the end of the call that brings several."""
    RELOADING = auto()
    """Nothing: the old tables answer until everything has been read again."""


class IndexState:
    """Either tables, or a reason why there are none, or neither of them: then the state is stale.

    INVARIANT: lines are collected only in the mode `TOGETHER`, and only while there are tables.
    """

    __slots__ = ("added", "mode", "reason", "removed", "tables")

    def __init__(self) -> None:
        self.mode = ChangeMode.AT_ONCE
        self.tables: EnforcerTables | None = None
        self.reason: str | None = None
        self.added: list[Rule] = []
        self.removed: list[Rule] = []

    @property
    def stale(self) -> bool:
        """Whether the tables have to be built before anything is answered."""
        return self.tables is None and self.reason is None

    @property
    def reloading(self) -> bool:
        """Whether changes are ignored, because everything is read again at the end."""
        return self.mode is ChangeMode.RELOADING

    # -- what answers -------------------------------------------------------------------------------------

    def forget(self) -> None:
        """Become stale. Collected lines are dropped, because they are read again with all others."""
        if self.tables is not None:
            self.tables.ticks += 1
        self.tables = self.reason = None
        self.added, self.removed = [], []

    def built(self, tables: EnforcerTables) -> None:
        """Answers come from *tables*."""
        self.tables, self.reason = tables, None

    def refused(self, reason: str) -> None:
        """Answers come from Casbin."""
        self.tables, self.reason = None, reason

    # -- what becomes of changes --------------------------------------------------------------------------

    def begin(self, mode: ChangeMode) -> ChangeMode:
        """Treat changes as *mode* says, unless they are ignored already; gives the mode from before."""
        before = self.mode
        if not self.reloading:
            self.mode = mode
        return before

    def collect(self, added: list[Rule], removed: list[Rule]) -> None:
        """Keep these lines for the end of the call."""
        self.added += added
        self.removed += removed

    def end(self, before: ChangeMode) -> tuple[list[Rule], list[Rule]]:
        """Go back to the mode from *before*; gives the lines to add and to remove if they need not wait."""
        self.mode = before
        if before is not ChangeMode.AT_ONCE:
            return [], []
        added, removed = self.added, self.removed
        self.added, self.removed = [], []
        return added, removed
