"""Watches the files of a policy set, and calls back when they have changed and then stayed the same."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from rolegate.diagnostics import short
from rolegate.errors import RolegateError

_log = logging.getLogger("rolegate")

_RESTLESS = 10
"""How many looks in a row may differ before the status says so."""


def check_interval(interval: float) -> None:
    """Compare with what a thread can wait for.

    Raises:
        ValueError: unless *interval* is a number of seconds above 0.
    """
    number = isinstance(interval, (int, float)) and not isinstance(interval, bool)
    if not number or not 0 < interval <= threading.TIMEOUT_MAX:
        raise ValueError(f"`interval` is a number of seconds above 0, not `{short(repr(interval))}`")


def words_of(error: BaseException) -> str:
    """What the status says of *error*; of one that is not expected, its type as well."""
    kind = type(error).__name__
    try:
        text = str(error)
    except Exception:
        text = ""
    if text and isinstance(error, (RolegateError, OSError)):
        return text
    return f"{kind}: {text}" if text else kind


class Watcher:
    """Looks at files every *interval* seconds, in a daemon thread; `close` ends it.

    `seen` is what they looked like when they were last read. The watcher acts on a change when two looks in a
    row have seen the same files, so that a checkout in progress is not read halfway. It calls *changed* with
    that look, which reads the files again if they still look the same. After a look that is None,
    which cannot tell, *changed* is called every time. Nothing that is raised ends the thread.
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
        """Why changes go unnoticed at the moment; None while they are noticed."""
        if not self._thread.is_alive() and not self._stop.is_set():
            return "the files are not watched any more: the watching thread has ended"
        return self._error

    def close(self) -> None:
        """End the thread; returns when it has ended."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def again(self) -> Watcher:
        """A watcher that goes on from here, in a child process, which does not have this one's thread."""
        return Watcher(self._look, self._changed, self._interval, self.seen)

    def _run(self) -> None:
        last, restless = self.seen, 0
        while not self._stop.wait(self._interval):
            try:
                now = self._look()
                moving, new = bool(now != last), now is None or bool(now != self.seen)
            except BaseException as error:  # such as the `SystemExit` of a driver
                self._unseen(f"the files cannot be looked at: {words_of(error)}")
                continue
            restless = restless + 1 if moving else 0
            if restless > _RESTLESS:
                self._unseen(f"the files have changed between {restless} looks in a row, and are not read")
            else:
                self._error = None
            if new and not moving:
                try:
                    self._changed(now)
                except BaseException:
                    _log.exception("the files changed, but could not be acted on")
            last = now

    def _unseen(self, message: str) -> None:
        if self._error is None:
            _log.error("%s", message)
        self._error = message
