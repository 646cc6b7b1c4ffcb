"""PostgreSQL tells a gate of changes; where it does not, that is noticed, and the gate asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from followed_desk import desk, may
from rolegate.gate.gate import Gate
from rolegate.gate.store_listener import StoreListener
from rolegate.store.notices import listening_place
from rolegate.store.store import Store
from transaction_pooler import TransactionPooler
from waiting import happens

NEVER = 10_000.0
"""An interval in which nobody asks: what comes sooner was told."""

LISTENING = sa.text("SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_notify($1%'")
"""The processes of the server for those who listen: it was the last thing that they asked."""

pytestmark = pytest.mark.parametrize("store", ["postgresql"], indirect=True)


@pytest.fixture
def gates(store: Store, tmp_path: Path) -> Iterator[Callable[..., Gate]]:
    """Makes gates that listen for changes of the store, in which ana may read."""
    store.apply(desk(tmp_path, "read"))
    made: list[Gate] = []

    def make(**options: object) -> Gate:
        made.append(Gate.from_store(store, **{"interval": NEVER, **options}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for gate in made:
        gate.close()


def listens(gate: Gate) -> bool:
    return happens(lambda: gate.status().listening is True)


def test_a_change_is_told(store: Store, gates: Callable[..., Gate], tmp_path: Path) -> None:
    """Nobody waits for the next interval; what a transaction takes back is not told."""
    gate = gates()
    assert listens(gate)
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: may(gate, "write"))
    assert 2 == gate.status().store_revision


def test_what_changed_before_it_listens_is_read(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """The store is asked once the gate listens, so that nothing falls between."""
    gate = gates()
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: may(gate, "write"))


def test_a_connection_that_ends_is_made_again(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """And what changed meanwhile is read."""
    gate = gates()
    assert listens(gate)
    with store.engine.connect() as connection:
        for process in connection.scalars(LISTENING).all():
            connection.execute(sa.select(sa.func.pg_terminate_backend(process)))
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: may(gate, "write"))
    assert listens(gate)


def test_two_stores_in_a_database_are_told_apart(store: Store, tmp_path: Path) -> None:
    """Each has a channel of its own; what is told on one arrives in its order."""
    other = Store(store.engine, store.schema, "other_")
    other.create()
    place = listening_place(store.engine, None, store.tables)
    assert place is not None
    woken: list[int | None] = []
    listener = StoreListener(place, woken.append)
    assert happens(lambda: listener.error is None and len(woken) == 1)
    other.apply(desk(tmp_path, "write"))
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: len(woken) > 1)
    assert [None, 1] == woken
    listener.close()


def test_a_pooler_that_swallows_notices_is_noticed(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """The gate says that it does not listen, asks at its interval, and listens once it can."""
    server = str(store.engine.url.query["host"])
    pooler = TransactionPooler(f"{server}/.s.PGSQL.5432")
    url = store.engine.url.difference_update_query(["host"]).set(host="127.0.0.1", port=pooler.port)
    gate = gates(interval=0.05, listen=url.update_query_dict({"sslmode": "disable"}).render_as_string(False))
    follower = gate._watcher
    assert happens(lambda: "pooler" in str(follower.listener.error))  # type: ignore[union-attr]
    assert False is gate.status().listening
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: may(gate, "write"))
    pooler.pools = False
    assert listens(gate)
    pooler.close()


def test_a_gate_that_hears_nothing_connects_anew(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """A change that nobody told of raises doubts; it is in force all the same."""
    gate = gates(interval=0.02)
    assert listens(gate)
    with store.engine.connect() as connection:
        before = connection.scalars(LISTENING).all()
    silent = Store(store.engine, store.schema, notices=False)
    silent.apply(desk(tmp_path, "write"))
    assert happens(lambda: may(gate, "write"))

    def is_another_one() -> bool:
        with store.engine.connect() as connection:
            now = connection.scalars(LISTENING).all()
        return bool(now) and set(now).isdisjoint(before)

    assert happens(is_another_one)
    assert listens(gate)


def test_notices_can_be_switched_off(store: Store, tmp_path: Path) -> None:
    """In the URL of the store: then nothing is told, and nobody listens."""
    url = store.engine.url.render_as_string(False)
    opened = Store.open(f"{url}{'&' if '?' in url else '?'}notices=off", schema=store.schema)
    opened.apply(desk(tmp_path, "read"))
    gate = Gate.from_store(opened, interval=NEVER)
    assert None is gate.status().listening
    gate.close()
