"""What the stock adapter is tested for holds on ours, in our words: nothing of it is refused.

`sqlalchemy-adapter` ships its tests with its sources, not with what is installed. Its 19 cases, of 1.9.0:

| Its case | Here |
|---|---|
| `test_enforcer_basic` | `test_rules_in_the_table_decide` |
| `test_add_policy`, `test_add_policies` | `test_rules_are_added` |
| `test_save_policy` | `test_a_policy_is_saved` |
| `test_remove_policy`, `test_remove_policies` | `test_rules_are_removed` |
| `test_remove_filtered_policy` | `test_rules_are_removed_by_columns` |
| `test_filtered_policy` | `test_a_part_is_loaded` |
| `test_update_policy`, `test_update_policies` | `test_rules_are_updated` |
| `test_update_filtered_policies` | `test_rules_are_updated_by_columns` |
| `test_str`, `test_repr`, `test_custom_table_name` | `test_classes_of_the_stock_adapter_read_the_table` |
| `test_custom_db_class` | `test_adapter_tables.py::test_an_application_may_have_a_class_of_its_own` |
| `test_create_table_…`, four cases | `test_a_table_is_made_unless_that_is_refused` |
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy_adapter.adapter import Filter, create_casbin_rule_class

from adapter_tables import enforcer, put, stored
from awaited import awaited_enforcers
from rolegate.casbin import Adapter

MODEL = """
[request_definition]
r = sub, obj, act

[policy_definition]
p = sub, obj, act

[role_definition]
g = _, _

[policy_effect]
e = some(where (p.eft == allow))

[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
"""

PEOPLE, BOXES, ACTS = ("alice", "bob", "data2_admin", "eve"), ("data1", "data2", "data3"), ("read", "write")
ROWS = [
    ("p", "alice", "data1", "read"),
    ("p", "bob", "data2", "write"),
    ("p", "data2_admin", "data2", "read"),
    ("p", "data2_admin", "data2", "write"),
    ("g", "alice", "data2_admin"),
]
NAME = "stock_cases"

# A driver of SQLite without which an asynchronous engine has none; in CI it is there.
ON_SQLITE = ["async-sqlite"] if find_spec("aiosqlite") or os.environ.get("CI") else []


class Desk:
    """A table with `ROWS`, and an enforcer on it."""

    def __init__(self, engine: sa.Engine, adapter: Any, made: Any) -> None:
        self.engine = engine
        self.adapter = adapter
        self.enforcer = made

    def allowed(self) -> set[tuple[str, ...]]:
        """All that is allowed."""
        return {asked for asked in product(PEOPLE, BOXES, ACTS) if self.enforcer.enforce(*asked)}

    def saved(self) -> set[tuple[str, ...]]:
        """The same by an enforcer that has just been started."""
        fresh = enforcer(Adapter(self.engine, table_name=NAME), MODEL)
        return {asked for asked in product(PEOPLE, BOXES, ACTS) if fresh.enforce(*asked)}


OF_ADMIN = {("data2_admin", "data2", act) for act in ACTS}
OF_ALICE = {("alice", "data1", "read"), ("alice", "data2", "read"), ("alice", "data2", "write")}
OF_BOB = {("bob", "data2", "write")}


@pytest.fixture(params=["sqlite", "postgresql", *ON_SQLITE, "async-postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """On both databases, and for both kinds of enforcers."""
    kind = request.param
    is_sqlite = kind.endswith("sqlite")
    url = f"sqlite:///{tmp_path}/rules.db" if is_sqlite else request.getfixturevalue("postgres_url")
    engine = sa.create_engine(url)
    made = Adapter(engine, table_name=NAME)
    put(engine, ROWS, NAME)
    try:
        if kind.startswith("async"):
            with awaited_enforcers(url.replace("sqlite:", "sqlite+aiosqlite:")) as (adapters, enforcers):
                used = adapters(table_name=NAME)
                yield Desk(engine, used, enforcers(used, MODEL))
        else:
            yield Desk(engine, made, enforcer(made, MODEL))
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text(f"drop table {NAME}"))
        engine.dispose()


def test_rules_in_the_table_decide(desk: Desk) -> None:
    """As they do for a stock adapter."""
    assert desk.allowed() == OF_ADMIN | OF_ALICE | OF_BOB


def test_rules_are_added(desk: Desk) -> None:
    """One by one and in batches, as lists and as tuples."""
    assert desk.enforcer.add_policies((("eve", "data3", "read"), ("eve", "data1", "read")))
    assert desk.enforcer.add_permission_for_user("eve", "data2", "write")
    of_eve = {("eve", "data3", "read"), ("eve", "data1", "read"), ("eve", "data2", "write")}
    assert desk.allowed() == desk.saved() == OF_ADMIN | OF_ALICE | OF_BOB | of_eve
    assert not desk.enforcer.add_policy("eve", "data2", "write")
    assert len(stored(desk.engine, NAME)) == 8


def test_a_policy_is_saved(desk: Desk) -> None:
    """What the model has replaces what was loaded into it."""
    model = desk.enforcer.get_model()
    model.clear_policy()
    model.add_policy("p", "p", ["alice", "data3", "read"])
    assert desk.adapter.save_policy(model)
    assert stored(desk.engine, NAME) == [("p", "alice", "data3", "read")]
    assert desk.enforcer.enforce("alice", "data3", "read")


def test_rules_are_removed(desk: Desk) -> None:
    """One by one and in batches; permissions of a user as well."""
    desk.enforcer.add_permission_for_user("alice", "data3", "read")
    assert desk.enforcer.delete_permission_for_user("alice", "data3", "read")
    desk.enforcer.add_policies([["alice", "data3", "read"], ["alice", "data3", "write"]])
    assert desk.enforcer.remove_policies([["alice", "data3", "read"], ["alice", "data3", "write"]])
    assert desk.allowed() == desk.saved() == OF_ADMIN | OF_ALICE | OF_BOB
    assert not desk.enforcer.remove_policy("alice", "data3", "read")
    assert desk.enforcer.delete_user("alice")
    assert desk.allowed() == desk.saved() == OF_ADMIN | OF_BOB


def test_rules_are_removed_by_columns(desk: Desk) -> None:
    """From any column on."""
    desk.enforcer.remove_filtered_policy(1, "data1")
    assert desk.saved() == OF_ADMIN | OF_ALICE - {("alice", "data1", "read")} | OF_BOB
    desk.enforcer.remove_filtered_policy(1, "data2", "read")
    assert {asked[2] for asked in desk.saved()} == {"write"}
    desk.enforcer.remove_filtered_policy(2, "write")
    assert desk.allowed() == desk.saved() == set()
    assert stored(desk.engine, NAME) == [("g", "alice", "data2_admin")]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"ptype": ["p"]}, {ROWS[0][1:], *OF_BOB, *OF_ADMIN}),
        ({"v0": ["alice"]}, {ROWS[0][1:]}),
        ({"v0": ["bob"]}, OF_BOB),
        ({"v0": ["data2_admin"]}, OF_ADMIN),
        ({"v0": ["alice", "bob"]}, {ROWS[0][1:], *OF_BOB}),
        ({"v1": ["data1"]}, {ROWS[0][1:]}),
        ({"v1": ["data2"]}, OF_BOB | OF_ADMIN),
        ({"v2": ["read"]}, {ROWS[0][1:], ("data2_admin", "data2", "read")}),
        ({"v2": ["write"]}, OF_BOB | {("data2_admin", "data2", "write")}),
        ({}, OF_ADMIN | OF_ALICE | OF_BOB),
    ],
)
def test_a_part_is_loaded(desk: Desk, columns: dict[str, list[str]], expected: set[tuple[str, ...]]) -> None:
    """By one column; each filter replaces the one before."""
    for chosen in ({"v0": ["nobody"]}, columns):
        wanted = Filter()
        for name, values in chosen.items():
            setattr(wanted, name, values)
        desk.enforcer.load_filtered_policy(wanted)
    assert desk.allowed() == expected
    assert desk.enforcer.is_filtered()


def test_rules_are_updated(desk: Desk) -> None:
    """One by one and in batches."""
    assert desk.enforcer.update_policy(["bob", "data2", "write"], ["bob", "data2", "read"])
    assert desk.allowed() == desk.saved() == OF_ADMIN | OF_ALICE | {("bob", "data2", "read")}
    old = [["alice", "data1", "read"], ["bob", "data2", "read"], ["data2_admin", "data2", "read"]]
    assert desk.enforcer.update_policies(old, [[who, "data3", how] for who, _, how in old])
    after = {(who, "data3", how) for who, _, how in old} | {("alice", "data3", "read")}
    assert (
        desk.allowed()
        == desk.saved()
        == after | {(who, "data2", "write") for who in ("alice", "data2_admin")}
    )
    assert not desk.enforcer.update_policy(["nobody", "data2", "read"], ["bob", "data1", "read"])


def test_rules_are_updated_by_columns(desk: Desk) -> None:
    """All that match go, and the new ones come."""
    new = [["data2_admin", "data3", act] for act in ACTS]
    assert desk.enforcer.update_filtered_policies(new, 0, "data2_admin")
    assert desk.enforcer.update_filtered_policies([["alice", "data1", "write"]], 0, "alice")
    assert desk.enforcer.update_filtered_policies([["bob", "data2", "read"]], 0, "bob")
    of_admin = {("data2_admin", "data3", act) for act in ACTS}
    of_alice = {("alice", "data1", "write")} | {("alice", "data3", act) for act in ACTS}
    assert desk.allowed() == desk.saved() == of_admin | of_alice | {("bob", "data2", "read")}
    assert not desk.enforcer.update_filtered_policies([["x", "y", "z"]], 0, "nobody")


def test_classes_of_the_stock_adapter_read_the_table(desk: Desk) -> None:
    """Whoever has queries with them keeps them, under any name of a table."""
    rows = create_casbin_rule_class(NAME)
    adapter = Adapter(desk.engine, table_name=NAME)
    with adapter.session_local() as session:
        found = session.query(rows).order_by(rows.id).all()
        assert [str(row) for row in found] == [", ".join(row) for row in ROWS]
        assert repr(found[4]) == f'<CasbinRule {found[4].id}: "g, alice, data2_admin">'


@pytest.mark.parametrize(
    "options", [{}, {"table_name": "others"}, {"db_class": create_casbin_rule_class("classy")}]
)
def test_a_table_is_made_unless_that_is_refused(options: dict[str, Any]) -> None:
    """Its own table, and no other one."""
    engine = sa.create_engine("sqlite://")
    Adapter(engine, create_table=False, **options)
    assert sa.inspect(engine).get_table_names() == []
    Adapter(engine, **options)
    expected = getattr(options.get("db_class"), "__tablename__", options.get("table_name", "casbin_rule"))
    assert sa.inspect(engine).get_table_names() == [expected]


def test_an_adapter_may_begin_with_a_part(desk: Desk) -> None:
    """An enforcer then loads nothing by itself."""
    made = enforcer(Adapter(desk.engine, table_name=NAME, filtered=True), MODEL)
    assert made.get_policy() == []
    made.load_policy()
    assert len(made.get_policy()) == 4
