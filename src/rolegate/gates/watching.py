"""Watches the files of a policy set and calls back when they have changed."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rolegate.gates.source import Fingerprint

_log = logging.getLogger("rolegate")


class Watcher:
    """Looks at files every *interval* seconds, in a daemon thread; `close` ends it.

    *seen* is what they looked like before they were last read. A change is acted on once two looks in a row
    have seen the same files, so that a checkout in progress is not read halfway. *changed* reads them again
    within `reading`.
    """

    def __init__(
        self,
        look: Callable[[], Fingerprint],
        changed: Callable[[], object],
        interval: float,
        seen: Fingerprint,
    ) -> None:
        self._look = look
        self._changed = changed
        self._interval = interval
        self._seen = seen
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

    @contextmanager
    def reading(self) -> Iterator[None]:
        """The time in which the files are read: what changes in it is seen to have changed."""
        seen = self._look()
        try:
            yield
        finally:
            self._seen = seen

    def close(self) -> None:
        """End the thread; returns when it has ended."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def again(self) -> Watcher:
        """A watcher that goes on from here, in a process that has not got the thread of this one."""
        return Watcher(self._look, self._changed, self._interval, self._seen)

    def _run(self) -> None:
        last = self._seen
        while not self._stop.wait(self._interval):
            try:
                now = self._look()
            except Exception as error:
                self._unseen(error)
                continue
            self._error = None
            if now != self._seen and now == last:
                try:
                    self._changed()
                except Exception:
                    _log.exception("the files changed, but could not be acted on")
            last = now

    def _unseen(self, error: Exception) -> None:
        message = f"the files cannot be looked at: {error}"
        if message != self._error:
            _log.error("%s", message)
        self._error = message
