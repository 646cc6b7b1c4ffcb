"""The migration that alembic writes for the tables makes what `create_all` makes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

if TYPE_CHECKING:
    from alembic.migration import MigrationContext

from rolegate.errors import ConflictError
from rolegate.store.databases import writing
from rolegate.store.store import Store
from rolegate.store.tables import StoreTables, create_tables
from rolegate.store.upgrade import add_columns
from store_places import TriedPlace

TABLES = (
    "casbin_rule",
    "rolegate_store",
    "rolegate_file",
    "rolegate_domain",
    "rolegate_item",
    "rolegate_change",
)


def context_of(connection: sa.Connection, tables: StoreTables) -> MigrationContext:
    """What alembic compares: the tables of one store, whatever else is in the database."""
    from alembic.migration import MigrationContext

    names = {table.name for table in tables.metadata.sorted_tables}
    options = {
        "include_schemas": tables.schema is not None,
        "include_name": lambda name, kind, parent: kind != "table" or name in names,
        "compare_type": True,
        "target_metadata": tables.metadata,
    }
    return MigrationContext.configure(connection, opts=options)


def migrate(connection: sa.Connection, tables: StoreTables) -> None:
    """Run the upgrade that `alembic revision --autogenerate` writes into a file."""
    from alembic import autogenerate, op
    from alembic.operations import Operations

    context = context_of(connection, tables)
    script = autogenerate.produce_migrations(context, tables.metadata)
    assert script.upgrade_ops is not None
    text = autogenerate.render_python_code(script.upgrade_ops)
    with Operations.context(context):
        exec(f"if True:\n    {text}", {"op": op, "sa": sa})


@contextmanager
def quiet() -> Iterator[None]:
    """SQLAlchemy does not read indexes on expressions from SQLite, and says so: nobody has to hear it."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
        yield


def schema_of(connection: sa.Connection, tables: StoreTables) -> dict[str, object]:
    """All that the database knows of the tables, in its own words, with the prefix left out."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(sa.text("select name, sql from sqlite_master where sql is not null"))
    else:
        rows = connection.execute(
            sa.text(
                "select tablename || indexname, indexdef from pg_indexes where schemaname = :schema union "
                "select table_name || '.' || column_name, concat_ws(' ', data_type, "
                "character_maximum_length, is_nullable, column_default) "
                "from information_schema.columns where table_schema = :schema"
            ),
            {"schema": tables.schema},
        )
    found = {re.sub(r"\s+", " ", str(name)): re.sub(r"\s+", " ", str(text)) for name, text in rows}
    return {
        name.replace(tables.prefix, ""): text.replace(tables.prefix, "")
        for name, text in found.items()
        if tables.prefix in name
    }


def test_alembic_finds_nothing_to_add(place: TriedPlace) -> None:
    """Beside tables that `create_all` made, an application that uses alembic has nothing to migrate."""
    from alembic import autogenerate

    with place.engine.connect() as connection, quiet():
        context = context_of(connection, place.tables)
        assert [] == autogenerate.compare_metadata(context, place.tables.metadata)


def test_alembic_makes_the_same_tables(place: TriedPlace) -> None:
    """Tables, columns, keys and indexes; that on expressions is not made by alembic on SQLite, but by us."""
    made, migrated = (StoreTables(place.tables.schema, prefix) for prefix in ("made_", "migrated_"))
    with place.engine.begin() as connection:
        made.metadata.create_all(connection)
        migrate(connection, migrated)
        expected = schema_of(connection, made)
        missing = {name for name in expected if "coalesce" in str(expected[name]).lower()}
        assert missing
        found = schema_of(connection, migrated)
        assert found == {
            name: expected[name] for name in expected if not place.is_sqlite or name not in missing
        }
        create_tables(connection, migrated)
        assert expected == schema_of(connection, migrated)
    assert all(any(name in key for key in expected) for name in TABLES)


def test_alembic_upgrades_the_tables_of_an_older_library(older: Store) -> None:
    """It writes the columns that are missing, as the upgrade of a store does, which then fills them."""
    from alembic import autogenerate

    def missing() -> list[str]:
        found = autogenerate.compare_metadata(context_of(connection, older.tables), older.tables.metadata)
        return sorted(f"{what[0]} {what[-1].name}" for what in found)

    with older.engine.connect() as connection, quiet():
        assert ["add_column next_moment", "add_column rules"] == missing()
        with connection.begin_nested() as migration:
            migrate(connection, older.tables)
            assert [] == missing()
            migration.rollback()
        add_columns(connection, older.tables)
        assert [] == missing()
        connection.rollback()
        with connection.begin():
            migrate(connection, older.tables)
    assert older.status().head.is_older
    assert older.upgrade().changed
    assert older.status().is_sound


def test_a_store_begins_in_tables_that_alembic_made(place: TriedPlace) -> None:
    """Whoever migrates the tables creates the store in them afterwards."""
    prefix = "migrated_"
    with place.engine.begin() as connection:
        migrate(connection, StoreTables(place.tables.schema, prefix))
    store = Store(place.engine, place.tables.schema, prefix)
    for _ in range(2):
        store.create()
    assert store.status().head.revision == 0
    two = [{"ptype": "g", "v0": "user:ana"}] * 2
    with pytest.raises(ConflictError), writing(place.engine) as connection:
        connection.execute(store.tables.rules.insert(), two)
