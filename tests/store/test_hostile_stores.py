"""Names that a database, a CSV or a shell would trip over come back exactly, or are refused with an error."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

import rolegate
from drawing import some_of
from plain.catalog import Data
from plain.names import HOSTILE
from plain.writer import write_set
from rolegate.administration.line_changes import DeleteTeam
from rolegate.documents.capture import read_files
from rolegate.store.dump import dump_of
from rolegate.store.items_of_files import items_of_files
from rolegate.store.store import Store
from rolegate.store.store_snapshot import StoreSnapshot
from stores import compared

MORE = (
    "a\0b", "\0", "x" * 250, "x" * 251, "ü" * 41, "ü" * 42, "\U0001f469\u200d\U0001f4bb", "a\u2028b",
    "a\x85b", "\x7f", "'; DROP TABLE casbin_rule; --", '"; DELETE FROM rolegate_item', "%s", "{}", "ANA",
    "NULL", "None", "\ufeffa", "..", ".", ".hidden", "con", "a.yaml", "a~2",
)  # fmt: skip
NAMES = some_of(tuple(dict.fromkeys((*MORE, *HOSTILE))), 16)


def set_of(name: str) -> dict[str, Data]:
    """A set in which everything that may be called so is called *name*."""
    line: Data = {"domain": name, "note": name}
    return {
        "catalog.yaml": {
            "catalog": "desk",
            "resources": {"inbox": "Inbox"},
            "permissions": {"read": "Read", "open": {"title": "Open", "per": "inbox"}},
        },
        "domains.yaml": {
            "domains": {
                name: {"title": name, "teams": {name: [name]}, "instances": {"inbox": {"a": name}}},
                "other": {"within": name},
            }
        },
        "roles/x.yaml": {
            "roles": {
                name: {"domain": name, "title": name, "description": name, "grants": ["read"]},
                f"{name}2": {"grants": ["read"]},
            }
        },
        "bindings.yaml": {
            "bindings": [
                {"user": name, "role": name, **line},
                {"team": name, "grants": ["open[a]"], **line},
                {"user": name, "restrict": ["read"], "domain": "other"},
            ]
        },
    }


def test_hostile_names_come_back_or_are_refused(store: Store, tmp_path: Path) -> None:
    """A set that is valid is in the store as it is in the files, and in the table as Casbin has it."""
    kept = 0
    for number, name in enumerate(NAMES):
        folder = write_set(set_of(name), tmp_path / str(number))
        try:
            policy = rolegate.load(folder)
        except rolegate.InvalidPolicyError:
            with pytest.raises(rolegate.InvalidPolicyError):
                store.apply(folder)
            continue
        store.apply(folder)
        compared(store, policy)
        with store.reading() as snapshot:
            assert items_of_files(read_files(folder)).digest == snapshot.stored_set().digest
        kept += 1
    assert kept > len(NAMES) / 2, kept
    assert store.status().is_sound


def test_hostile_names_are_dumped_and_loaded(store: Store, tmp_path: Path) -> None:
    """What a dump has for them are files that the system takes, none of them outside of its folder."""
    other = Store(store.engine, store.schema, "other_")
    for number, name in enumerate(NAMES):
        folder = write_set(set_of(name), tmp_path / str(number))
        try:
            store.apply(folder)
        except rolegate.InvalidPolicyError:
            continue
        dump = tmp_path / f"dump {number}"
        with store.reading() as snapshot:
            for file, text in dump_of(snapshot).items():
                assert (dump / file).resolve().is_relative_to(dump.resolve())
                (dump / file).parent.mkdir(parents=True, exist_ok=True)
                (dump / file).write_bytes(text.encode())
        other.tables.metadata.drop_all(store.engine)
        other.create()
        other.load(dump)
        with store.reading() as one, other.reading() as two:
            assert one.stored_set().digest == two.stored_set().digest
            assert one.rules() == two.rules()


DAMAGES = some_of(
    tuple(
        (table, column, value)
        for table, column in (
            ("item", "document"), ("item", "reading"), ("item", "revision"), ("item", "kind"),
            ("store", "revision"), ("store", "next_moment"), ("domain", "next_moment"), ("file", "text"),
            ("change", "content"), ("change", "at"),
        )
        for value in ("{", "[]", "{}", "x", b"\xff", '{"role": 5}', "[" * 100_000)
    ),
    12,
)  # fmt: skip


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    """Whatever is in a column, it is refused in words or does not matter; a gate goes on with what it has."""
    store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    store.create()
    store.apply(write_set(set_of("ana"), tmp_path / "set"))
    whole = (tmp_path / "store.db", tmp_path / "whole.db")
    store.engine.dispose()
    shutil.copy(*whole)
    admin, refused = store.admin(system="app", domain="ana"), 0
    calls: tuple[Callable[[StoreSnapshot], object], ...] = (
        lambda snapshot: store.status(),
        lambda snapshot: snapshot.policy(),
        dump_of,
        lambda snapshot: snapshot.items_about("ana"),
        lambda snapshot: snapshot.domain_rows(),
        lambda snapshot: admin.history(),
        lambda snapshot: admin.may(DeleteTeam("ana", "ana")),
    )
    gate = rolegate.Gate.from_store(store, watch=False)
    assert gate.check("ana", "read", domain="ana")
    for table, column, value in DAMAGES:
        store.engine.dispose()
        shutil.copy(*reversed(whole))
        with store.engine.begin() as connection, suppress(IntegrityError):
            connection.exec_driver_sql(f"update rolegate_{table} set {column} = ?", (value,))
        for call in calls:
            try:
                with store.reading() as snapshot:
                    call(snapshot)
            except rolegate.RolegateError as error:
                refused += "RG917" in str(error)
        gate.reload()
        assert gate.check("ana", "read", domain="ana")
    assert refused >= len(DAMAGES) / 2, refused


def test_an_altered_document_is_counted(tmp_path: Path) -> None:
    """Also where nobody can read it: `status` is what tells that the others fail."""
    store = Store.open("sqlite://")
    store.create()
    store.apply(write_set(set_of("ana"), tmp_path / "set"))
    with store.engine.begin() as connection:
        connection.exec_driver_sql("update rolegate_item set document = '{' where kind = 'team'")
    assert (1, False) == (store.status().altered, store.status().is_sound)
    with pytest.raises(rolegate.StoreError, match=r"team `ana` of domain `ana` .*RG917"):
        store.policy()


def test_an_option_that_sqlite_does_not_have_is_refused(tmp_path: Path) -> None:
    """SQLAlchemy would only warn of it, with a line of its own source; what the driver knows is taken."""
    place = f"sqlite:///{tmp_path / 'store.db'}"
    with pytest.raises(rolegate.StoreError, match="does not have the option `foo`"):
        Store.open(f"{place}?foo=x")
    Store.open(f"{place}?timeout=3&prefix=a_").create()
