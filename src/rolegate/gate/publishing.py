"""The state in force, and the one that comes after it."""

from __future__ import annotations

import logging
import os
import threading
from datetime import UTC, datetime
from weakref import WeakSet

from rolegate.gate.state import GateState

_log = logging.getLogger("rolegate")


class StateHolder:
    """Holds a state of the policy, and replaces it with one that was prepared when a binding begins or ends.

    INVARIANT: `_live` is read without a lock, and assigned, like `_coming`, with `_swapping` held. `_coming`
    follows `_live`, or is None.
    """

    _live: GateState
    _coming: GateState | None

    def __init__(self, live: GateState) -> None:
        self._unlocked()
        self._publish(live)
        _all.add(self)

    def _current(self, now: float) -> GateState:
        """The state for *now*; after the end of the last one, the one that was prepared, or one made here."""
        live = self._live
        if not live.over(now):
            return live
        with self._swapping:
            live = self._live
            if not live.over(now):
                return live
            coming = self._coming
            if coming is None or not coming.follows(live) or coming.over(now):
                coming = live.at_time(datetime.fromtimestamp(now, UTC))
            self._publish(coming)
            return coming

    def _state_in(self, domain: str | None) -> GateState:
        """The state for questions in *domain* that are asked now."""
        raise NotImplementedError

    def _explained_in(self, domain: str | None) -> GateState:
        """As `_state_in`, with the policy that gives the reasons at hand."""
        return self._state_in(domain)

    def _publish(self, live: GateState) -> None:
        """Put *live* in force."""
        with self._swapping:
            # In this order: a process that is forked in between has nothing that follows another state.
            self._coming = None
            self._live = live
        self._make_ready(live)

    def _make_ready(self, live: GateState) -> None:
        """Prepare the state for the time after the next binding begins or ends, in a thread."""
        if live.ends is not None:
            try:
                threading.Thread(
                    target=self._prepare, args=(live,), name="rolegate-next", daemon=True
                ).start()
            except RuntimeError:  # there are too many threads: the first question after that moment makes it
                _log.debug("the state for when the next binding begins or ends is not made in advance")

    def _prepare(self, live: GateState) -> None:
        coming = live.next()
        with self._swapping:
            if self._live is live:
                self._coming = coming

    def _unlocked(self) -> None:
        # Reentrant: the handler of a signal may interrupt whoever holds one, and reload or ask.
        self._writing = threading.RLock()  # while files are read
        self._swapping = threading.RLock()

    def _forked(self) -> None:
        """Go on in a child process: it has the locks of its parent, but not the threads that hold them."""
        self._unlocked()
        if self._coming is None:
            self._make_ready(self._live)


_all: WeakSet[StateHolder] = WeakSet()


def _forked() -> None:
    for holder in list(_all):
        holder._forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
