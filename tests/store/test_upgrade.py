"""A store of an older library is read at once, and written once it is upgraded, whole or not at all."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
import sqlalchemy as sa

import rolegate
from command_line import rolegate as rolegate_cli
from older_stores import everything
from plain.catalog import Data
from plain.writer import write_set
from rolegate.store.databases import writing
from rolegate.store.domain_rows import read_rule_digests
from rolegate.store.history import verify_history
from rolegate.store.ownership import MeantItems, change_owner
from rolegate.store.store import Store
from rolegate.store.store_head import read_head
from rolegate.store.tables import LAYOUT
from store_places import changed
from waiting import happens

forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")

OTHER: dict[str, Data] = {"catalog.yaml": {"catalog": "desk", "permissions": {"read": "Read"}}}


def answers(store: Store) -> bool:
    """Whether di has what her role gives her, and not what is asleep in it."""
    policy = store.policy()
    assert not policy.check("di", "tickets.write", domain="acme")
    return bool(policy.check("di", "tickets.read", domain="acme-emea"))


def release(store: Store) -> None:
    with writing(store.engine) as connection:
        change_owner(connection, store.tables, MeantItems("domain", "beta"), "run time", name=store.name)


def layout(store: Store) -> int:
    with store.engine.connect() as connection:
        return read_head(connection, store.tables, store.name).layout


def upgraded(store: Store) -> None:
    """All domains have the digest of the rows that their documents give, and nothing else is other."""
    status = store.status()
    assert (LAYOUT, 0, True) == (status.head.layout, status.stale, status.is_sound)
    with store.engine.connect() as connection:
        assert None not in read_rule_digests(connection, store.tables).values()
        assert verify_history(connection, store.tables).ok


def test_an_older_store_is_read_and_not_written(older: Store, tmp_path: Path) -> None:
    """Gates answer by its documents; whoever would write is told what to run, and `create` does nothing."""
    before = everything(older)
    older.create()
    assert answers(older)
    gates: tuple[dict[str, Any], ...] = ({}, {"keep": 10})
    for options in gates:
        with closing(rolegate.Gate.from_store(older, watch=False, listen=False, **options)) as gate:
            assert gate.check("di", "tickets.read", domain="acme-emea")
            assert not gate.check("bo", "tickets.write", domain="beta")
    status = older.status()
    assert (1, True, True) == (status.head.layout, status.head.is_older, status.is_sound)
    writes: tuple[Callable[[], object], ...] = (
        lambda: older.admin("ana", domain="acme").assign(user="bo", role="lead"),
        lambda: older.apply(write_set(OTHER, tmp_path)),
        lambda: older.refresh(at=date(2098, 1, 1)),
        lambda: release(older),
    )
    for write in writes:
        with pytest.raises(rolegate.StoreError, match="run `rolegate store upgrade`") as error:
            write()
        assert "RG907" == error.value.code
    assert before == everything(older)


def test_an_upgraded_store_is_one_of_this_library(older: Store) -> None:
    """It says the same, in the tables of this library; again it is done where only the rules are older."""
    text, stores = older.policy().compile().policy_text, older.tables.stores
    done, again = older.upgrade(), older.upgrade()
    assert (1, True, 0, None) == (done.before, done.changed, done.errors, done.revision)
    assert (LAYOUT, False) == (again.before, again.changed)
    assert text == older.policy().compile().policy_text
    upgraded(older)
    older.admin("ana", domain="acme").assign(user="bo", role="lead")
    with older.engine.begin() as connection:
        connection.execute(stores.update().values(compiler=0))
    assert (LAYOUT, True) == ((more := older.upgrade()).before, more.changed)
    upgraded(older)
    older.refresh(at=date(2098, 1, 1))
    assert older.status(at=date(2098, 1, 1)).is_sound
    columns = sa.inspect(older.engine).get_columns(older.tables.domains.name, schema=older.schema)
    assert [column.name for column in older.tables.domains.columns] == [one["name"] for one in columns]


@pytest.mark.parametrize("older", ["sqlite"], indirect=True)
def test_commands_say_what_to_run(older: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever meets an older store is told, and after the upgrade it is as any other."""
    monkeypatch.setenv("ROLEGATE_STORE", f"{older.engine.url}?prefix={older.prefix}")
    for command in ("init", "status"):
        run = rolegate_cli("store", command)
        assert (0, "  its tables are of an older release") == (
            run.code,
            run.out.splitlines()[-1].split(",")[0],
        )
    run = rolegate_cli("store", "forget", "di")
    assert (2, True) == (run.code, run.err.endswith("(RG907)\n"))
    assert "store: has the tables and the rules of this release now\n" == rolegate_cli("store", "upgrade").out
    assert "1 entry of the history is forgotten\n" == rolegate_cli("store", "forget", "di").out
    assert "older" not in rolegate_cli("store", "status").out


def test_drift_does_not_outlive_an_upgrade(older: Store) -> None:
    """Rows become those that documents give, and a revision tells of it."""
    rules = older.tables.rules
    with older.engine.begin() as connection:
        connection.execute(
            rules.insert(), {"ptype": "g", "v0": "user:mallory", "v1": "role:owner", "v2": "beta"}
        )
    done = older.upgrade()
    assert (7, 1) == (done.revision, len(done.rules.removed))
    upgraded(older)


def test_documents_with_errors_are_upgraded_without_digests(older: Store) -> None:
    """Nobody answers by their rules; the tables are those in which an apply can mend them."""
    files, items = older.tables.files, older.tables.items
    with older.engine.begin() as connection:
        texts = {row.name: row.text for row in connection.execute(sa.select(files))}
        connection.execute(files.update().values(text="catalog: ["))
    done = older.upgrade()
    assert (True, True) == (done.changed, done.errors > 0)
    with older.engine.connect() as connection:
        assert {None} == set(read_rule_digests(connection, older.tables).values())
        assert connection.scalar(sa.select(sa.func.count()).select_from(items))
    with older.engine.begin() as connection:
        for name, text in texts.items():
            connection.execute(files.update().where(files.c.name == name).values(text=text))
    assert 5 == older.status().stale


@forks
def test_a_killed_upgrade_leaves_the_older_tables(older: Store) -> None:
    """Wherever it is killed, nothing of it is there."""
    before = everything(older)
    for moment in ("ALTER TABLE", "UPDATE", "commit"):
        assert -signal.SIGKILL == os.waitstatus_to_exitcode(in_another_process(older, moment))
        assert before == everything(older)
    assert older.upgrade().changed
    upgraded(older)


@forks
def test_processes_that_upgrade_at_once_do_it_once(older: Store) -> None:
    """One of them does it, and the others find it done."""
    children = [os.fork() or upgrade_and_exit(older) for _ in range(4)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert [0, 0, 0, 1] == sorted(codes)
    upgraded(older)


def upgrade_and_exit(older: Store, killed: str = "") -> int:
    """Upgrade the store in this process, which a fork has begun; it ends with 1 if it was the one."""
    code = 2
    try:
        store = Store.open(older.engine.url, schema=older.schema, prefix=older.prefix)

        def kill(*event: object) -> None:
            if len(event) == 1 or str(event[2]).startswith(killed):
                os.kill(os.getpid(), signal.SIGKILL)

        if killed:
            sa.event.listen(store.engine, "commit" if killed == "commit" else "before_cursor_execute", kill)
        code = int(store.upgrade().changed)
    finally:
        os._exit(code)


def in_another_process(older: Store, killed: str) -> int:
    """How a process ends that upgrades, and is killed at a statement."""
    return os.waitpid(os.fork() or upgrade_and_exit(older, killed), 0)[1]


@pytest.mark.parametrize("older", ["postgresql"], indirect=True)
def test_writers_and_an_upgrade_wait_for_each_other(older: Store) -> None:
    """Whoever has read whose tables these are is waited for; whoever comes later reads that anew.

    So an older library does not write into newer tables, though it looks only once.
    """
    items, inside, go = older.tables.items, Event(), Event()

    def waits() -> bool:
        with older.engine.connect() as connection:
            return bool(connection.scalar(sa.text("select count(*) from pg_locks where not granted")))

    def pause(*event: object) -> None:
        if str(event[2]).startswith("ALTER TABLE") and not inside.is_set():
            inside.set()
            assert go.wait(20)

    sa.event.listen(older.engine, "before_cursor_execute", pause)
    read: list[int] = []
    upgrade, later = Thread(target=older.upgrade), Thread(target=lambda: read.append(layout(older)))
    with writing(older.engine) as connection:
        assert 1 == read_head(connection, older.tables, older.name).layout
        upgrade.start()
        assert happens(waits)
        changed(connection, older.tables, "beta")
        connection.execute(items.delete().where(items.c.domain == "beta", items.c.kind == "restriction"))
    assert inside.wait(20)
    later.start()
    assert happens(waits)
    go.set()
    upgrade.join()
    later.join()
    assert [LAYOUT] == read
    assert 8 == older.status().head.revision
    upgraded(older)
