"""The same answers from files, from a store, and from a stock enforcer with the stock adapter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given

import rolegate
from drawing import examples, some_of
from plain.catalog import Data
from plain.loading import loaded
from plain.strategies import policy_sets
from repository import ROOT
from rolegate.store.store import Store
from stores import compared, stock_enforcer

SETS = ("livechat", "respond-io", "responsive", "responso")


@pytest.mark.parametrize("name", SETS)
def test_the_sets_of_products_answer_the_same(store: Store, name: str) -> None:
    """The line of a role is decided the same by the stock enforcer and by the policy."""
    store.apply(ROOT / "policies" / name)
    policy = rolegate.load(ROOT / "policies" / name)
    compared(store, policy)
    enforcer, read = stock_enforcer(store), store.policy()
    user, domain = policy.users[0], policy.domains[0]
    for permission in some_of(list(policy.catalog.permissions)[:20], 4):
        if permission.chain or permission.ladder is not None:
            continue
        asked = (f"user:{user}", domain, "-", permission.path, "-")
        said = enforcer.enforce(*asked)
        assert said == bool(policy.check(user, permission.path, domain=domain))
        assert said == bool(read.check(user, permission.path, domain=domain))


@examples(15)
@given(policy_sets())
def test_drawn_sets_have_the_same_lines_on_sqlite(drawn: Mapping[str, Data]) -> None:
    """Whatever the names are."""
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", drawn)
        store = Store.open(f"sqlite:///{folder}/store.db")
        store.create()
        store.apply(Path(folder) / "set")
        compared(store, policy)
        store.engine.dispose()


@pytest.fixture(scope="module")
def server(postgres_url: str) -> Any:
    """An engine on PostgreSQL, with a schema for what is drawn."""
    made = sa.create_engine(postgres_url)
    yield made
    with made.begin() as connection:
        connection.execute(sa.schema.DropSchema("drawn", cascade=True, if_exists=True))
    made.dispose()


@examples(15)
@given(drawn=policy_sets())
def test_drawn_sets_have_the_same_lines_on_postgresql(server: sa.Engine, drawn: Mapping[str, Data]) -> None:
    """A store that had another set before has the same lines as a new one."""
    store = Store(server, "drawn")
    store.create()
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder), drawn)
        store.apply(Path(folder))
        compared(store, policy)
