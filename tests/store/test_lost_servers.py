"""A gate follows through what happens to servers: a crash of PostgreSQL, and a replica that lags behind."""

from __future__ import annotations

from pathlib import Path

import pytest

import drawing
from followed_desk import desk, may
from postgres import own_server
from rolegate.gate.gate import Gate
from rolegate.store.store import Store
from waiting import happens

NEVER = 10_000.0
TIMES = 10

pytestmark = pytest.mark.skipif(drawing.some(2, 2) < 2, reason="servers are started with `--laws full`")


def test_a_gate_is_current_after_a_crash_of_the_server(tmp_path: Path) -> None:
    """The last good policy answers meanwhile; then what was committed is in force, and is told of again."""
    with own_server() as server:
        store = Store.open(server.url)
        store.create()
        store.apply(desk(tmp_path, "read"))
        gate = Gate.from_store(server.url)
        assert happens(lambda: gate.status().listening is True)
        server.kill()
        assert may(gate, "read")
        store.apply(desk(tmp_path, "write"))
        assert happens(lambda: may(gate, "write"))
        assert happens(lambda: gate.status().listening is True and gate.status().error is None)
        gate.close()
        store.engine.dispose()


def test_a_gate_reads_a_replica_and_listens_at_the_primary(tmp_path: Path) -> None:
    """What the primary tells is asked of the replica until it is there, and nothing else is ever in force."""
    with own_server() as primary:
        store = Store.open(primary.url)
        store.create()
        store.apply(desk(tmp_path, "read"))
        with primary.standby() as standby:
            gate = Gate.from_store(standby.url, listen=primary.url, interval=NEVER)
            assert happens(lambda: gate.status().listening is True)
            for number in range(TIMES):
                grant = ("write", "read")[number % 2]
                change = store.apply(desk(tmp_path, grant))
                assert happens(lambda: gate.status().store_revision == change.revision)  # noqa: B023
                assert (True, False) == (may(gate, grant), may(gate, ("read", "write")[number % 2]))
            gate.close()
        store.engine.dispose()
