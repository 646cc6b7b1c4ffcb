"""A store as the source of a gate: it is whole at every moment, and says with a number whether it changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rolegate.errors import wrong_argument
from rolegate.gate.row_state import StoredGround, StoredRows
from rolegate.gate.source import SourceReading
from rolegate.gate.state import GateState
from rolegate.gate.stored_domains import StoredDomains
from rolegate.loading.collector import collector_held
from rolegate.loading.load import policy_of
from rolegate.loading.store_source import sqlalchemy_needed
from rolegate.policy.policy import Policy

if TYPE_CHECKING:
    from rolegate.store.async_store import AsyncStore
    from rolegate.store.notices import ListeningPlace
    from rolegate.store.store import Store
    from rolegate.store.woken import Follower


@dataclass(frozen=True, slots=True)
class OpenedStore:
    """What a store held at one moment: a policy that is in force at once, and the rows that were read.

    `policy` is what all domains have in common, or, where rows may not be honoured and all are wanted, has
    all of them. `states` are those of domains whose documents answer.
    """

    revision: int
    policy: Policy
    domains: StoredDomains
    rows: StoredRows | None
    states: Mapping[str, GateState]


@dataclass(frozen=True, slots=True)
class FollowedStore:
    """The policy in a *store*. Its look is the revision, which one query gives."""

    store: Store

    @classmethod
    def of(cls, store: Store | AsyncStore | str) -> FollowedStore:
        """A store, or that at a URL. One of asyncio is read in threads, over connections of its own.

        Raises:
            StoreError: for what is not the URL of a database that can be used, and without SQLAlchemy.
        """
        if isinstance(store, str):
            with sqlalchemy_needed():
                from rolegate.store.store import Store as opened

            store = opened.open(store)
        if not hasattr(store, "for_threads"):
            raise wrong_argument(
                "from_store", store, "a store or its URL", "write `Gate.from_store(Store.open(ENGINE))`"
            )
        return cls(store.for_threads())

    def listening_place(self, listen: bool | str) -> ListeningPlace | None:
        """Where to listen for changes; None where nobody would tell.

        Raises:
            StoreError: for a text that is no URL of a database.
        """
        from rolegate.store.notices import listening_place

        if not listen or not self.store.notices:
            return None
        return listening_place(
            self.store.engine, listen if isinstance(listen, str) else None, self.store.tables
        )

    def read(self) -> SourceReading:
        """What the store holds, all of it of one moment.

        Raises:
            StoreError: when there is no store, or the database refuses.
        """
        with self.store.reading() as snapshot:
            files, revision = snapshot.files(), snapshot.revision
        # Nothing can be missing from what is read in one transaction, so nothing is guarded.
        return SourceReading(revision, lambda _: replace(policy_of(files), path=None))

    def open(self, keep: int | None) -> OpenedStore:
        """What domains have in common, and the rows of all of them unless so many are to be kept.

        Raises:
            StoreError: when there is no store, or the database refuses.
            InvalidPolicyError: when there are errors in documents.
        """
        from rolegate.store.domains_on_demand import read_ground

        with collector_held(), self.store.reading() as snapshot:
            ground, honours = StoredGround(read_ground(snapshot)), snapshot.honours_rows
            domains = StoredDomains(self.store, ground, keep, honours)
            if keep is not None:
                return OpenedStore(snapshot.revision, ground.state.common, domains, None, {})
            if honours:
                return OpenedStore(
                    snapshot.revision, ground.state.common, domains, *domains.all_rows(snapshot)
                )
            return OpenedStore(snapshot.revision, replace(snapshot.policy(), path=None), domains, None, {})

    def look(self) -> int:
        """The revision now.

        Raises:
            StoreError: when there is no store, or the database refuses.
        """
        with self.store.reading() as snapshot:
            return snapshot.revision

    def wakes(self, follower: Follower) -> None:
        """Tell *follower* to ask when this process has changed the store."""
        from rolegate.store.woken import add_follower

        add_follower(self.store.engine, follower)

    def forked(self) -> None:
        """Leave the connections to the parent process: a child that used them would mix up answers."""
        self.store.engine.dispose(close=False)
