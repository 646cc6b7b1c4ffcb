"""A store as the source of a gate: it is whole at every moment, and says with a number whether it changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolegate.gate.source import SourceReading
from rolegate.loading.load import policy_of

if TYPE_CHECKING:
    from rolegate.store.store import Store


@dataclass(frozen=True, slots=True)
class FollowedStore:
    """The policy in a *store*. Its look is the revision, which one query gives."""

    store: Store

    def read(self) -> SourceReading:
        """What the store holds, all of it of one moment.

        Raises:
            StoreError: when there is no store, or the database refuses.
        """
        with self.store.reading() as snapshot:
            files, revision = snapshot.files(), snapshot.revision
        # Nothing can be missing from what is read in one transaction, so nothing is guarded.
        return SourceReading(revision, lambda _: replace(policy_of(files), path=None))

    def look(self) -> int:
        """The revision now.

        Raises:
            StoreError: when there is no store, or the database refuses.
        """
        with self.store.reading() as snapshot:
            return snapshot.revision

    def forked(self) -> None:
        """Leave the connections to the parent process: a child that used them would mix up answers."""
        self.store.engine.dispose(close=False)
