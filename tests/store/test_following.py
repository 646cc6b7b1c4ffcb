"""A gate follows a store: what was committed is in force, and nothing that is broken or half."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

import rolegate
from followed_desk import desk, may
from rolegate.gate.gate import Gate
from rolegate.gate.store_follower import StoreFollower
from rolegate.store.store import Store
from waiting import happens

OFTEN = 0.01


@pytest.fixture
def gates(store: Store, tmp_path: Path) -> Iterator[Callable[..., Gate]]:
    """Makes gates that follow the store, in which ana may read."""
    store.apply(desk(tmp_path, "read"))
    made: list[Gate] = []

    def make(**options: object) -> Gate:
        made.append(Gate.from_store(store, **{"interval": OFTEN, **options}))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for gate in made:
        gate.close()


def test_what_is_committed_is_in_force(store: Store, gates: Callable[..., Gate], tmp_path: Path) -> None:
    """The status has the revision that answers, never a newer one."""
    gate = gates()
    assert (True, False, 1) == (may(gate, "read"), may(gate, "write"), gate.status().store_revision)
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: gate.status().store_revision == 2)
    assert (False, True) == (may(gate, "read"), may(gate, "write"))
    assert (False, None) == (gate.status().stale, gate.status().error)


def test_what_this_process_commits_is_in_force_at_once(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """Whatever the interval is, and where nobody is told of changes."""
    gate = gates(interval=600.0, listen=False)
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: may(gate, "write"))


def test_a_gate_that_does_not_follow_reads_when_told(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """`reload` reads the store, and `at_least` does until the revision is there."""
    gate = gates(watch=False)
    store.apply(desk(tmp_path, "write"))
    assert not may(gate, "write")
    assert gate.reload()
    assert may(gate, "write")
    change = store.apply(desk(tmp_path, "read", "write"))
    gate.at_least(change.revision)
    assert may(gate, "read")
    with pytest.raises(rolegate.StoreError, match="was at revision 3 after 0 seconds, not at 4"):
        gate.at_least(4, wait=0)
    with pytest.raises(rolegate.StoreError, match="follows no store"):
        Gate.from_path(tmp_path).at_least(1)


def test_what_is_broken_leaves_the_last_good_policy(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """The status says why, and what is mended is in force again."""
    gate = gates()
    files, broken = store.tables.files, "catalog: desk\npermissions: {read: Read, read: Read}\n"
    with store.engine.begin() as connection:
        connection.execute(files.update().values(text=broken))
        connection.execute(store.tables.stores.update().values(revision=2))
    assert happens(lambda: gate.status().stale)
    assert (True, 1) == (may(gate, "read"), gate.status().store_revision)
    assert "RG105" in str(gate.status().error)
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: gate.status().store_revision == 3)
    assert (False, True, False) == (gate.status().stale, may(gate, "write"), may(gate, "read"))


class Cable:
    """Between a store and its database: while it is cut, nothing gets through."""

    def __init__(self, engine: sa.Engine) -> None:
        self.cut = False
        sa.event.listen(engine, "before_cursor_execute", self._passes)

    def _passes(self, *_: object) -> None:
        if self.cut:
            raise sa.exc.OperationalError("", {}, OSError("the cable is cut"), connection_invalidated=True)


def test_a_lost_database_leaves_the_last_good_policy(
    store: Store, gates: Callable[..., Gate], tmp_path: Path
) -> None:
    """It is asked again, and what was missed is in force then."""
    gate, cable = gates(), Cable(store.engine)
    cable.cut = True
    assert happens(lambda: gate.status().stale)
    assert "the store cannot be read" in str(gate.status().error)
    assert may(gate, "read")
    cable.cut = False
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: not gate.status().stale and gate.status().store_revision == 2)
    assert not may(gate, "read")


def test_nothing_is_allowed_after_too_long_a_silence(store: Store, gates: Callable[..., Gate]) -> None:
    """Until the store is heard of again, every question is denied and says why."""
    gate, cable = gates(max_staleness=0.05), Cable(store.engine)
    assert may(gate, "read")
    cable.cut = True
    assert happens(lambda: not may(gate, "read"))
    assert "nothing was heard of the store for 0.05 seconds" in str(gate.status().error)
    with pytest.raises(rolegate.Forbidden) as denied:
        gate.require("ana", "read", domain="acme")
    assert "nothing was heard of the store" in str(denied.value.explanation)
    for ask in (
        lambda: gate.subject("ana", "acme"),
        lambda: gate.explain("ana", "read", domain="acme"),
        lambda: gate.domains_of("ana"),
        gate.enforcer,
    ):
        with pytest.raises(rolegate.BindingsUnavailableError, match="nothing was heard of the store"):
            ask()
    cable.cut = False
    assert happens(lambda: may(gate, "read"))
    assert gate.subject("ana", "acme").can("read")


def test_a_policy_that_cannot_be_read_is_silence(store: Store, gates: Callable[..., Gate]) -> None:
    """To hear of a newer revision is not to have it: what is in force is no longer the newest."""
    gate = gates(max_staleness=0.05)
    with store.engine.begin() as connection:
        connection.execute(store.tables.files.update().values(text="catalog: [\n"))
        connection.execute(store.tables.stores.update().values(revision=2))
    assert happens(lambda: not may(gate, "read"))
    assert 1 == gate.status().store_revision


@pytest.mark.parametrize("keep", [None, 10])
def test_what_a_request_has_read_is_heard(
    store: Store, gates: Callable[..., Gate], tmp_path: Path, keep: int | None
) -> None:
    """Whoever reads the store brings the gate up to date; that is no silence afterwards."""
    gate = gates(interval=0.1, max_staleness=0.4, keep=keep, listen=False)
    gate.at_least(store.apply(desk(tmp_path, "write")).revision)
    until = time.monotonic() + 0.8
    while time.monotonic() < until:
        assert may(gate, "write")
        time.sleep(0.01)


@pytest.mark.parametrize("keep", [None, 10])
def test_an_older_backup_is_what_is_in_force(
    store: Store, gates: Callable[..., Gate], tmp_path: Path, keep: int | None
) -> None:
    """A store that was restored has a smaller number, and other contents."""
    gate = gates(keep=keep)
    store.apply(desk(tmp_path, "write"))
    assert happens(lambda: may(gate, "write"))
    store.tables.metadata.drop_all(store.engine)
    store.create()
    store.apply(desk(tmp_path, "read"))
    assert happens(lambda: gate.status().store_revision == 1 and may(gate, "read"))
    assert not may(gate, "write")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_follows_by_itself(store: Store, gates: Callable[..., Gate], tmp_path: Path) -> None:
    """It has connections of its own, as behind a server that loads the application before it forks."""
    gate = gates()
    ready, told = os.pipe()
    child = os.fork()
    if not child:  # whatever happens here, no test goes on
        try:
            os.write(told, b"x")
            until = time.monotonic() + 10
            while not may(gate, "write") and time.monotonic() < until:
                time.sleep(0.002)
            os._exit(0 if may(gate, "write") and not gate.status().stale else 1)
        finally:
            os._exit(2)
    os.read(ready, 1)
    store.apply(desk(tmp_path, "write"))
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert happens(lambda: may(gate, "write"))
    assert store.status().is_sound


def test_followers_do_not_ask_together(gates: Callable[..., Gate]) -> None:
    """The times between two looks are drawn."""
    follower = gates(interval=1.0)._watcher
    assert isinstance(follower, StoreFollower)
    drawn = [follower._next_delay() for _ in range(50)]
    assert len(set(drawn)) > 40
    assert 0.5 <= min(drawn) <= max(drawn) <= 1.0


@pytest.mark.parametrize("seconds", [0, -1, "1", True])
def test_seconds_are_numbers_above_nothing(store: Store, seconds: object, tmp_path: Path) -> None:
    """So are intervals of files."""
    for name in ("interval", "max_staleness"):
        with pytest.raises(ValueError, match="a number of seconds above 0"):
            Gate.from_store(store, **{name: seconds})  # type: ignore[arg-type]
