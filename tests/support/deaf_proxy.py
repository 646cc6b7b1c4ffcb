"""A way to PostgreSQL on which notices get lost, as through a pooler of transactions."""

from __future__ import annotations

import socket
import threading

NOTICE = b"A"
"""The type of the message with which a server tells of a notice."""


class DeafProxy:
    """Passes on what goes between clients and a server at a Unix socket, but for notices while it is deaf."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.deaf = True
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._door.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self.server)
            threading.Thread(target=self._upwards, args=(client, server), daemon=True).start()
            threading.Thread(target=self._downwards, args=(server, client), daemon=True).start()

    def _upwards(self, client: socket.socket, server: socket.socket) -> None:
        while data := _some(client):
            server.sendall(data)
        server.close()

    def _downwards(self, server: socket.socket, client: socket.socket) -> None:
        waiting = b""
        while data := _some(server):
            waiting += data
            while len(waiting) >= 5 and len(waiting) > (size := int.from_bytes(waiting[1:5])):
                message, waiting = waiting[: size + 1], waiting[size + 1 :]
                if not (self.deaf and message[:1] == NOTICE):
                    client.sendall(message)
        client.close()


def _some(end: socket.socket) -> bytes:
    try:
        return end.recv(65536)
    except OSError:
        return b""
