"""Stores in the tables of layout 1, with a set that the library of that time wrote into them.

The scripts in `tests/store/layout_1` are what it said to each database: a set was applied, tenants changed
it, and its catalog moved on, so that a grant of run time is asleep. Nobody edits them.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from repository import ROOT
from rolegate.store.store import Store

SCRIPTS = ROOT / "tests/store/layout_1"


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store of layout 1 on each kind of database: with a prefix on SQLite, in a schema on PostgreSQL."""
    if request.param == "sqlite":
        made = Store.open(f"sqlite:///{tmp_path / 'older.db'}?prefix=app_")
    else:
        schema = f"rolegate_{secrets.token_hex(6)}"
        made = Store.open(f"{request.getfixturevalue('postgres_url')}&schema={schema}")
    write_older(made)
    yield made
    if made.schema is not None:
        with made.engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(made.schema, cascade=True))
    made.engine.dispose()


def write_older(store: Store) -> None:
    """Make the tables of layout 1 where *store* is, and what was in them."""
    script = (SCRIPTS / f"{store.engine.dialect.name}.sql").read_text(encoding="utf-8")
    with store.engine.begin() as connection:
        if store.schema is not None:
            connection.execute(sa.schema.CreateSchema(store.schema))
            connection.exec_driver_sql(f"SET LOCAL search_path TO {store.schema}")
        for statement in script.replace("old_", store.prefix).split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)


def everything(store: Store) -> list[object]:
    """All rows of all tables, whatever columns these have."""
    with store.engine.connect() as connection:
        return [
            (table.name, sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table.fullname}"))))
            for table in store.tables.metadata.sorted_tables
        ]
