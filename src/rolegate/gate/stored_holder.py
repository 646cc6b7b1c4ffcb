"""Holds the state of a store: rows answer, and documents are read when somebody asks why."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from time import monotonic, time
from typing import TYPE_CHECKING, TypeGuard

from rolegate.encoding import encode
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidQuestionError, RolegateError, UnknownNameError, wrong_kind
from rolegate.gate.binding_source import BindingsUnavailableError
from rolegate.gate.bound_domains import RETRY, DomainHolder
from rolegate.gate.followed_store import OpenedStore
from rolegate.gate.row_state import RowState, StoredGround, StoredRows, names_in
from rolegate.gate.state import GateState
from rolegate.gate.state_reasons import ReasonsToRead
from rolegate.gate.stored_domains import StoredDomains
from rolegate.grants.domains import DEFAULT
from rolegate.loading.collector import collector_held
from rolegate.policy.policy import Policy
from rolegate.policy.policy_to_read import PolicyToRead

if TYPE_CHECKING:
    from rolegate.store.store_snapshot import StoreSnapshot


def _may_be(name: object) -> TypeGuard[str]:
    """Whether *name* can be that of a domain."""
    try:
        return isinstance(name, str) and bool(encode(name))
    except ValueError:  # it is empty, or no text
        return False


class StoredDomainHolder(DomainHolder):
    """Holds a state for each domain of a store that was asked about, made of its rows.

    INVARIANT: `_live` is of one revision of the store. Whoever reads a domain, or the documents of one,
    brings all others to the revision of that moment, or puts nothing in force. Where the rows of a domain may
    not be honoured, its documents answer.
    """

    _stored: StoredDomains | None = None

    def _keep_domains(self, opened: OpenedStore) -> None:
        """Go on with the domains of a store; their rows are there, or are read one by one."""
        self._stored = stored = opened.domains
        stored.reasons = self._documented
        if stored.honours_rows or not stored.has_all:
            self._publish(self._holding(stored, opened.states, opened.rows))

    def _holding(
        self, stored: StoredDomains, domains: Mapping[str, GateState], rows: StoredRows | None
    ) -> RowState:
        files = stored.ground.state
        whole = (
            None if rows is None else PolicyToRead(files.common, partial(names_in, rows), self._read_whole)
        )
        return RowState.holding(files, domains, rows, whole)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        live = self._live
        return live.whole if isinstance(live, RowState) and live.whole is not None else live.policy

    # -- questions in one domain ---------------------------------------------------------------------------

    def _in_domain(self, live: GateState, domain: str | None) -> GateState:
        stored = self._stored
        if stored is None or not isinstance(live, RowState):
            return super()._in_domain(live, domain)
        name = DEFAULT if domain is None and not live.common.needs_domain else domain
        if not _may_be(name) or name in stored.unknown:
            return live
        found = live.domains.get(name)
        if found is None and live.rows is not None:
            rows = live.rows.get(name)
            if rows is None:
                return live
            if rows.holds_at(datetime.fromtimestamp(time(), UTC)):
                # Nothing is read and no lock is taken: these rows and *live* are of one revision.
                found = stored.by_rows(name, rows) or live
                return found if found is live else live.with_domain(name, found, None).domains[name]
        return found or self._guarded(stored, name, self._fetched)

    def _guarded(
        self, stored: StoredDomains, name: str, read: Callable[[StoredDomains, str], GateState]
    ) -> GateState:
        """What *read* gives; after a failure, the store is left in peace for a moment.

        Raises:
            BindingsUnavailableError: when the domain cannot be read.
        """
        with self._writing:
            if stored.failed is not None and monotonic() - stored.failed[0] < RETRY:
                raise BindingsUnavailableError(name, stored.failed[1].reason)
            try:
                state = read(stored, name)
            except RolegateError as error:
                unavailable = BindingsUnavailableError(name, str(error))
                stored.failed = monotonic(), unavailable
                raise unavailable from error
            stored.failed = None
            return state

    def _fetched(self, stored: StoredDomains, name: str) -> GateState:
        """The state of a domain, put in force with all others as they are at that moment."""
        live = self._live
        read = None if stored.has_all or self._closed is not None else stored.read_in_one(name)
        if read is not None and read.revision == self._number:
            found, revision = stored.by_rows(name, read.rows), read.revision
        else:
            with stored.store.reading() as snapshot:
                live, revision = self._advanced(stored, snapshot), snapshot.revision
                if not isinstance(live, RowState):
                    self._put_in_force(live, revision)
                    return live
                found = live.domains.get(name) or stored.states(snapshot, [name]).get(name)
        self._keep_state(stored, live, name, found, revision)
        return found or self._live

    # -- reasons -------------------------------------------------------------------------------------------

    def _explained_in(self, domain: str | None) -> GateState:
        live = self._state_in(domain)
        if isinstance(live.reasons, ReasonsToRead):
            found = live.reasons.found
            return found if isinstance(found, GateState) else live
        return live

    def _documented(self, name: str) -> GateState:
        """The state of a domain with its documents, in force from now on.

        Raises:
            BindingsUnavailableError: when they cannot be read.
        """
        assert self._stored is not None  # noqa: S101 - or nothing is made of rows
        return self._guarded(self._stored, name, self._read_documents)

    def _read_documents(self, stored: StoredDomains, name: str) -> GateState:
        with stored.store.reading() as snapshot:
            live, revision = self._advanced(stored, snapshot), snapshot.revision
            if not isinstance(live, RowState):
                self._put_in_force(live, revision)
                return live
            found = live.domains.get(name)
            if found is None or isinstance(found.reasons, ReasonsToRead):
                found = stored.by_documents(snapshot, name)
        self._keep_state(stored, live, name, found, revision)
        return found or live.files

    def _read_whole(self) -> Policy:
        """The policy that the store has now, which is in force from then on.

        Raises:
            StoreError, InvalidPolicyError: when it cannot be read.
        """
        assert self._stored is not None  # noqa: S101
        with collector_held(), self._stored.store.reading() as snapshot:
            policy, revision = snapshot.policy(), snapshot.revision
        if revision != self._number:
            self._read_again(None, removals=False)
        return policy

    def _whole_snapshot(self, what: str, live: GateState) -> Snapshot:
        self._whole(what)
        return live.whole.snapshot() if isinstance(live, RowState) and live.whole else live.snapshot

    # -- what is in force ----------------------------------------------------------------------------------

    def _advanced(self, stored: StoredDomains, snapshot: StoreSnapshot) -> GateState:
        """What is in force, brought to the moment of *snapshot*: only what changed is read."""
        live = self._live
        if snapshot.revision == self._number and self._closed is None:
            return live
        since = self._number or 0
        # An older backup was restored: its numbers say nothing of what is different.
        known = isinstance(live, RowState) and snapshot.revision >= since
        # Where the number is another one and nothing says why, everything is read.
        changed = set(snapshot.changed_after(since) if known else ()) or {""}
        if "" in changed:
            from rolegate.store.domains_on_demand import read_ground

            stored.ground = StoredGround(read_ground(snapshot))
        affected = frozenset(snapshot.inside(changed)) if known and "" not in changed else None
        stored.forget_unknown(affected)
        stored.honours_rows = snapshot.honours_rows
        if stored.has_all and not stored.honours_rows:
            return self._state_of(replace(snapshot.policy(), path=None))
        before = live if isinstance(live, RowState) else None
        states = {} if before is None else dict(before.domains)
        kept = {
            name: state for name, state in states.items() if affected is not None and name not in affected
        }
        if stored.has_all:
            rows, made = stored.all_rows(snapshot, None if before is None else before.rows, affected)
            return self._holding(stored, kept | made, rows)
        fresh = kept | stored.states(snapshot, [name for name in states if name not in kept])
        return self._holding(stored, {name: fresh[name] for name in states if name in fresh}, None)

    def _keep_state(
        self, stored: StoredDomains, live: GateState, name: str, found: GateState | None, revision: int
    ) -> None:
        """Put *live* in force, with the state that was *found* of a domain."""
        if found is None:
            stored.remember_unknown(name)
        elif isinstance(live, RowState):
            live = live.with_domain(name, found, stored.most)
        self._put_in_force(live, revision)

    def _put_in_force(self, live: GateState, revision: int) -> None:
        if live is not self._live:
            self._closed = None
            self._publish(live)
        # INVARIANT: after the state is in force, so that no newer revision than that is told.
        self._number = revision
        if self._watcher is not None:
            self._watcher.seen = revision

    def _read_again(self, settled: object | None, removals: bool, watched: bool = False) -> bool:
        stored = self._stored
        if stored is None:
            return super()._read_again(settled, removals, watched)
        with self._writing:
            ground = stored.ground
            try:
                with collector_held(), stored.store.reading() as snapshot:
                    live, revision = self._advanced(stored, snapshot), snapshot.revision
                self._put_in_force(live, revision)
            except BaseException as error:
                stored.ground = ground
                self._keep(error, watched)
                if isinstance(error, Exception):
                    return False
                raise
            self._error = None
            return True

    # -- all domains ---------------------------------------------------------------------------------------

    def _declared(self, domain: str) -> str:
        if self._stored is None:
            return super()._declared(domain)
        if not isinstance(domain, str):
            raise wrong_kind("domain")
        live = self._current(time())
        if not isinstance(live, RowState):
            return super()._declared(domain)
        if isinstance(self._in_domain(live, domain), RowState):
            raise UnknownNameError("domain", domain)
        return domain

    async def aload(self, domain: str) -> None:
        if self._stored is None:
            await super().aload(domain)
        else:
            await asyncio.to_thread(self.load, domain)

    def _whole(self, what: str) -> None:
        super()._whole(what)
        if self._stored is not None and not self._stored.has_all:
            raise InvalidQuestionError(
                f"`{what}` needs all domains, and this gate reads the domains of its store one at a time: "
                "`store.policy()` has all of them"
            )

    def _loaded(self, domain: str | None) -> Iterable[str]:
        return () if self._stored is not None else super()._loaded(domain)
