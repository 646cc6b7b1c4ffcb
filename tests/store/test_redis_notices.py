"""Redis tells gates of changes of a store on a database that tells nobody; the revision stays the truth."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import rolegate
from followed_desk import desk, may
from redis_server import RedisServerProcess, redis_server
from rolegate.gate.gate import Gate
from rolegate.gate.store_listener import StoreListener
from rolegate.store.async_store import AsyncStore
from rolegate.store.databases import writing
from rolegate.store.notices import listening_place
from rolegate.store.numbering import lock_domains, mark_changed
from rolegate.store.store import Store
from waiting import happens

NEVER = 10_000.0
"""An interval in which nobody asks: what comes sooner was told."""

PASSWORD = "pass-of-redis"


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServerProcess]:
    with redis_server(PASSWORD) as started:
        yield started


@pytest.fixture
def store(server: RedisServerProcess, tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite in which ana may read; Redis tells of its changes."""
    made = Store.open(f"sqlite:///{tmp_path / 'store.db'}", notices=server.url)
    made.create()
    made.apply(desk(tmp_path / "first", "read"))
    yield made
    made.engine.dispose()


@pytest.fixture
def gates(store: Store) -> Iterator[Callable[..., Gate]]:
    made: list[Gate] = []

    def make(**options: object) -> Gate:
        made.append(Gate.from_store(store, **{"interval": NEVER, **options}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for gate in made:
        gate.close()


def listens(gate: Gate) -> bool:
    return happens(lambda: gate.status().listening is True)


def change(store: Store) -> None:
    with writing(store.engine) as connection:
        changed(store, connection)


def changed(store: Store, connection: object) -> None:
    lock_domains(connection, store.tables, [""])  # type: ignore[arg-type]
    mark_changed(connection, store.tables, [""])  # type: ignore[arg-type]


def test_a_change_is_told_and_a_lost_server_is_found_again(
    store: Store, gates: Callable[..., Gate], server: RedisServerProcess, tmp_path: Path
) -> None:
    """What changed while the server was away is read once it is there; the status says that it is not."""
    gate = gates()
    assert listens(gate)
    store.apply(desk(tmp_path / "set", "write"))
    assert happens(lambda: may(gate, "write"))
    assert 2 == gate.status().store_revision
    server.kill()
    assert happens(lambda: gate.status().listening is False)
    store.apply(desk(tmp_path / "set", "read", "write"))
    assert not may(gate, "read")
    server.start()
    assert happens(lambda: may(gate, "read"))
    assert listens(gate)


def test_nothing_is_told_before_it_is_committed(store: Store, server: RedisServerProcess) -> None:
    """Nor what is rolled back; another store at the same server is told apart."""
    other = Store(store.engine, prefix="other_", notices=server.url)
    other.create()
    woken: dict[str, list[int | None]] = {"": [], "other_": []}
    listeners = []
    for one in (store, other):
        place = listening_place(one.engine, None, one.tables)
        assert place is not None
        listeners.append(StoreListener(place, woken[one.prefix].append))
    assert happens(lambda: all(listener.error is None for listener in listeners))
    with store.engine.connect() as connection:
        with writing(connection):
            changed(store, connection)
        connection.rollback()
    with store.engine.connect() as connection:
        with writing(connection):
            changed(store, connection)
        connection.commit()
        assert happens(lambda: woken[""] == [None, 2])
    change(other)
    assert happens(lambda: woken["other_"] == [None, 1])
    assert [None, 2] == woken[""]
    for listener in listeners:
        listener.close()


def test_a_change_from_asyncio_is_told(
    store: Store, gates: Callable[..., Gate], server: RedisServerProcess, tmp_path: Path
) -> None:
    """Its engine cannot be used in a thread: whoever tells has one of their own."""

    async def apply() -> None:
        url = store.engine.url.set(drivername="sqlite+aiosqlite")
        opened = AsyncStore.open(url, notices=server.url)
        await opened.apply(desk(tmp_path / "set", "write"))
        await opened.engine.dispose()

    gate = gates()
    assert listens(gate)
    asyncio.run(apply())
    assert happens(lambda: may(gate, "write"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_tells_as_well(store: Store, gates: Callable[..., Gate]) -> None:
    """It has connections of its own, and a thread of its own."""
    gate = gates()
    assert listens(gate)
    change(store)
    assert happens(lambda: gate.status().store_revision == 2)
    child = os.fork()
    if not child:  # whatever happens here, no test goes on
        try:
            store.engine.dispose(close=False)
            change(store)
            assert happens(lambda: not store.tables.notices._running)  # type: ignore[union-attr]
            os._exit(0)
        finally:
            os._exit(2)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert happens(lambda: gate.status().store_revision == 3)


def test_whoever_may_not_send_a_notice_is_told_of_none(
    store: Store, gates: Callable[..., Gate], server: RedisServerProcess, tmp_path: Path
) -> None:
    """The gate says so, asks at its interval, and shows no password."""
    wrong = server.url.replace(PASSWORD, "another-secret")
    gate = gates(interval=0.05, listen=wrong)
    assert happens(lambda: "username-password" in gate._watcher.listener.error)  # type: ignore[union-attr]
    assert False is gate.status().listening
    store.apply(desk(tmp_path / "set", "write"))
    assert happens(lambda: may(gate, "write"))
    shown = f"{gate._watcher.listener.error} {gate.status()} {store} {store.tables}"  # type: ignore[union-attr]
    for secret in ("another-secret", PASSWORD):
        assert secret not in shown


@pytest.mark.parametrize("url", ["redis://:pa/ss@host:1/0", "redis://host:port", "redis://host/0?colour=red"])
def test_what_is_no_url_of_redis_is_refused(url: str) -> None:
    """The message does not show it, for a part of it is a password."""
    with pytest.raises(rolegate.StoreError, match="no URL of Redis") as refused:
        Store.open("sqlite://", notices=url)
    assert "pa" not in str(refused.value).replace("password", "").replace("PASSWORD", "")


def test_a_url_of_a_store_says_who_tells(server: RedisServerProcess, tmp_path: Path) -> None:
    """A command that changes a store is told of as well."""
    from urllib.parse import quote

    opened = Store.open(f"sqlite:///{tmp_path / 'store.db'}?notices={quote(server.url, safe='')}")
    assert server.url == opened.notices
    with pytest.raises(rolegate.StoreError, match="`on`, `off` or the URL of a server of Redis"):
        Store.open("sqlite:///store.db?notices=maybe")
