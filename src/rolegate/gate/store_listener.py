"""Listens to PostgreSQL for changes of a store, in a thread; whoever follows the store asks it as well."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from rolegate.gate.watching import words_of

if TYPE_CHECKING:
    from rolegate.store.notices import ListeningPlace

_log = logging.getLogger("rolegate")

RECONNECT = 0.5
"""So many seconds at most are between two attempts to listen."""

_HEARD_WITHIN = 1.0
"""So many seconds a notice of one's own may take; a pooler of transactions swallows it, and says nothing."""

_TURN = 0.2
_KEPT_ALIVE = {"connect_timeout": 2, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}


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
        import psycopg
        from psycopg import sql

        options = {**_KEPT_ALIVE, **self.place.options, "autocommit": True}
        with psycopg.connect(*self.place.args, **options) as connection:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.place.channel)))
            self._test(connection)
            self.error, self._doubted = None, False
            self._wake(None)  # for what changed before
            while not self._stop.is_set() and not self._doubted:
                for notice in connection.notifies(timeout=_TURN, stop_after=1):
                    self._wake(int(notice.payload) if notice.payload.isdecimal() else None)

    def _test(self, connection: Any) -> None:
        """Return when a notice of one's own has arrived.

        Raises:
            TimeoutError: when it does not: nothing that others send would arrive either.
        """
        sent, until = f"test {secrets.token_hex(8)}", monotonic() + _HEARD_WITHIN
        connection.execute("SELECT pg_notify(%s, %s)", (self.place.channel, sent))
        while (left := until - monotonic()) > 0:
            for notice in connection.notifies(timeout=left, stop_after=1):
                if notice.payload == sent:
                    return
        raise TimeoutError("a notice of its own did not arrive, as behind a pooler of transactions")

    def _say(self, message: str) -> None:
        if message != self.error:
            _log.warning("%s; it is asked all the same", message)
        self.error = message
