"""Places for stores: a file of SQLite, or a schema of its own on a real PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from rolegate.store.databases import engine_of, reading, writing
from rolegate.store.numbering import CommitNumber, lock_domains, mark_changed
from rolegate.store.tables import LAYOUT, StoreTables


@dataclass
class TriedPlace:
    """A database in which there are the tables of an empty store."""

    url: str
    tables: StoreTables
    engine: sa.Engine

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def numbers(self) -> tuple[int, dict[str, tuple[int, int]]]:
        """The number of the store, and of each domain its revision and the number with which it changed."""
        domains = self.tables.domains.c
        with reading(self.engine) as connection:
            store = connection.scalar(sa.select(self.tables.stores.c.revision))
            rows = connection.execute(sa.select(domains.name, domains.revision, domains.changed))
            return int(store or 0), {row.name: (row.revision, row.changed) for row in rows}

    def change(self, *domains: str) -> int | None:
        """Change *domains* in a transaction, and give its number."""
        with writing(self.engine) as connection:
            number = changed(connection, self.tables, *domains)
        return number.revision


def changed(connection: sa.Connection, tables: StoreTables, *domains: str) -> CommitNumber:
    """Change *domains* in the transaction of *connection*."""
    lock_domains(connection, tables, domains)
    return mark_changed(connection, tables, domains)


@contextmanager
def place_at(url: str, tables: StoreTables) -> Iterator[TriedPlace]:
    """The tables of an empty store at *url*."""
    engine = engine_of(url)
    with engine.begin() as connection:
        if tables.schema is not None:
            connection.execute(sa.schema.CreateSchema(tables.schema))
        tables.metadata.create_all(connection)
        connection.execute(
            tables.stores.insert().values(
                id=1, layout=LAYOUT, compiler=1, catalog="", revision=0, files_revision=0, digest=""
            )
        )
    yield TriedPlace(url, tables, engine)
    if tables.schema is not None:
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(tables.schema, cascade=True))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TriedPlace]:
    """A place on each kind of database."""
    if request.param == "sqlite":
        with place_at(f"sqlite:///{tmp_path / 'store.db'}", StoreTables()) as found:
            yield found
    else:
        schema = f"rolegate_{secrets.token_hex(6)}"
        with place_at(request.getfixturevalue("postgres_url"), StoreTables(schema)) as found:
            yield found
