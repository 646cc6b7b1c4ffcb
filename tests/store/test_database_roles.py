"""The roles of a database: a reader reads, a writer adds to the history, and the owner changes tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from repository import ROOT
from rolegate.documents.limits import Limits
from rolegate.errors import StoreError
from rolegate.store.database_roles import grant_statements
from rolegate.store.databases import engine_of, reading, writing
from rolegate.store.history import append_entries, delete_history, forget_person, verify_history
from rolegate.store.store import Store
from rolegate.store.store_head import StoreWriter
from rolegate.store.tables import StoreTables
from rolegate.store.upgrade import add_columns, upgrade_store
from store_places import TriedPlace, changed, place_at


@pytest.fixture(params=["", "Odd prefix_"])
def roles(request: pytest.FixtureRequest, postgres_url: str) -> Iterator[dict[str, TriedPlace]]:
    """One store with names that have to be quoted, as each of the three roles sees it."""
    with roles_at(postgres_url, StoreTables(f"Of roles {secrets.token_hex(3)}", request.param)) as found:
        yield found


@contextmanager
def roles_at(postgres_url: str, tables: StoreTables) -> Iterator[dict[str, TriedPlace]]:
    """The store in *tables*, as each of the three roles sees it."""
    names = {name: f'{name} "{secrets.token_hex(3)}"' for name in ("reader", "writer")}
    with place_at(postgres_url, tables) as owner:
        quote = owner.engine.dialect.identifier_preparer.quote
        with owner.engine.begin() as connection:
            for name in names.values():
                connection.exec_driver_sql(f"CREATE ROLE {quote(name)} LOGIN")
            for statement in grant_statements(tables, **names) * 2:
                connection.exec_driver_sql(statement)
        found = {"owner": owner}
        for role, name in names.items():
            url = make_url(owner.url).set(username=name)
            found[role] = TriedPlace(str(url), tables, engine_of(url))
        yield found
        for role, name in names.items():
            found[role].engine.dispose()
            with owner.engine.begin() as connection:
                connection.exec_driver_sql(f"DROP OWNED BY {quote(name)}")
                connection.exec_driver_sql(f"DROP ROLE {quote(name)}")


@contextmanager
def may_not() -> Iterator[None]:
    with pytest.raises(StoreError, match="does not let this user do that"):
        yield


def test_a_reader_reads_and_writes_nothing(roles: dict[str, TriedPlace]) -> None:
    """Every table can be read, and none is changed, not even while its rows are locked."""
    reader = roles["reader"]
    with reading(reader.engine) as connection:
        for table in reader.tables.metadata.sorted_tables:
            connection.execute(sa.select(table)).all()
    with may_not():
        reader.change("acme")
    for table in reader.tables.metadata.sorted_tables:
        named = reader.engine.dialect.identifier_preparer.format_table(table)
        column = next(iter(table.c)).name
        for statement in (
            f"DELETE FROM {named}",
            f"UPDATE {named} SET {column} = {column}",
            f"INSERT INTO {named} DEFAULT VALUES",
            f"SELECT * FROM {named} FOR UPDATE",
        ):
            with may_not(), writing(reader.engine) as connection:
                connection.exec_driver_sql(statement)


def test_a_writer_adds_to_the_history(roles: dict[str, TriedPlace]) -> None:
    """It changes what policies are made of, and says so in the history."""
    writer = roles["writer"]
    tables = writer.tables
    with writing(writer.engine) as connection:
        changed(connection, tables, "acme")
        append_entries(connection, tables, [("acme", {"actor": "ana"})])
        connection.execute(tables.rules.insert().values(ptype="p", v0="acme"))
        connection.execute(tables.rules.delete())
        connection.execute(tables.files.insert().values(name="a", text="", digest=""))
        connection.execute(tables.items.delete())
    assert writer.numbers() == (1, {"acme": (1, 1)})
    with reading(roles["reader"].engine) as connection:
        assert verify_history(connection, tables).entries == 1


def test_a_writer_applies_sets_and_a_reader_answers(postgres_url: str) -> None:
    """The rights are enough for all that a store does."""
    with roles_at(postgres_url, StoreTables("of_writers")) as roles:
        stores = {name: Store(role.engine, "of_writers") for name, role in roles.items()}
        stores["owner"].create()
        change = stores["writer"].apply(ROOT / "policies/livechat")
        stores["writer"].refresh()
        assert stores["reader"].policy().name == "livechat"
        assert (stores["reader"].status().is_sound, change.revision) == (True, 1)
        with may_not():
            stores["reader"].apply(ROOT / "policies/responso")


def test_the_owner_adds_columns_and_a_writer_may_fill_them(roles: dict[str, TriedPlace]) -> None:
    """A migration of the owner is enough; without it, a writer upgrades nothing."""
    owner, tables = roles["owner"], roles["owner"].tables
    named = owner.engine.dialect.identifier_preparer.format_table(tables.domains)
    with owner.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {named} DROP COLUMN rules")
        connection.execute(tables.stores.update().values(layout=1))
    asked = StoreWriter("store:", Limits(), datetime.now(UTC))
    with may_not():
        upgrade_store(roles["writer"].engine, tables, asked)
    with owner.engine.begin() as connection:
        add_columns(connection, tables)
    with may_not():
        upgrade_store(roles["reader"].engine, tables, asked)
    assert upgrade_store(roles["writer"].engine, tables, asked).changed
    assert not upgrade_store(roles["reader"].engine, tables, asked).changed


def test_a_writer_rewrites_no_history_and_alters_no_table(roles: dict[str, TriedPlace]) -> None:
    """Entries are not changed, cleared or taken away, and the tables stay as they are."""
    writer = roles["writer"]
    tables = writer.tables
    with writing(writer.engine) as connection:
        changed(connection, tables, "acme")
        append_entries(connection, tables, [("acme", {"actor": "ana"})])
    named = {
        table: writer.engine.dialect.identifier_preparer.format_table(table)
        for table in tables.metadata.sorted_tables
    }
    refused = [
        f"UPDATE {named[tables.changes]} SET content = NULL",
        f"DELETE FROM {named[tables.changes]}",
        f"DELETE FROM {named[tables.stores]}",
        *(f"TRUNCATE {name}" for name in named.values()),
        *(f"ALTER TABLE {name} ADD COLUMN more int" for name in named.values()),
        *(f"DROP TABLE {name}" for name in named.values()),
        f"CREATE TRIGGER t BEFORE UPDATE ON {named[tables.changes]} FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    ]
    for statement in refused:
        with may_not(), writing(writer.engine) as connection:
            connection.exec_driver_sql(statement)
    for work in (
        lambda connection: forget_person(connection, tables, "ana"),
        lambda connection: delete_history(connection, tables, "acme"),
    ):
        with may_not(), writing(writer.engine) as connection:
            changed(connection, tables, "acme")
            work(connection)
    with writing(roles["owner"].engine) as connection:
        changed(connection, tables, "acme")
        assert forget_person(connection, tables, "ana") == 1
        delete_history(connection, tables, "acme")
        assert verify_history(connection, tables).ok
