"""Watches the files of a policy set and calls back when they have changed, and have been left alone since."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger("rolegate")

_RESTLESS = 10
"""How many looks in a row may differ before somebody is told."""


class Watcher:
    """Looks at files every *interval* seconds, in a daemon thread; `close` ends it.

    `seen` is what they looked like when they were last read. A change is acted on once two looks in a row
    have seen the same files, so that a checkout in progress is not read halfway. *changed* is given that
    look: it reads the files again if they still look so.
    """

    def __init__(
        self,
        look: Callable[[], object],
        changed: Callable[[object], object],
        interval: float,
        seen: object,
    ) -> None:
        self.seen = seen
        self._look = look
        self._changed = changed
        self._interval = interval
        self._error: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="rolegate-watch", daemon=True)
        self._thread.start()

    @property
    def error(self) -> str | None:
        """Why changes are not noticed at the moment; None while they are."""
        if not self._thread.is_alive() and not self._stop.is_set():
            return "the files are not watched any more: the thread that did has ended"
        return self._error

    def close(self) -> None:
        """End the thread; returns when it has ended."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def again(self) -> Watcher:
        """A watcher that goes on from here, in a process that has not got the thread of this one."""
        return Watcher(self._look, self._changed, self._interval, self.seen)

    def _run(self) -> None:
        last, restless = self.seen, 0
        while not self._stop.wait(self._interval):
            try:
                now = self._look()
            except Exception as error:
                self._unseen(f"the files cannot be looked at: {error}")
                continue
            restless = restless + 1 if now != last else 0
            if restless > _RESTLESS:
                self._unseen(f"the files have changed between {restless} looks in a row, and are not read")
            else:
                self._error = None
            if now != self.seen and now == last:
                try:
                    self._changed(now)
                except Exception:
                    _log.exception("the files changed, but could not be acted on")
            last = now

    def _unseen(self, message: str) -> None:
        if self._error is None:
            _log.error("%s", message)
        self._error = message
