"""How a store speaks with databases: engines, and transactions in which it is read or written.

Whoever reads sees one state: on SQLite a transaction is begun for it, which the driver of Python would not
do, and on PostgreSQL it is REPEATABLE READ, which replicas allow as well.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.base import TwoPhaseTransaction
from sqlalchemy.orm import Session, scoped_session

from rolegate.diagnostics import quoted
from rolegate.errors import StoreError
from rolegate.store.awaited import undisturbed
from rolegate.store.database_errors import NO_URL, REFUSED, database_errors, masked
from rolegate.store.sqlite_files import file_is_there
from rolegate.store.woken import wake_followers

WAIT = 10
"""How many seconds a writer waits for another one before it gives up."""

_SQLITE = {
    "uri", "timeout", "isolation_level", "detect_types", "check_same_thread", "cached_statements",
}  # fmt: skip
"""The options that the driver of SQLite takes in a URL."""

E = TypeVar("E")

Bind = sa.Engine | sa.Connection | Session | scoped_session[Any]
"""Where a store is: an engine, or a transaction of the application with which a change commits."""


def engine_of(url: URL | str) -> sa.Engine:
    """An engine for the database at *url*, which is safe behind poolers of connections.

    Raises:
        StoreError: when *url* is none of SQLite or PostgreSQL, or the driver is not installed.
    """
    return made_engine(sa.create_engine, database_url(url))


def made_engine(create: Callable[..., E], parsed: URL) -> E:
    """What *create* makes for *parsed*: an engine, or one for asyncio.

    Raises:
        StoreError: when the driver is not installed.
    """
    is_sqlite = parsed.get_backend_name() == "sqlite"
    options = _of_sqlite(parsed) if is_sqlite else _of_postgresql(parsed)
    try:
        # Values are people and their roles: errors do not show them.
        engine = create(parsed, hide_parameters=True, **options)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"{error.name} is not installed, which speaks with {masked(parsed)}; "
            "run `pip install 'rolegate[postgres]'`, or what brings that driver",
            REFUSED,
        ) from error
    if is_sqlite:
        event.listen(getattr(engine, "sync_engine", engine), "connect", _use_wal)
    return engine


@contextmanager
def reading(bind: Bind) -> Iterator[sa.Connection]:
    """A connection that sees one state of the store, and changes nothing.

    A transaction of the application is used as it is: below REPEATABLE READ, each statement in it sees the
    state of its own moment.

    Raises:
        StoreError: when the database refuses.
    """
    bind = _current(bind)
    if not isinstance(bind, sa.Engine):
        with database_errors(url_of(bind)):
            yield _own_connection(bind)
        return
    with database_errors(url_of(bind)), _connected(bind) as connection, snapshot(connection):
        yield connection


@contextmanager
def one_statement(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection for one statement that reads: it sees one state by itself, so no transaction is begun.

    Raises:
        StoreError: when the database refuses.
    """
    with database_errors(url_of(engine)), _connected(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="AUTOCOMMIT")
        yield connection


@contextmanager
def writing(bind: Bind, *, makes_file: bool = False) -> Iterator[sa.Connection]:
    """A connection in which a store is changed: all of it, or nothing when an exception leaves the block.

    With an engine the change is committed at the end. In a transaction of the application it is within a
    savepoint, and is committed or rolled back with the rest. The file of an SQLite database has to be there,
    unless it *makes_file*.

    Raises:
        ConflictError: when somebody else was first.
        StoreError: when the database refuses, or the transaction is one in which nothing can be undone.
    """
    bind = _current(bind)
    with database_errors(url_of(bind)):
        if isinstance(bind, sa.Engine):
            with _connected(bind, makes_file) as connection, own_transaction(connection):
                yield connection
            wake_followers(bind)
            return
        connection = _own_connection(bind)
        _begin_sqlite(connection, "BEGIN IMMEDIATE")
        _refuse_autocommit(connection, bind)
        with connection.begin_nested():
            yield connection


@contextmanager
def _connected(engine: sa.Engine, makes_file: bool = False) -> Iterator[sa.Connection]:
    with file_is_there(engine, makes_file=makes_file):
        connection = engine.connect()
    try:
        yield connection
    finally:
        undisturbed(connection.close)


def _own_connection(bind: sa.Connection | Session) -> sa.Connection:
    """The connection of an application, which a session may have yet to open."""
    if isinstance(bind, sa.Connection):
        return bind
    with file_is_there(bind.get_bind()):
        return bind.connection()


@contextmanager
def snapshot(connection: sa.Connection) -> Iterator[None]:
    """One state of the store, on a *connection* that is in no transaction."""
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        connection.execution_options(isolation_level="REPEATABLE READ")
    with connection.begin() as transaction:
        _begin_sqlite(connection, "BEGIN")
        if postgresql:  # the option of SQLAlchemy would leave a READ WRITE behind, which a replica refuses
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        yield
        transaction.rollback()


@contextmanager
def own_transaction(connection: sa.Connection) -> Iterator[None]:
    """A transaction that changes a store, on a *connection* that is in none."""
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:  # rows are locked before they are read: a higher level would only refuse more
        connection.execution_options(isolation_level="READ COMMITTED")
    with connection.begin():
        _begin_sqlite(connection, "BEGIN IMMEDIATE")
        if postgresql:  # for this transaction alone: a pooler gives the connection to others
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{WAIT}s'")
        yield


def _begin_sqlite(connection: sa.Connection, statement: str) -> None:
    """Begin a transaction where the driver of SQLite, or a listener of the application, has not."""
    if connection.dialect.name != "sqlite":
        return
    if not connection.in_transaction():
        connection.begin()
    if not _driver(connection).in_transaction:
        connection.exec_driver_sql(statement)


def _refuse_autocommit(connection: sa.Connection, bind: sa.Connection | Session) -> None:
    two_phases = isinstance(connection.get_transaction(), TwoPhaseTransaction)
    if two_phases or (isinstance(bind, Session) and bind.twophase):
        raise StoreError(
            "a transaction in two phases keeps everybody else waiting between them; use another one", REFUSED
        )
    if connection.dialect.name == "postgresql" and _driver(connection).autocommit:
        raise StoreError(
            "this connection commits each statement by itself (AUTOCOMMIT), so that a change could be stored "
            "by half; use one with transactions",
            REFUSED,
        )


def _current(bind: Any) -> sa.Engine | sa.Connection | Session:
    """The engine, connection or session that is meant by *bind*."""
    if isinstance(bind, scoped_session):
        bind = bind()
    if isinstance(bind, (sa.Engine, sa.Connection, Session)):
        return bind
    hint = "; use `read_async` and `write_async`" if type(bind).__name__.lower().startswith("async") else ""
    raise TypeError(f"`bind` takes an Engine, a Connection or a Session, not `{type(bind).__name__}`{hint}")


def url_of(bind: sa.Engine | sa.Connection | Session) -> URL | str:
    """Where *bind* leads to, and a refusal of databases on which nothing here was tried."""
    engine = bind.get_bind() if isinstance(bind, Session) else bind
    if engine.dialect.name not in ("sqlite", "postgresql"):
        raise StoreError(f"a store is on SQLite or PostgreSQL, not on {engine.dialect.name}", REFUSED)
    return engine.engine.url


def _driver(connection: sa.Connection) -> Any:
    """The connection of the driver itself, which knows whether it is in a transaction."""
    return connection.connection.driver_connection


# -- engines ------------------------------------------------------------------------------------------------


def database_url(url: URL | str) -> URL:
    """*url* taken apart, with the driver that we use.

    Raises:
        StoreError: when it is no URL, or that of a database on which a store cannot be.
    """
    if isinstance(url, str) and url.startswith("postgres://"):  # as services in the cloud write it
        url = f"postgresql://{url.removeprefix('postgres://')}"
    try:
        parsed = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        parsed = None
    if parsed is None or masked(parsed) == NO_URL:
        raise StoreError(
            "this is no URL of a database; write `sqlite:///FILE`, or `postgresql://USER:PASSWORD@HOST/NAME` "
            "with %40 for an `@` in the password",
            REFUSED,
        ) from None
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(f"a store is on SQLite or PostgreSQL, not on {parsed.get_backend_name()}", REFUSED)
    unknown = sorted(parsed.query.keys() - _SQLITE)
    if parsed.get_backend_name() == "sqlite" and "uri" not in parsed.query and unknown:
        raise StoreError(
            f"a URL of SQLite does not have the option {quoted(unknown[0])}: leave it out, or add `uri=true` "
            "where it is one of SQLite itself",
            REFUSED,
        )
    return parsed


def _of_sqlite(url: URL) -> dict[str, Any]:
    given = {} if "timeout" in url.query else {"timeout": WAIT}
    if url.database in (None, "", ":memory:"):  # for tests: the database is the one connection
        return {"poolclass": sa.StaticPool, "connect_args": {**given, "check_same_thread": False}}
    return {"connect_args": given}


def _of_postgresql(url: URL) -> dict[str, Any]:
    """No prepared statements and no settings of a session: a pooler would give them to others."""
    given: dict[str, Any] = {"prepare_threshold": None, "connect_timeout": WAIT}
    if url.get_driver_name() != "psycopg":
        return {"pool_pre_ping": True}
    left = {name: value for name, value in given.items() if name not in url.query}
    return {"pool_pre_ping": True, "connect_args": left}


def _use_wal(driver: Any, _: Any) -> None:
    """Let readers and a writer pass each other; a database that cannot be changed so is used as it is."""
    try:
        cursor = driver.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.close()
    except sqlite3.OperationalError:
        return
