"""A pooler of connections to PostgreSQL: each transaction of a client runs on whichever connection is free.

It is what PgBouncer does in its mode of transactions, on the wire, with a real server behind it. Notices get
lost, and whatever a client leaves in a session, another client finds.
"""

from __future__ import annotations

import queue
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

NOTICE, READY, COPY_IN, AUTHENTICATION_ERROR = b"A", b"Z", b"G", b"E"
"""Types of messages of a server."""

QUERY, SYNC, END, COPY_DONE, COPY_FAILED = b"Q", b"S", b"X", b"c", b"f"
"""Types of messages of a client."""

IDLE = b"I"
ENCRYPTION = (80877103, 80877104)
"""What a client asks first that would rather talk in secret."""


class TransactionPooler:
    """Serves clients at a port of this machine with *most* connections to the server at a Unix socket.

    While `pools` is false, a client that comes gets a connection of its own, as in the mode of sessions.
    """

    def __init__(self, server: str, most: int = 2) -> None:
        self.server = server
        self.pools = True
        self.transactions = 0
        self._most = most
        self._made = 0
        self._free: queue.LifoQueue[_Link] = queue.LifoQueue()
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.close()
        with suppress(queue.Empty):
            while True:
                self._free.get_nowait().close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            work: Callable[[_Link], None] = self._share if self.pools else self._pass_on
            threading.Thread(target=self._attend, args=(work, _Link(client)), daemon=True).start()

    @staticmethod
    def _attend(work: Callable[[_Link], None], client: _Link) -> None:
        with suppress(OSError):
            work(client)
        client.close()

    # -- sessions -----------------------------------------------------------------------------------------

    def _pass_on(self, client: _Link) -> None:
        server = _Link.to(self.server)
        server.send(client.opening())
        threading.Thread(target=_pour, args=(server, client), daemon=True).start()
        _pour(client, server)

    # -- transactions -------------------------------------------------------------------------------------

    def _share(self, client: _Link) -> None:
        opening = client.opening()
        client.send(self._welcome(opening))
        server: _Link | None = None
        copies, simple = False, False
        for kind, message in client.messages():
            if kind == END:
                break
            if server is None:
                server = self._free.get()
            server.send(message)
            if kind in (QUERY, SYNC):
                simple = kind == QUERY
            elif not (copies and simple and kind in (COPY_DONE, COPY_FAILED)):
                continue
            copies = False
            for answer, told in server.messages():
                if answer != NOTICE:
                    client.send(told)
                if answer == COPY_IN:
                    copies = True
                    break
                if answer == READY:
                    if told[-1:] == IDLE:
                        self.transactions += 1
                        self._free.put(server)
                        server = None
                    break
        if server is not None:  # the client went in the midst of a transaction
            server.close()
            with self._lock:
                self._made -= 1

    def _welcome(self, opening: bytes) -> bytes:
        """What the server says to a client that comes, on a connection that is then pooled or closed."""
        server = _Link.to(self.server)
        server.send(opening)
        said = b""
        for kind, message in server.messages():
            said += message
            if kind == READY:
                break
            if kind == AUTHENTICATION_ERROR:
                raise ConnectionRefusedError(said)
        with self._lock:
            pooled = self._made < self._most
            self._made += pooled
        if pooled:
            self._free.put(server)
        else:
            server.close()
        return said


class _Link:
    """One end of a connection, read message by message."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._waiting = b""

    @classmethod
    def to(cls, server: str) -> _Link:
        end = socket.socket(socket.AF_UNIX)
        end.connect(server)
        return cls(end)

    def send(self, data: bytes) -> None:
        self._end.sendall(data)

    def some(self) -> bytes:
        data, self._waiting = self._waiting, b""
        return data or self._end.recv(65536)

    def close(self) -> None:
        self._end.close()

    def opening(self) -> bytes:
        """The first message of a client, with its name and database; it has no type."""
        while True:
            size = int.from_bytes(self._exactly(4))
            body = self._exactly(size - 4)
            if int.from_bytes(body[:4]) not in ENCRYPTION:
                return size.to_bytes(4) + body
            self.send(b"N")

    def messages(self) -> Iterator[tuple[bytes, bytes]]:
        """Each message with its type, until the connection ends."""
        while True:
            head = self._exactly(5)
            yield head[:1], head + self._exactly(int.from_bytes(head[1:]) - 4)

    def _exactly(self, size: int) -> bytes:
        while len(self._waiting) < size:
            data = self._end.recv(65536)
            if not data:
                raise ConnectionResetError
            self._waiting += data
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken


def _pour(source: _Link, sink: _Link) -> None:
    with suppress(OSError):
        while data := source.some():
            sink.send(data)
    source.close()
    sink.close()
