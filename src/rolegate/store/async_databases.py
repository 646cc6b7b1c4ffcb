"""A store is read and written from asyncio, as SQLAlchemy does it: what speaks with the database awaits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL

from rolegate.errors import StoreError
from rolegate.store.awaited import finished, is_awaited
from rolegate.store.database_errors import REFUSED, masked
from rolegate.store.databases import Bind, database_url, made_engine, reading, writing

try:
    from sqlalchemy.ext.asyncio import (
        AsyncConnection,
        AsyncEngine,
        AsyncSession,
        async_scoped_session,
        create_async_engine,
    )
except ImportError as error:
    raise ModuleNotFoundError(
        "a store of asyncio needs greenlet: run `pip install 'rolegate[asyncio]'`", name="greenlet"
    ) from error

AsyncBind = AsyncEngine | AsyncConnection | AsyncSession | async_scoped_session[Any]
"""Where a store is: an engine, or a transaction of the application with which a change commits."""

T = TypeVar("T")

_DRIVERS = ("aiosqlite", "psycopg")


def async_engine_of(url: URL | str) -> AsyncEngine:
    """An engine for asyncio, which `AsyncStore`, `read_async` and `write_async` take.

    Raises:
        StoreError: when *url* is none of SQLite or PostgreSQL, or what awaits the database is not installed.
    """
    parsed = database_url(url)
    if parsed.drivername == "sqlite":
        parsed = parsed.set(drivername="sqlite+aiosqlite")
    _refuse_driver(parsed.get_driver_name())
    driver = parsed.get_driver_name()
    if find_spec(driver) is None:
        extra = "asyncio" if driver == "aiosqlite" else "asyncio,postgres"
        raise StoreError(
            f"{driver} is not installed, which awaits {masked(parsed)}; "
            f"run `pip install 'rolegate[{extra}]'`",
            REFUSED,
        )
    return undone_when_cancelled(made_engine(create_async_engine, parsed))


def undone_when_cancelled(engine: AsyncEngine) -> AsyncEngine:
    """*engine*, whose connections to SQLite are rolled back when a statement of theirs is cancelled.

    SQLAlchemy closes such a connection. But SQLite keeps it, and the lock of its transaction, as long as
    anything has a cursor of it, such as the traceback of the error.
    """
    at = engine.sync_engine
    if at.dialect.name == "sqlite" and not event.contains(at, "invalidate", _roll_back):
        event.listen(at, "invalidate", _roll_back)
    return engine


def _roll_back(connection: Any, _: Any, error: BaseException | None) -> None:
    if isinstance(error, asyncio.CancelledError) and is_awaited():
        connection.rollback()


def sync_bind_of(bind: AsyncBind) -> Bind:
    """What is meant by *bind*, for code that is awaited by `finished`.

    Raises:
        StoreError: for another driver than those that were tried.
        TypeError: for what is not of asyncio, or a connection that is not open.
    """
    given = bind() if isinstance(bind, async_scoped_session) else bind
    found: Bind | None
    if isinstance(given, AsyncSession):
        found = given.sync_session
    elif isinstance(given, AsyncConnection):
        found = given.sync_connection
    elif isinstance(given, AsyncEngine):
        found = given.sync_engine
    else:
        raise TypeError(
            "`bind` takes an AsyncEngine, an AsyncConnection or an AsyncSession, "
            f"not `{type(given).__name__}`"
        )
    if found is None:
        raise TypeError("this connection is not open: write `async with engine.connect() as connection`")
    at = found.get_bind() if isinstance(found, sa.orm.Session) else found
    _refuse_driver(at.dialect.driver)
    return found


def _refuse_driver(driver: str) -> None:
    if driver not in _DRIVERS:
        raise StoreError(
            f"an asynchronous store uses aiosqlite or psycopg, not {driver}: "
            "write `sqlite+aiosqlite://` or `postgresql+psycopg://` in the URL",
            REFUSED,
        )


async def read_async(bind: AsyncBind, work: Callable[[sa.Connection], T]) -> T:
    """What *work* finds on a connection that sees one state of the store, as that of `reading` does.

    Raises:
        StoreError: when the database refuses.
    """
    given = sync_bind_of(bind)

    def read() -> T:
        with reading(given) as connection:
            return work(connection)

    return await finished(read)


async def write_async(bind: AsyncBind, work: Callable[[sa.Connection], T]) -> T:
    """What *work* gives, when it changes the store on a connection as that of `writing`.

    With an engine the change is committed; otherwise it is committed with the transaction of *bind*.

    Raises:
        ConflictError: when somebody else was first.
        StoreError: when the database refuses, or the transaction is one in which nothing can be undone.
    """
    given = sync_bind_of(bind)

    def write() -> T:
        with writing(given) as connection:
            return work(connection)

    return await finished(write)
