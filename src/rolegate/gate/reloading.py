"""Reading the policy again: the last good one stays in force when that fails."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Protocol, cast

from rolegate.errors import RolegateError, StoreError, wrong_argument
from rolegate.gate.followed_store import FollowedStore
from rolegate.gate.publishing import StateHolder
from rolegate.gate.source import FixedPolicy, PolicyFolder, PolicySource
from rolegate.gate.state import GateState
from rolegate.gate.store_follower import StoreFollower
from rolegate.gate.watching import Watcher, words_of
from rolegate.grants.set_aside import SetAside
from rolegate.policy.policy import Policy

if TYPE_CHECKING:
    from rolegate.store.notices import ListeningPlace

_log = logging.getLogger("rolegate")

_PAUSE = 0.005
"""So many seconds are between two looks of who waits for a revision."""

_TOLD = 10
"""So many things that are set aside are logged by name."""


@dataclass(frozen=True, slots=True)
class DomainStatus:
    """What a gate has of the bindings of one domain.

    `read_at` is when the lines in force were read; None while there are none, and nobody is allowed anything
    in the domain. `error` says why the last attempt to read them failed.
    """

    domain: str
    read_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class GateStatus:
    """What a gate answers from.

    `age` is in seconds. `stale` says that the last reload failed or that changes of the files go unnoticed,
    and `error` says why. `set_aside` has what the files declare and is not in force. `domains` has those
    whose bindings come from the application and have been asked for. Of a gate that follows a store,
    `store_revision` is the one that it answers from, `heard_ago` is how many seconds ago that was the newest
    one, and `listening` says whether PostgreSQL or Redis tells of changes.
    """

    revision: str
    loaded_at: datetime
    age: float
    stale: bool
    error: str | None
    set_aside: tuple[SetAside, ...] = ()
    domains: tuple[DomainStatus, ...] = ()
    store_revision: int | None = None
    heard_ago: float | None = None
    listening: bool | None = None


def _tell_aside(policy: Policy) -> None:
    """Log what of *policy* is not in force."""
    aside = policy.set_aside
    for part in aside[:_TOLD]:
        _log.warning("set aside: %s", part)
    if len(aside) > _TOLD:
        _log.warning("set aside: %d more", len(aside) - _TOLD)


class ReloadingHolder(StateHolder):
    """Holds a state of the policy, and replaces it with what its source has now."""

    def __init__(self, policy: Policy, source: PolicySource | None = None) -> None:
        """A gate on *policy*; a reload reads *source*, or the folder of the policy, if it has one."""
        if source is None:
            source = FixedPolicy(policy) if policy.path is None else PolicyFolder.of(policy.path, policy.at)
        self._source = source
        self._error: str | None = None
        self._watcher: Watcher | None = None
        self._number: int | None = None
        self._closed: str | None = None
        self._open: GateState | None = None
        super().__init__(self._state_of(policy))
        _tell_aside(policy)

    def _state_of(self, policy: Policy) -> GateState:
        """The state of a policy that was read."""
        return GateState.of(policy)

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._live.policy

    def reload(self, *, removals: bool = False) -> bool:
        """Read the files again; whether the policy in force is what was read now.

        Broken files leave the last good policy in force; the log and `status` say why. The same goes for
        whatever exception a source raises, and for missing files that the policy in force was read from,
        unless *removals* says that they may be gone.
        """
        return self._read_again(None, removals)

    def _changed(self, settled: object | None) -> bool:
        """Read the files again if they still look as they did for a while; None if nobody can tell."""
        return self._read_again(settled, removals=False, watched=True)

    def _read_again(self, settled: object | None, removals: bool, watched: bool = False) -> bool:
        with self._writing:
            before = self._live.policy
            try:
                reading = self._source.read()
                if settled is not None and reading.look != settled and not self._is_store:
                    return False  # they are changing; the watcher goes on looking
                if self._watcher is not None and reading.look is not None:
                    self._watcher.seen = reading.look
                policy = reading.build(None if removals else before)
                # A source that cannot tell whether it has changed is read at every interval.
                new = not watched or settled is not None or policy != before
                fresh = self._state_of(policy) if new else None
                if fresh is not None and self._live.policy is before:
                    self._closed = None
                    self._publish(fresh)  # or else a later reload has interrupted this one
                if self._is_store:
                    # INVARIANT: after the state is in force, so that no newer revision than that is told.
                    self._number = cast("int", reading.look)
            except BaseException as error:
                self._keep(error, watched)
                if isinstance(error, Exception):
                    return False
                raise
            self._error = None
            if new:
                if _log.isEnabledFor(logging.INFO):  # the name is not worked out for nobody
                    _log.info("policy revision %s is in force", self._live.revision)
                _tell_aside(policy)
            return True

    def _follow(
        self, source: FollowedStore, interval: float, most: float | None, place: ListeningPlace | None
    ) -> None:
        """Ask the store again and again from now on; see `StoreFollower`."""
        self._watcher = StoreFollower(
            source,
            self._changed,
            interval,
            served=lambda: self._number,
            most=most,
            stale=self._deny_all,
            place=place,
        )

    @property
    def _is_store(self) -> bool:
        return isinstance(self._source, FollowedStore)

    def _deny_all(self, reason: str | None) -> None:
        """Allow nobody anything for a *reason*; without one, answer again from the state in force."""
        with self._swapping:
            if reason is not None and self._closed is None:
                live = self._live
                self._open, self._closed = live, reason
                self._publish(replace(live, plain={}, tables={}, ends=None))
                _log.error("everything is denied: %s", reason)
            elif reason is None and self._closed is not None and self._open is not None:
                self._closed, live = None, self._open
                self._publish(live)
                _log.info("the store is heard of again, and answers as before")

    def at_least(self, revision: int | HasRevision, *, wait: float = 1.0) -> None:
        """Return when what is in force is of this *revision* of the store, or of a later one.

        A request that carries its own change, or the revision of it, reads what it wrote.

        Raises:
            StoreError: when that is not so after *wait* seconds, or the gate has no store.
        """
        number = _number_of(revision)
        if not self._is_store:
            raise StoreError("this gate follows no store, so it has no revision of one")
        until = monotonic() + wait
        while self._number is None or self._number < number:
            self._read_again(None, removals=False)
            left = until - monotonic()
            if self._number is not None and self._number >= number:
                return
            if left <= 0:
                why = f": {self._error}" if self._error else ""
                raise StoreError(
                    f"the store was at revision {self._number} after {wait:g} seconds, not at {number}{why}"
                )
            sleep(min(left, _PAUSE))

    async def aat_least(self, revision: int | HasRevision, *, wait: float = 1.0) -> None:
        """`at_least` for asyncio: if the store has to be read, a thread does it, and the loop goes on.

        Raises:
            StoreError: as `at_least`.
        """
        if self._number is None or self._number < _number_of(revision):
            await asyncio.to_thread(self.at_least, revision, wait=wait)

    def _keep(self, error: BaseException, watched: bool) -> None:
        """Keep the last good policy in force, and say why; the watcher says it once."""
        told = words_of(error)
        expected = isinstance(error, (RolegateError, OSError))
        if self._watcher is not None and not isinstance(error, RolegateError):
            self._watcher.seen = None  # not the fault of the files: the watcher tries again
        if not watched or told != self._error:
            message = "policy not reloaded, revision %s stays in force: %s"
            _log.error(message, self._live.revision, told, exc_info=None if expected else error)
        self._error = told

    def status(self) -> GateStatus:
        """What the gate answers from, whether the last reload failed, and whether the files are watched."""
        live = self._current(time())
        age = (datetime.now(UTC) - live.since).total_seconds()
        error = self._error or (self._watcher.error if self._watcher is not None else None)
        domains = self._domain_statuses()
        error = error or next((f"{here.domain}: {here.error}" for here in domains if here.error), None)
        error = self._closed or error
        stale = error is not None
        aside, watcher = live.policy.set_aside, self._watcher
        heard, listening = watcher.hearing() if isinstance(watcher, StoreFollower) else (None, None)
        return GateStatus(
            live.revision, live.since, age, stale, error, aside, domains, self._number, heard, listening
        )

    def _domain_statuses(self) -> tuple[DomainStatus, ...]:
        """What is known of the bindings that come from the application."""
        return ()

    def close(self) -> None:
        """Stop watching the files."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _forked(self) -> None:
        if isinstance(self._source, FollowedStore):
            self._source.forked()  # before anything here reads
        super()._forked()
        if self._watcher is not None:
            try:
                self._watcher = self._watcher.again()
            except RuntimeError as error:  # the watcher that is left says in the status that it has ended
                _log.error("the files are not watched in this process: %s", error)


class HasRevision(Protocol):
    """A change of a store, which has a number."""

    @property
    def revision(self) -> int: ...


def _number_of(change: object) -> int:
    """The number of a *change*, which may be said instead of it."""
    number = getattr(change, "revision", change)
    if isinstance(number, bool) or not isinstance(number, int):
        takes = "the revision of a change of the store"
        raise wrong_argument("revision", change, takes, "write `gate.at_least(made.revision)`")
    return number
