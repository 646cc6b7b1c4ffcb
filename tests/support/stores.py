"""Stores for the tests: in a file of SQLite, or in a schema of its own on a real PostgreSQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from rolegate.store.store import Store


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without a set, on each kind of database."""
    if request.param == "sqlite":
        made = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
    else:
        schema = f"rolegate_{secrets.token_hex(6)}"
        made = Store.open(request.getfixturevalue("postgres_url"), schema=schema)
    made.create()
    yield made
    if made.schema is not None:
        with made.engine.begin() as connection:
            connection.execute(sa.schema.DropSchema(made.schema, cascade=True))
    made.engine.dispose()
