"""Which tables an adapter writes, and that nobody else writes in between."""

from __future__ import annotations

import inspect
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy_adapter
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from adapter_tables import EDIT, READ, VOID, enforcer, put, stored
from drawing import some
from rolegate.casbin import Adapter, AdapterError, RulesChangedError
from rolegate.store.tables import StoreTables


def test_nothing_of_the_stock_adapter_writes() -> None:
    """Whatever a new release adds is looked at before it is inherited."""
    inherited = {"__init__", "_session_scope", "is_filtered", "filter_query"}
    stock = {name for name, _ in inspect.getmembers(sqlalchemy_adapter.Adapter, inspect.isfunction)}
    assert stock - set(vars(Adapter)) == inherited - {"__init__"}
    adapter = Adapter("sqlite://")
    for inside in (adapter._save_policy_line, adapter._update_filtered_policies):
        with pytest.raises(AdapterError, match=r"are (added|updated) with"):
            inside("p", ["a"])
    with pytest.raises(AdapterError, match="'p2' is none of 'g'"):
        adapter.add_policy("g", "p2", ["a"])
    adapter.add_policies("p", "p", [])
    assert adapter.remove_policies("p", "p", [])


def test_adapters_are_imported_when_they_are_used() -> None:
    """Whoever has enforcers alone needs no SQLAlchemy; who asks for an adapter is told what to install."""
    code = """
import sys
import rolegate.casbin
assert not {"sqlalchemy", "sqlalchemy_adapter"} & sys.modules.keys()
for missing in ("sqlalchemy_adapter", "sqlalchemy"):
    sys.modules[missing] = None
    try:
        rolegate.casbin.Adapter
    except ModuleNotFoundError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    install = "run pip install '.[casbin-sql]' in the clone of rolegate"
    needs = [f"`Adapter` needs {package}: {install}" for package in ("sqlalchemy-adapter", "SQLAlchemy")]
    assert (needs, "") == (done.stdout.splitlines(), done.stderr)


# -- the table of a store ---------------------------------------------------------------------------------


@pytest.fixture
def store(engine: sa.Engine) -> Any:
    """A store with one rule, in tables with a prefix."""
    tables = StoreTables(prefix="desk_")
    tables.metadata.create_all(engine)
    put(engine, [("p", *READ)], "desk_casbin_rule")
    yield engine
    tables.metadata.drop_all(engine)


def test_the_table_of_a_store_is_read_and_not_written(store: sa.Engine) -> None:
    """Its rules follow from documents: a row behind their back would be lost, or hold too long."""
    made = enforcer(Adapter(store, table_name="desk_casbin_rule"))
    assert made.enforce(*READ[:4])
    writes = (
        lambda: made.add_policy(*EDIT),
        lambda: made.add_policies([EDIT]),
        lambda: made.remove_policy(*READ),
        lambda: made.remove_policies([READ]),
        lambda: made.remove_filtered_policy(0, "ana"),
        lambda: made.update_policy(READ, EDIT),
        lambda: made.update_policies([READ], [EDIT]),
        lambda: made.update_filtered_policies([EDIT], 0, "ana"),
        made.save_policy,
    )
    for write in writes:
        with pytest.raises(AdapterError, match=r"part of a store of rolegate.*`rolegate store apply`"):
            write()
        assert made.get_policy() == [READ]
    assert stored(store, "desk_casbin_rule") == [("p", *READ)]


def test_a_table_beside_a_store_is_written(store: sa.Engine) -> None:
    """A table of another name, or with the prefix of no store, is the adapter's own."""
    for name in ("casbin_rule", "desk_rules"):
        adapter = Adapter(store, table_name=name)
        adapter.add_policy("p", "p", READ)
        assert stored(store, name) == [("p", *READ)]
    with store.begin() as connection:
        connection.execute(sa.text("drop table casbin_rule"))
        connection.execute(sa.text("drop table desk_rules"))


def test_a_table_that_becomes_part_of_a_store_is_no_longer_written(rules: sa.Engine) -> None:
    """An adapter that is older than the store asks before each write."""
    adapter = Adapter(rules)
    adapter.add_policy("p", "p", READ)
    beside = StoreTables().stores
    beside.create(rules)
    try:
        with pytest.raises(AdapterError, match="part of a store"):
            adapter.add_policy("p", "p", EDIT)
    finally:
        beside.drop(rules)
    assert stored(rules) == [("p", *READ)]


# -- own tables -------------------------------------------------------------------------------------------


def test_a_table_of_its_own_takes_no_rule_twice(rules: sa.Engine) -> None:
    """Whoever writes it, and though a plain unique index takes NULL for different from NULL."""
    Adapter(rules)
    put(rules, [("p", "ana", "read")])
    with pytest.raises(sa.exc.IntegrityError):
        put(rules, [("p", "ana", "read")])


def test_a_table_that_is_there_stays_as_it_is(rules: sa.Engine) -> None:
    """Rules that are twice in a stock table are loaded once, and go together."""
    sqlalchemy_adapter.Adapter(rules)
    put(rules, [("p", *READ), ("p", *READ), ("p", *EDIT), ("p", *EDIT), ("g", "ana", "x", "t")])
    made = enforcer(Adapter(rules))
    assert made.get_policy() == [READ, EDIT]
    assert made.remove_policy(*READ)
    assert made.update_policy(EDIT, VOID)
    assert stored(rules) == [("g", "ana", "x", "t"), ("p", *VOID)]
    put(rules, [("p", *VOID)])
    made.save_policy()
    assert stored(rules) == [("g", "ana", "x", "t"), ("p", *VOID)]
    assert sa.inspect(rules).get_indexes("casbin_rule") == []


def test_empty_columns_at_the_end_are_unused_where_the_model_has_no_value(rules: sa.Engine) -> None:
    """Other adapters write them so; an empty domain, where the model has one, is a value."""
    adapter = Adapter(rules)
    put(rules, [("p", *READ, ""), ("g", "bob", "ana", "", "", "", "")])
    made = enforcer(adapter)
    assert (made.get_policy(), made.get_grouping_policy()) == ([READ], [["bob", "ana", ""]])
    made.save_policy()
    assert stored(rules) == [("g", "bob", "ana", "", "", "", ""), ("p", *READ, "")]
    assert made.remove_policy(*READ)
    assert made.remove_grouping_policy("bob", "ana", "")
    assert stored(rules) == []


class OwnBase(DeclarativeBase):
    """Of an application."""


class TicketRule(OwnBase):
    """A table whose columns have other names and lengths, and more of them."""

    __tablename__ = "ticket_rules"
    id: Mapped[int] = mapped_column("number", primary_key=True)
    ptype: Mapped[str] = mapped_column("section", sa.String(16))
    v0: Mapped[str | None] = mapped_column("who", sa.String(20))
    v1: Mapped[str | None] = mapped_column("tenant", sa.Text)
    v2: Mapped[str | None]
    v3: Mapped[str | None]
    v4: Mapped[str | None]
    v5: Mapped[str | None]
    note: Mapped[str] = mapped_column(default="none")


def test_an_application_may_have_a_class_of_its_own(engine: sa.Engine) -> None:
    """With other columns, which an update leaves alone, and other lengths, which are kept."""
    made = enforcer(Adapter(engine, TicketRule))
    made.add_policies([READ, EDIT])
    with engine.begin() as connection:
        connection.execute(sa.update(TicketRule).where(TicketRule.v3 == "read").values(note="first"))
    assert made.update_policies([READ, EDIT], [EDIT, VOID])
    with engine.connect() as connection:
        rows = connection.execute(sa.select(TicketRule.v3, TicketRule.note).order_by(TicketRule.id)).all()
    assert [tuple(row) for row in rows] == [("edit", "first"), ("void", "none")]
    assert made.add_policy("ana", "t" * 300, "ticket", "read", "allow")
    with pytest.raises(AdapterError, match="`v0` has 21 characters, and the column takes 20"):
        made.add_policy("a" * 21, "t", "ticket", "read", "allow")
    made.load_policy()
    assert len(made.get_policy()) == 3
    OwnBase.metadata.drop_all(engine)


def test_a_schema_is_named_or_translated(postgres_url: str) -> None:
    """Two adapters in two schemas see their own rules; one of them is a store."""
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(sa.schema.CreateSchema("adapter_one"))
        connection.execute(sa.schema.CreateSchema('adapter "two"'))
    StoreTables(schema="adapter_one").metadata.create_all(engine)
    try:
        translated = engine.execution_options(schema_translate_map={None: 'adapter "two"'})
        Adapter(translated).add_policy("p", "p", READ)
        two = enforcer(Adapter(engine, schema='adapter "two"'))
        assert two.get_policy() == [READ]
        assert two.update_policy(READ, EDIT)
        for one in (
            Adapter(engine, schema="adapter_one"),
            Adapter(engine.execution_options(schema_translate_map={None: "adapter_one"})),
        ):
            with pytest.raises(AdapterError, match="part of a store"):
                one.add_policy("p", "p", READ)
    finally:
        with engine.begin() as connection:
            connection.execute(sa.schema.DropSchema("adapter_one", cascade=True))
            connection.execute(sa.schema.DropSchema('adapter "two"', cascade=True))
        engine.dispose()


def test_other_databases_are_refused() -> None:
    """Some take texts for equal that differ."""
    with pytest.raises(AdapterError, match="for SQLite and PostgreSQL, not for mysql"):
        Adapter(sa.create_mock_engine("mysql://", print))


# -- nobody writes in between -----------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgresql"])
def many(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """An engine with a connection for each thread."""
    if request.param == "sqlite":
        made = sa.create_engine(f"sqlite:///{tmp_path}/rules.db")
    else:
        made = sa.create_engine(request.getfixturevalue("postgres_url"))
    Adapter(made, table_name="many_rules")
    yield made
    with made.begin() as connection:
        connection.execute(sa.text("drop table many_rules"))
    made.dispose()


def at_once(calls: list[Any]) -> list[Any]:
    """What each of *calls* answers or raises, all made at the same moment."""
    start = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(number: int) -> None:
        start.wait()
        try:
            answers[number] = calls[number]()
        except AdapterError as error:
            answers[number] = type(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.parametrize("_again", range(some(10, 5)))
def test_of_two_policies_saved_at_once_one_is_refused(many: sa.Engine, _again: int) -> None:
    """The table has one of them, never both."""
    first, second = (enforcer(Adapter(many, table_name="many_rules")) for _ in range(2))
    for made, rule in ((first, READ), (second, EDIT)):
        made.enable_auto_save(False)
        made.add_policy(*rule)
    answers = at_once([first.save_policy, second.save_policy])
    assert sorted(answers, key=str) == sorted([None, RulesChangedError], key=str)
    saved = READ if answers[0] is None else EDIT
    assert stored(many, "many_rules") == [("p", *saved)]


def test_rules_added_and_removed_at_once_are_there_once(many: sa.Engine) -> None:
    """Four writers, each with an enforcer, add the same rules and then remove half of them."""
    made = [enforcer(Adapter(many, table_name="many_rules")) for _ in range(4)]
    batch = [["ana", "t", "ticket", str(number), "allow"] for number in range(20)]
    assert at_once([lambda e=e: e.add_policies(batch) for e in made]) == [True] * 4
    assert len(stored(many, "many_rules")) == 20
    assert at_once([lambda e=e: e.remove_policies(batch[:10]) for e in made]) == [True] * 4
    assert stored(many, "many_rules") == sorted(("p", *rule) for rule in batch[10:])


def test_an_open_transaction_of_somebody_else_is_waited_for(postgres_url: str) -> None:
    """What it has written counts, though nobody sees it yet when the policy is saved."""
    engine = sa.create_engine(postgres_url)
    made = enforcer(Adapter(engine, table_name="awaited_rules"))
    made.enable_auto_save(False)
    made.add_policy(*READ)
    answers: list[Any] = []
    waiting = sa.text(
        "select count(*) from pg_locks where not granted and relation = 'awaited_rules'::regclass"
    )
    saving = threading.Thread(target=lambda: answers.extend(at_once([made.save_policy])))
    with engine.begin() as other, engine.connect() as beside:
        other.execute(sa.text("insert into awaited_rules (ptype, v0) values ('g', 'eve')"))
        saving.start()
        while saving.is_alive() and not beside.execute(waiting).scalar_one():
            pass
        assert answers == []
    saving.join()
    assert answers == [RulesChangedError]
    assert stored(engine, "awaited_rules") == [("g", "eve")]
    with engine.begin() as connection:
        connection.execute(sa.text("drop table awaited_rules"))
    engine.dispose()


def test_an_adapter_may_be_made_by_several_processes_at_once(many: sa.Engine) -> None:
    """One of them makes the table."""
    for name in [f"made_{number}" for number in range(some(5, 5))]:
        answers = at_once([lambda name=name: Adapter(many, table_name=name).add_policy("p", "p", READ)] * 4)
        assert answers == [None] * 4
        assert stored(many, name) == [("p", *READ)]
        with many.begin() as connection:
            connection.execute(sa.text(f"drop table {name}"))


def test_engines_are_used_as_they_are_set_up(many: sa.Engine) -> None:
    """One that begins its transactions itself, and one that reads as of their beginning."""
    if many.dialect.name == "sqlite":
        set_up = sa.create_engine(many.url)
        sa.event.listen(set_up, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        sa.event.listen(set_up, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    else:
        set_up = sa.create_engine(many.url, isolation_level="REPEATABLE READ")
    test_of_two_policies_saved_at_once_one_is_refused(set_up, 0)
    set_up.dispose()


def test_an_engine_without_transactions_is_refused_where_it_would_matter(many: sa.Engine) -> None:
    """PostgreSQL begins one when it is asked to; SQLite cannot."""
    autocommit = sa.create_engine(many.url, isolation_level="AUTOCOMMIT")
    adapter = Adapter(autocommit, table_name="many_rules")
    if many.dialect.name == "postgresql":
        adapter.add_policies("p", "p", [READ, EDIT])
        assert len(stored(many, "many_rules")) == 2
    else:
        with pytest.raises(AdapterError, match="autocommit"):
            adapter.add_policies("p", "p", [READ, EDIT])
        assert stored(many, "many_rules") == []
    autocommit.dispose()
