"""Listens for changes of a store, in a thread; whoever follows the store asks it as well."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from rolegate.gate.watching import words_of

if TYPE_CHECKING:
    from rolegate.store.notices import ListeningPlace, NoticeChannel

_log = logging.getLogger("rolegate")

RECONNECT = 0.5
"""So many seconds at most are between two attempts to listen."""

_HEARD_WITHIN = 1.0
"""So many seconds a notice of one's own may take; a pooler of transactions swallows it, and says nothing."""

_TURN = 0.2
_TEST = "test "
_LONG = 20
"""No revision has so many digits."""


class StoreListener:
    """Calls *wake* for each notice, with the revision that it tells, and with None once it listens (again).

    `error` says why nothing is heard; None while it is known that notices arrive.
    """

    def __init__(self, place: ListeningPlace, wake: Callable[[int | None], object]) -> None:
        self.place = place
        self.error: str | None = "it does not listen yet"
        self._wake = wake
        self._stop = threading.Event()
        self._doubted = False
        self._thread = threading.Thread(target=self._run, name="rolegate-listen", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._stop.set()

    def doubt(self) -> None:
        """Connect anew: something changed, and no notice came."""
        self._doubted = True

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except BaseException as error:
                self._say(f"the store is not listened to: {words_of(error)}")
            self._stop.wait(RECONNECT)

    def _listen(self) -> None:
        with self.place.listening() as channel:
            self._test(channel)
            self.error, self._doubted = None, False
            self._wake(None)  # for what changed before
            while not self._stop.is_set() and not self._doubted:
                for text in channel.heard(_TURN):
                    if not text.startswith(_TEST):
                        self._wake(int(text) if text.isdecimal() and len(text) < _LONG else None)

    def _test(self, channel: NoticeChannel) -> None:
        """Return when a notice of one's own has arrived.

        Raises:
            TimeoutError: when it does not: nothing that others send would arrive either.
        """
        sent, until = f"{_TEST}{secrets.token_hex(8)}", monotonic() + _HEARD_WITHIN
        channel.send(sent)
        while (left := until - monotonic()) > 0:
            if sent in channel.heard(left):
                return
        raise TimeoutError(f"a notice of its own did not arrive, {self.place.silence}")

    def _say(self, message: str) -> None:
        if message != self.error:
            _log.warning("%s; it is asked all the same", message)
        self.error = message
