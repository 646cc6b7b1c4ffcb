"""Domains of a store that are read when somebody asks about them, and so many of them kept in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from time import monotonic, time
from typing import TYPE_CHECKING, TypeGuard

from rolegate.encoding import encode
from rolegate.errors import InvalidQuestionError, RolegateError, UnknownNameError, wrong_kind
from rolegate.gate.binding_source import BindingsUnavailableError
from rolegate.gate.bound_domains import RETRY, DomainHolder
from rolegate.gate.bound_state import BoundState
from rolegate.gate.state import GateState
from rolegate.grants.domains import DEFAULT
from rolegate.policy.policy import Policy

if TYPE_CHECKING:
    from rolegate.grants.ground import Ground
    from rolegate.store.store import Store
    from rolegate.store.store_snapshot import StoreSnapshot


class StoredDomains:
    """What is kept of a store whose domains are read one by one, beside the state in force.

    `unknown` are names of domains that there are not, as many as domains are kept at most.
    """

    def __init__(self, store: Store, ground: Ground, most: int) -> None:
        self.store = store
        self.ground = ground
        self.most = most
        self.unknown: dict[str, None] = {}
        self.failed: tuple[float, BindingsUnavailableError] | None = None

    def remember_unknown(self, name: str) -> None:
        self.unknown[name] = None
        while len(self.unknown) > self.most:
            del self.unknown[next(iter(self.unknown))]


def _may_be(name: object) -> TypeGuard[str]:
    """Whether *name* can be that of a domain."""
    try:
        return isinstance(name, str) and bool(encode(name))
    except ValueError:  # it is empty, or no text
        return False


class StoredDomainHolder(DomainHolder):
    """Holds a state for each domain of a store that was asked about, if it is not to hold all of them.

    INVARIANT: `_live` is of one revision of the store. A domain that is read later brings all others to the
    revision of that moment, or is not put in force.
    """

    _stored: StoredDomains | None = None

    def _keep_domains(self, stored: StoredDomains) -> None:
        """Go on with the domains of a store; what is in force is what all of them have in common."""
        self._stored = stored
        self._publish(BoundState.joining(self._live))

    def _in_domain(self, live: GateState, domain: str | None) -> GateState:
        stored = self._stored
        if stored is None:
            return super()._in_domain(live, domain)
        name = DEFAULT if domain is None and not live.policy.needs_domain else domain
        if not isinstance(live, BoundState) or not _may_be(name) or name in stored.unknown:
            return live
        found = live.domains.get(name)
        if found is not None:
            return found
        with self._writing:
            if stored.failed is not None and monotonic() - stored.failed[0] < RETRY:
                raise BindingsUnavailableError(name, stored.failed[1].reason)
            try:
                state = self._fetched(stored, name)
            except RolegateError as error:
                unavailable = BindingsUnavailableError(name, str(error))
                stored.failed = monotonic(), unavailable
                raise unavailable from error
            stored.failed = None
            return state

    def _fetched(self, stored: StoredDomains, name: str) -> GateState:
        """The state of a domain, put in force with all others as they are at that moment."""
        from rolegate.store.domains_on_demand import read_domain

        with stored.store.reading() as snapshot:
            live = self._advanced(stored, snapshot)
            found = live.domains.get(name)
            policy = None if found is not None else read_domain(snapshot, stored.ground, name)
            revision = snapshot.revision
        domains = dict(live.domains)
        if policy is not None:
            found = domains[name] = GateState.of(policy)
            for oldest in list(domains)[: max(0, len(domains) - stored.most)]:
                del domains[oldest]
        elif found is None:
            stored.remember_unknown(name)
        self._put_in_force(BoundState.joining(live.files, domains), revision)
        return found or self._live

    def _advanced(self, stored: StoredDomains, snapshot: StoreSnapshot) -> BoundState:
        """What is in force, brought to the moment of *snapshot*: only what changed is read."""
        live = self._live
        assert isinstance(live, BoundState)  # noqa: S101
        if snapshot.revision == self._number:
            return live
        since = self._number or 0
        # An older backup was restored: its numbers say nothing of what is different.
        changed = set(snapshot.changed_after(since)) if snapshot.revision > since else {""}
        files = live.files
        if "" in changed:
            from rolegate.store.domains_on_demand import read_ground

            stored.ground = read_ground(snapshot)
            files = GateState.of(Policy(resolved=stored.ground.resolved))
        for name in changed if snapshot.revision > since else list(stored.unknown):
            stored.unknown.pop(name, None)
        domains: dict[str, GateState] = {}
        for name, state in live.domains.items():
            around = state.policy.resolved.domains.outward(name)
            fresh = state if changed.isdisjoint({"", *around}) else self._read(stored, snapshot, name)
            if fresh is not None:
                domains[name] = fresh
        return BoundState.joining(files, domains)

    def _read(self, stored: StoredDomains, snapshot: StoreSnapshot, name: str) -> GateState | None:
        from rolegate.store.domains_on_demand import read_domain

        policy = read_domain(snapshot, stored.ground, name)
        return None if policy is None else GateState.of(policy)

    def _put_in_force(self, live: BoundState, revision: int) -> None:
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
                with stored.store.reading() as snapshot:
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

    def _declared(self, domain: str) -> str:
        if self._stored is None:
            return super()._declared(domain)
        if not isinstance(domain, str):
            raise wrong_kind("domain")
        self._in_domain(self._current(time()), domain)
        if domain in self._stored.unknown:
            raise UnknownNameError("domain", domain)
        return domain

    async def aload(self, domain: str) -> None:
        if self._stored is None:
            await super().aload(domain)
        else:
            await asyncio.to_thread(self.load, domain)

    def _whole(self, what: str) -> None:
        super()._whole(what)
        if self._stored is not None:
            raise InvalidQuestionError(
                f"`{what}` needs all domains, and this gate reads the domains of its store one at a time: "
                "`store.policy()` has all of them"
            )

    def _loaded(self, domain: str | None) -> Iterable[str]:
        return () if self._stored is not None else super()._loaded(domain)
