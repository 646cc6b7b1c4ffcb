"""Tables of Casbin rules on both databases, and enforcers that use them through an adapter."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import casbin
import pytest
import sqlalchemy as sa

from rolegate.casbin import IndexedEnforcer

TENANTS = """
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, dom, obj, act, eft

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj && r.act == p.act
"""

FIRST_MATCH = TENANTS.replace(
    "some(where (p.eft == allow)) && !some(where (p.eft == deny))", "priority(p.eft) || deny"
)
"""The first line that matches decides, so that their order matters."""

READ = ["ana", "t", "ticket", "read", "allow"]
EDIT = ["ana", "t", "ticket", "edit", "allow"]
VOID = ["ana", "t", "ticket", "void", "allow"]

COLUMNS = ("ptype", "v0", "v1", "v2", "v3", "v4", "v5")


@pytest.fixture
def rules(engine: sa.Engine) -> Iterator[sa.Engine]:
    """A database without a table of rules."""
    empty(engine)
    yield engine
    empty(engine)


def empty(engine: sa.Engine) -> None:
    """Remove the table of rules."""
    with engine.begin() as connection:
        connection.execute(sa.text("drop table if exists casbin_rule"))


def model_of(text: str = TENANTS) -> Any:
    return casbin.Enforcer.new_model(text=text)


def enforcer(adapter: Any, text: str = TENANTS) -> Any:
    """A stock enforcer with *adapter*."""
    return casbin.Enforcer(model_of(text), adapter)


def indexed(adapter: Any) -> Any:
    """An enforcer that looks its answers up, and observes its models for that."""
    return IndexedEnforcer(model_of(), adapter)


def _table(name: str) -> Any:
    return sa.table(name, sa.column("id"), *(sa.column(column) for column in COLUMNS))


def stored(engine: sa.Engine, name: str = "casbin_rule") -> list[tuple[str, ...]]:
    """The rules in the table, sorted; a column that is NULL ends a rule."""
    table = _table(name)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(sa.select(*(table.c[column] for column in COLUMNS)))]
    found = [row[: row.index(None)] if None in row else row for row in rows]
    assert all(set(row[len(rule) :]) <= {None} for row, rule in zip(rows, found, strict=True))
    return sorted(found)


def put(engine: sa.Engine, rows: Iterable[tuple[str | None, ...]], name: str = "casbin_rule") -> None:
    """Write *rows* as somebody does who has no adapter."""
    table = _table(name)
    with engine.begin() as connection:
        for row in rows:
            values = dict(zip(COLUMNS, row, strict=False))
            connection.execute(
                sa.insert(table).values({table.c[column]: value for column, value in values.items()})
            )


def take(engine: sa.Engine, rule: tuple[str, ...], name: str = "casbin_rule") -> None:
    """Remove *rule* as somebody does who has no adapter."""
    table = _table(name)
    with engine.begin() as connection:
        same = (table.c[column] == value for column, value in zip(COLUMNS, rule, strict=False))
        assert connection.execute(sa.delete(table).where(*same)).rowcount == 1


class DisconnectedError(Exception):
    """The database was not reached."""


@contextmanager
def disconnected(engine: sa.Engine) -> Iterator[None]:
    """Every transaction of *engine* fails at its end, after all of its statements."""

    def fail(connection: sa.Connection) -> None:
        raise DisconnectedError

    sa.event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        sa.event.remove(engine, "commit", fail)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Models that were exchanged stay as long as they can."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
