"""Follows a store: asks for its revision again and again, and reads it when that is another one."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from rolegate.gate.followed_store import FollowedStore
from rolegate.gate.store_listener import StoreListener
from rolegate.gate.watching import Watcher, words_of

if TYPE_CHECKING:
    from rolegate.store.notices import ListeningPlace

_log = logging.getLogger("rolegate")

BEHIND, PATIENCE = 0.02, 30.0
"""A replica that does not have yet what the primary told is asked so often, for so many seconds."""

RECONNECT = 1.0
"""So many seconds at most are between two attempts to reach a store that could not be read."""


class StoreFollower(Watcher):
    """Asks a store every *interval* seconds, or at once when it is woken, in a daemon thread.

    A store is whole at each moment, so one look is enough; *served* gives the revision that is in force.
    What this process commits wakes it, unless it listens, and is told of that as of all else.
    Intervals are shortened by chance, so that many processes which started together do not ask together.
    `heard` is the last moment at which what is in force was the newest, and *stale* is called when that is
    *most* seconds ago. With a *place*, it listens there, and a notice wakes it.
    """

    def __init__(
        self,
        source: FollowedStore,
        changed: Callable[[object], object],
        interval: float,
        *,
        served: Callable[[], object],
        most: float | None = None,
        stale: Callable[[str | None], object] = lambda _: None,
        place: ListeningPlace | None = None,
    ) -> None:
        self.source = source
        self._served = served
        self.heard = monotonic()
        self.most = most
        self._stale = stale
        self._woken = threading.Event()
        self._told = 0, 0.0
        super().__init__(source.look, changed, interval, served())
        self.listener = None if place is None else StoreListener(place, self.wake)
        if place is None:
            source.wakes(self)
        if most is not None:
            threading.Thread(target=self._guard, name="rolegate-stale", daemon=True).start()

    def hearing(self) -> tuple[float, bool | None]:
        """How many seconds ago what is in force was the newest, and whether those who tell are heard."""
        listening = None if self.listener is None else self.listener.error is None
        return monotonic() - self.heard, listening

    def wake(self, revision: int | None = None) -> None:
        """Look now, whatever the interval is; somebody was told of a *revision*, if they know it."""
        if revision is not None:
            self._told = revision, monotonic()
        self._woken.set()

    def close(self) -> None:
        """End the thread; returns when it has ended."""
        self._stop.set()
        self._woken.set()
        if self.listener is not None:
            self.listener.close()
        super().close()

    def again(self) -> StoreFollower:
        """A follower that goes on from here, in a child process."""
        place = None if self.listener is None else self.listener.place
        return StoreFollower(
            self.source,
            self._changed,
            self._interval,
            served=self._served,
            most=self.most,
            stale=self._stale,
            place=place,
        )

    def _run(self) -> None:
        delay = self._next_delay()
        while True:
            told = self._woken.wait(delay)
            self._woken.clear()
            if self._stop.is_set():
                return
            began = monotonic()
            try:
                now = self._look()
            except BaseException as error:  # such as the `SystemExit` of a driver
                self._unseen(f"the store cannot be read: {words_of(error)}")
                delay = min(self._next_delay(), RECONNECT)
                continue
            self._error = None
            if now != self.seen and not told and self.listener is not None:
                self.listener.doubt()
            self._take(now, began)
            delay = BEHIND if self._is_behind(now) else self._next_delay()

    def _take(self, now: object, began: float) -> None:
        """Read the store unless what is in force is of the revision *now*, or that was tried before."""
        fresh = now == self._served()
        if not fresh and now != self.seen:
            try:
                fresh = bool(self._changed(now))
            except BaseException:
                _log.exception("the store changed, but could not be read")
        if fresh:
            self.heard = began
            if self.most is not None:
                self._stale(None)

    def _is_behind(self, now: object) -> bool:
        """Whether a revision was told of a moment ago that is not here yet, as at a replica."""
        told, since = self._told
        return isinstance(now, int) and now < told and monotonic() - since < PATIENCE

    def _next_delay(self) -> float:
        return self._interval * random.uniform(0.5, 1.0)  # noqa: S311 - it keeps processes apart, and no secret

    def _guard(self) -> None:
        """Say when nothing was heard for too long: the other thread may be waiting for the database."""
        assert self.most is not None  # noqa: S101
        while not self._stop.wait(max(0.001, self.heard + self.most - monotonic())):
            if monotonic() - self.heard >= self.most:
                self._stale(f"nothing was heard of the store for {self.most:g} seconds")
                self._stop.wait(min(self.most, RECONNECT) / 4)
