"""Notices through Redis: for databases that tell nobody of changes, and for many gates."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import sqlalchemy as sa

from rolegate.errors import StoreError
from rolegate.store.database_errors import REFUSED
from rolegate.store.databases import engine_of, reading
from rolegate.store.tables import StoreTables

_log = logging.getLogger("rolegate")

_SCHEMES = ("redis", "rediss", "unix")

_CONNECTING, _ANSWERING = 2.0, 2.0
_KEPT_ALIVE = {"TCP_KEEPIDLE": 5, "TCP_KEEPINTVL": 2, "TCP_KEEPCNT": 2}

PATIENCE = 5.0
"""A commit may take so many seconds until it is told of; whoever follows finds a later one by themselves."""

_SOON, _SELDOM = 0.001, 0.05


def is_redis(url: str) -> bool:
    """Whether *url* is of Redis, and not of a database."""
    return url.partition("://")[0] in _SCHEMES and "://" in url


@dataclass(frozen=True, slots=True)
class RedisServer:
    """A server of Redis. A `channel` of its own is used for the one store that tells there."""

    url: str = field(repr=False)
    channel: str | None = None

    @classmethod
    def of(cls, url: str) -> Self:
        """The server at *url*: `redis://:PASSWORD@HOST/0`, with `?channel=NAME` where that is to be another.

        Raises:
            StoreError: for what is no URL of Redis, which is not shown, and where its client is missing.
        """
        try:
            parsed = urlsplit(url)
            options = dict(parse_qsl(parsed.query))
            channel = options.pop("channel", None)
            made = cls(parsed._replace(query=urlencode(options)).geturl(), channel)
            made.client(retries=0).connection_pool.make_connection()  # which does not connect yet
        except ModuleNotFoundError as error:
            message = "redis is not installed, which speaks with Redis; run `pip install 'rolegate[redis]'`"
            raise StoreError(message, REFUSED) from error
        except (ValueError, TypeError):
            raise StoreError(
                "this is no URL of Redis; write `redis://:PASSWORD@HOST:6379/0`, with %40 for an `@` in the "
                "password",
                REFUSED,
            ) from None
        return made

    def client(self, *, retries: int) -> Any:
        """A client, which is not connected yet; a connection that is lost is made anew so often."""
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        options: dict[str, Any] = {"socket_timeout": _ANSWERING, "retry": Retry(NoBackoff(), retries)}
        if not self.url.startswith("unix:"):
            kept = {
                getattr(socket, name): number for name, number in _KEPT_ALIVE.items() if hasattr(socket, name)
            }
            options |= {"socket_keepalive": True, "socket_keepalive_options": kept}
            options["socket_connect_timeout"] = _CONNECTING
        return Redis.from_url(self.url, **options)


class RedisNotices:
    """Tells those who listen at a server of Redis of what was committed, in a thread while there is any.

    It tells the revision that it reads in the store itself: nothing is told before it is committed, and
    nothing of what was rolled back. Whoever commits waits for nobody.
    """

    def __init__(self, url: str) -> None:
        self.server = RedisServer.of(url)
        self._begin()

    def _begin(self) -> None:
        self._process, self._lock = os.getpid(), threading.Lock()
        self._waiting: dict[int, float] = {}
        self._running = False
        self._client: Any = None

    def tell(self, engine: sa.Engine, tables: StoreTables, channel: str, revision: int) -> None:
        """Tell of *revision* once it is committed, which is about to be."""
        if engine.dialect.name == "sqlite" and engine.url.database in (None, "", ":memory:"):
            return  # it is of one connection, and of one process
        if self._process != os.getpid():  # after a fork: the thread is in the parent process
            self._begin()
        with self._lock:
            self._waiting[revision] = monotonic() + PATIENCE
            if self._running:
                return
            self._running = True
        # It is no daemon: a command ends when it has told of what it did.
        threading.Thread(target=self._run, args=(engine, tables, channel), name="rolegate-tell").start()

    def _run(self, engine: sa.Engine, tables: StoreTables, channel: str) -> None:
        if not engine.dialect.is_async:
            self._tell_all(engine, tables, channel)
            return
        made = engine_of(engine.url.set(drivername=engine.url.get_backend_name()))
        try:
            self._tell_all(made, tables, channel)
        finally:
            made.dispose()

    def _tell_all(self, engine: sa.Engine, tables: StoreTables, channel: str) -> None:
        pause = _SOON
        while True:
            found = self._committed(engine, tables)
            with self._lock:
                told = [revision for revision in self._waiting if revision <= found]
                now = monotonic()
                self._waiting = {
                    revision: until
                    for revision, until in self._waiting.items()
                    if revision > found and now < until
                }
            if told:
                self._publish(channel, found)
                pause = _SOON
            with self._lock:
                if not self._waiting:
                    self._running = False
                    return
            sleep(pause)
            pause = min(2 * pause, _SELDOM)

    def _committed(self, engine: sa.Engine, tables: StoreTables) -> int:
        """The revision of the store, as somebody else sees it; 0 while it cannot be read."""
        try:
            with reading(engine) as connection:
                return int(connection.scalar(sa.select(tables.stores.c.revision)) or 0)
        except StoreError:
            return 0

    def _publish(self, channel: str, revision: int) -> None:
        try:
            if self._client is None:
                self._client = self.server.client(retries=1)
            self._client.publish(channel, str(revision))
        except Exception as error:  # of any release of the client
            _log.warning(
                "Redis tells nobody of revision %d; whoever follows asks all the same: %s", revision, error
            )


class RedisPlace(NamedTuple):
    """A server of Redis, and what to listen for there."""

    server: RedisServer
    channel: str
    silence: str = "though it was sent"

    @contextmanager
    def listening(self) -> Iterator[RedisChannel]:
        """A connection that listens, and ends with an error when it is lost."""
        with closing(self.server.client(retries=0)) as client, closing(client.pubsub()) as subscription:
            subscription.subscribe(self.channel)
            if subscription.get_message(timeout=_ANSWERING) is None:
                raise TimeoutError("Redis did not say that it listens")
            yield RedisChannel(client, subscription, self.channel)


class RedisChannel(NamedTuple):
    """A subscription, and the client with which something is sent."""

    client: Any
    subscription: Any
    channel: str

    def send(self, text: str) -> object:
        return self.client.publish(self.channel, text)

    def heard(self, seconds: float) -> Iterable[str]:
        message = self.subscription.get_message(ignore_subscribe_messages=True, timeout=seconds)
        return () if message is None else (message["data"].decode("utf-8", "replace"),)
