"""What those who listen are told: that a store has another revision. Nothing relies on it alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy.engine import URL

from rolegate.store.databases import engine_of
from rolegate.store.redis_notices import RedisNotices, RedisPlace, RedisServer, is_redis
from rolegate.store.tables import StoreTables

_KEPT_ALIVE = {"connect_timeout": 2, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2}


class NoticeChannel(Protocol):
    """A connection on which notices come in, and on which one of one's own is sent."""

    def send(self, text: str) -> object: ...

    def heard(self, seconds: float) -> Iterable[str]:
        """What came in; waits for so many seconds at most."""


class ListeningPlace(Protocol):
    """Where to listen. `silence` says what it is like when a notice of one's own does not arrive."""

    @property
    def silence(self) -> str: ...

    def listening(self) -> AbstractContextManager[NoticeChannel]:
        """A connection that listens."""


class PostgresPlace(NamedTuple):
    """How to connect to a server of PostgreSQL, and what to listen for there."""

    args: tuple[Any, ...]
    options: Mapping[str, Any]
    channel: str
    silence: str = "as behind a pooler of transactions"

    @contextmanager
    def listening(self) -> Iterator[PostgresChannel]:
        """A connection of its own, on which nothing else happens."""
        import psycopg
        from psycopg import sql

        options = {**_KEPT_ALIVE, **self.options, "autocommit": True}
        with psycopg.connect(*self.args, **options) as connection:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self.channel)))
            yield PostgresChannel(connection, self.channel)


class PostgresChannel(NamedTuple):
    """A connection of psycopg that listens."""

    connection: Any
    channel: str

    def send(self, text: str) -> object:
        return self.connection.execute("SELECT pg_notify(%s, %s)", (self.channel, text))

    def heard(self, seconds: float) -> Iterable[str]:
        return [notice.payload for notice in self.connection.notifies(timeout=seconds, stop_after=1)]


def channel_of(tables: StoreTables) -> str:
    """The channel of a store, among all stores of its database."""
    return _channel(f"{tables.schema or ''}.{tables.prefix}")


def _channel(name: str) -> str:
    return f"rolegate_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def redis_channel(server: RedisServer, engine: sa.Engine, tables: StoreTables) -> str:
    """The channel of a store, among those of all databases that tell of changes at one server of Redis."""
    name = f"{engine.dialect.name}.{engine.url.database or ''}.{tables.schema or ''}.{tables.prefix}"
    return server.channel or _channel(name)


def notice(tables: StoreTables, revision: sa.ColumnElement[int]) -> list[sa.ColumnElement[Any]]:
    """What of a statement on PostgreSQL tells those who listen there the *revision*, once it is committed."""
    if not tables.notices or isinstance(tables.notices, RedisNotices):
        return []
    return [sa.func.pg_notify(channel_of(tables), sa.cast(revision, sa.Text))]


def send_notice(connection: sa.Connection, tables: StoreTables, revision: int) -> None:
    """Tell those who listen elsewhere the *revision*, when the transaction of *connection* is committed."""
    if isinstance(tables.notices, RedisNotices):
        told = tables.notices
        told.tell(connection.engine, tables, redis_channel(told.server, connection.engine, tables), revision)


def listening_place(engine: sa.Engine, url: URL | str | None, tables: StoreTables) -> ListeningPlace | None:
    """Where to listen: at *url*, or else where the store tells; None for a database that tells nothing.

    Raises:
        StoreError: for what is no URL of a database or of Redis that can be used.
    """
    if isinstance(url, str) and is_redis(url):
        server = RedisServer.of(url)
        return RedisPlace(server, redis_channel(server, engine, tables))
    if url is None and isinstance(tables.notices, RedisNotices):
        return RedisPlace(tables.notices.server, redis_channel(tables.notices.server, engine, tables))
    chosen = engine if url is None else engine_of(url)
    if chosen.dialect.name != "postgresql" or chosen.dialect.driver != "psycopg":
        return None
    args, options = chosen.dialect.create_connect_args(chosen.url)
    return PostgresPlace(tuple(args), dict(options), channel_of(tables))
