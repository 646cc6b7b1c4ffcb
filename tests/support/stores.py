"""Stores for the tests, on SQLite and on a real PostgreSQL, and stock enforcers on their tables."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import casbin
import pytest
import sqlalchemy as sa
import sqlalchemy_adapter

import rolegate
from rolegate.engine.casbin_reference import casbin_enforcer
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


def stock_enforcer(store: Store) -> Any:
    """An enforcer of pycasbin as its users make one, on the table of rules."""
    engine = store.engine.execution_options(schema_translate_map={None: store.schema})
    model = casbin.Model()
    model.load_model_from_text(rolegate.casbin_model_text())
    return casbin.Enforcer(model, sqlalchemy_adapter.Adapter(engine))


def policies(enforcer: Any) -> dict[str, list[tuple[str, ...]]]:
    """Every line in an enforcer, by its section."""
    sections = enforcer.get_model().model
    found = {name: part.policy for key in ("p", "g") for name, part in sections[key].items()}
    return {name: sorted(map(tuple, lines)) for name, lines in found.items()}


def compared(store: Store, policy: rolegate.Policy) -> None:
    """All three have the same lines, so that they give the same answers."""
    compiled = policy.compile()
    assert compiled.policy_text == store.policy().compile().policy_text
    assert policies(casbin_enforcer(compiled)) == policies(stock_enforcer(store))
