"""A store is read and written from asyncio, as SQLAlchemy does it: what speaks with the database awaits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_scoped_session,
    create_async_engine,
)

from rolegate.store.database_errors import database_errors
from rolegate.store.databases import (
    database_url,
    made_engine,
    own_transaction,
    reading,
    snapshot,
    url_of,
    writing,
)

AsyncBind = AsyncEngine | AsyncConnection | AsyncSession | async_scoped_session[Any]
"""Where a store is: an engine, or a transaction of the application with which a change commits."""

T = TypeVar("T")


def async_engine_of(url: URL | str) -> AsyncEngine:
    """An engine for asyncio, which `read_async` and `write_async` take.

    Raises:
        StoreError: when *url* is none of SQLite or PostgreSQL, or the driver is not installed.
    """
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        parsed = parsed.set(drivername="sqlite+aiosqlite")
    return made_engine(create_async_engine, parsed)


async def read_async(bind: AsyncBind, work: Callable[[sa.Connection], T]) -> T:
    """What *work* finds on a connection that sees one state of the store, as that of `reading` does.

    Raises:
        StoreError: when the database refuses.
    """

    def read(own: Any) -> T:
        with reading(own) as connection:
            return work(connection)

    def read_alone(connection: sa.Connection) -> T:
        with snapshot(connection):
            return work(connection)

    return await _run(bind, read, read_alone)


async def write_async(bind: AsyncBind, work: Callable[[sa.Connection], T]) -> T:
    """What *work* gives, when it changes the store on a connection as that of `writing`.

    With an engine the change is committed; otherwise it is committed with the transaction of *bind*.

    Raises:
        ConflictError: when somebody else was first.
        StoreError: when the database refuses, or the transaction is one in which nothing can be undone.
    """

    def write(own: Any) -> T:
        with writing(own) as connection:
            return work(connection)

    def write_alone(connection: sa.Connection) -> T:
        with own_transaction(connection):
            return work(connection)

    return await _run(bind, write, write_alone)


async def _run(bind: AsyncBind, within: Callable[[Any], T], alone: Callable[[sa.Connection], T]) -> T:
    """Run *within* in the transaction of *bind*, or *alone* on a new connection of an engine."""
    given: AsyncEngine | AsyncConnection | AsyncSession
    given = bind() if isinstance(bind, async_scoped_session) else bind
    if not isinstance(given, AsyncEngine):
        return await given.run_sync(within)
    with database_errors(url_of(given.sync_engine)):
        async with given.connect() as connection:
            return await connection.run_sync(alone)
