"""Small changes of a store, in turn with a bare transaction of one row that is on the disk."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import sqlalchemy as sa

from benchmarks.databases import Database
from benchmarks.tenants import OWNER, Tenants
from rolegate.store.databases import writing
from rolegate.store.numbering import lock_domains, mark_changed
from rolegate.store.store import Store
from rolegate.store.write_rules import write_rules


def stock_model() -> Any:
    """The model of the rows of a store, without a rule."""
    import casbin

    import rolegate

    model = casbin.Model()
    model.load_model_from_text(rolegate.casbin_model_text())
    return model


def changes(database: Database, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds of each change, in the median, and how many times those of the bare one right before."""
    import rolegate

    store = database.store()
    watching = rolegate.Gate.from_store(store, watch=False, keep=100)
    turns = {
        "role": _role_saved(store, watching),
        "assign": _line_assigned(store),
        "rule": _rule_written(store),
    }
    bare, query = _bare_transaction(store), _bare_query(store)
    load = _domain_loaded(store)
    for number in range(3):  # what is compiled once is compiled
        for turn in (bare, query, load, *turns.values()):
            turn(number)
    pairs = {name: (turn, bare) for name, turn in turns.items()} | {"domain": (load, query)}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in pairs}
    for number in range(3, rounds + 3):
        for name, (turn, beside) in pairs.items():
            found[name].append((_time(beside, number), _time(turn, number)))
    return {
        name: {
            "seconds": median(taken for _, taken in times),
            "beside": median(beside for beside, _ in times),
            "ratio": median(taken / beside for beside, taken in times),
        }
        for name, times in found.items()
    }


Turn = Callable[[int], object]


def _time(turn: Turn, number: int) -> float:
    start = perf_counter()
    turn(number)
    return perf_counter() - start


def _bare_transaction(store: Store) -> Turn:
    table = sa.Table("bare", sa.MetaData(store.schema), sa.Column("id", sa.Integer, primary_key=True))
    table.append_column(sa.Column("value", sa.Integer))
    with store.engine.begin() as connection:
        table.create(connection, checkfirst=True)
        if not connection.execute(sa.select(table)).first():
            connection.execute(table.insert().values(id=1, value=0))
    # SQLite writes nothing where a row is what it was before.
    change = table.update().where(table.c.id == 1).values(value=table.c.value + 1)

    def commit(_: int) -> None:
        with store.engine.begin() as connection:
            connection.execute(change)

    return commit


def _role_saved(store: Store, gate: Any) -> Turn:
    """A role is edited by the owner of a tenant, and the process that did it answers by the new role."""
    domain = Tenants.name(1)
    admin, grants = store.admin(OWNER, domain=domain), Tenants.grants_of(0)

    def save(number: int) -> None:
        has = bool(number % 2)
        change = admin.edit_role("role0", grants=[*grants[1:], grants[0]] if has else grants[1:])
        gate.at_least(change.revision)
        if gate.check("user0", grants[0], domain=domain) is not has:
            raise AssertionError("the role is not what was saved")

    gate.check("user0", grants[0], domain=domain)
    return save


def _line_assigned(store: Store) -> Turn:
    admin = store.admin(OWNER, domain=Tenants.name(2))
    return lambda number: admin.assign(user=f"new{number}", role="role0")


def _rule_written(store: Store) -> Turn:
    """One row in a domain, of which the rows are known."""
    domain, tables = Tenants.name(3), store.tables
    with store.reading() as snapshot:
        rows = snapshot.rules(domain=domain)
    row = ("g", "user:prepared", f"role:{domain}:role0", domain, None, None, None)

    def write(number: int) -> None:
        with writing(store.engine) as connection:
            lock_domains(connection, tables, [domain])
            wanted = {*rows, row} if number % 2 else rows
            rules = write_rules(connection, tables, wanted, {}, domains=[domain])
            mark_changed(connection, tables, [domain], digests=rules.digests)

    return write


def _domain_loaded(store: Store) -> Turn:
    """A tenant that was not asked about yet is read for a question."""
    import rolegate

    gate = rolegate.Gate.from_store(store, watch=False, keep=1)

    def load(number: int) -> None:
        if not gate.check("user0", "area0.p0", domain=Tenants.name(4 + number)):
            raise AssertionError("the domain was not read")

    return load


def _bare_query(store: Store) -> Turn:
    """The rows of the same tenant and nothing else."""
    c = store.tables.rules.c
    names = ("ptype", "v0", "v1", "v2", "v3", "v4", "v5")
    domain: sa.BindParameter[str] = sa.bindparam("domain")
    about = sa.or_(c.ptype.in_(("p", "g2")) & (c.v0 == domain), (c.ptype == "g") & (c.v2 == domain))
    wanted = sa.select(*(c[name] for name in names)).where(about)

    def query(number: int) -> None:
        with store.engine.connect() as connection:
            if not connection.execute(wanted, {"domain": Tenants.name(4 + number)}).all():
                raise AssertionError("there are no rows")

    return query
