"""Databases: one state for readers, all or nothing for writers, and no secrets in what is said."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from rolegate import Gate
from rolegate.documents.capture import Files
from rolegate.errors import StoreError
from rolegate.store.async_store import AsyncStore
from rolegate.store.database_errors import masked
from rolegate.store.databases import Bind, engine_of, reading, writing
from rolegate.store.store import Store
from store_places import TriedPlace, changed


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ana:s3cret@db:5432/app", "postgresql://ana:***@db:5432/app"),
        ("postgresql://ana@db/app?password=s3cret&sslmode=require", "password=***&sslmode=require"),
        ("postgresql://db/app?sslpassword=s3cret", "postgresql://db/app?sslpassword=***"),
        ("sqlite:////var/store.db", "sqlite:////var/store.db"),
        ("postgresql:/s3cret", "<not a URL>"),
        ("postgresql://ana:s3cret@db:port/app", "<not a URL>"),
        ("postgresql://ana:p@s3cret@db/app", "<not a URL>"),
    ],
)
def test_a_url_is_shown_without_what_is_secret(url: str, shown: str) -> None:
    """A password is shown nowhere: not in its place, not among the options, not in a text that is no URL."""
    assert masked(url).endswith(shown)
    assert "s3cret" not in masked(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql:/s3cret", "no URL of a database"),
        ("postgresql://ana:s3cret@db:port/app", "no URL of a database"),
        ("postgresql://ana:p@s3cret@db/app", "with %40 for an `@`"),
        ("mysql://ana:s3cret@db/app", "on SQLite or PostgreSQL, not on mysql"),
        ("postgresql+pg8000://ana:s3cret@db/app", "pg8000 is not installed"),
    ],
)
def test_other_databases_are_refused(url: str, said: str) -> None:
    """What leads to no database of ours is refused before anything is connected."""
    with pytest.raises(StoreError, match=said) as caught:
        engine_of(url)
    assert "s3cret" not in "".join(traceback.format_exception(caught.value))


ONLY_READ = "-c default_transaction_read_only=on"


def test_nothing_of_a_session_is_left_in_a_connection(postgres_url: str) -> None:
    """Behind a pooler the next transaction is on another connection of the server: nothing is prepared."""
    engine = engine_of(postgres_url.replace("postgresql+psycopg:", "postgres:"))
    assert engine.url.drivername == "postgresql+psycopg"
    for _ in range(8):  # psycopg prepares what it was asked five times
        with reading(engine) as connection:
            connection.execute(sa.text("select 1"))
        with writing(engine) as connection:
            assert connection.scalar(sa.text("show lock_timeout")) == "10s"
    with engine.connect() as connection:
        assert connection.scalar(sa.text("select count(*) from pg_prepared_statements")) == 0
        assert connection.scalar(sa.text("show lock_timeout")) == "0"
        assert connection.get_isolation_level() == "READ COMMITTED"
        assert connection.scalar(sa.text("show transaction_read_only")) == "off"
    engine.dispose()
    only_read = engine_of(make_url(postgres_url).update_query_dict({"options": ONLY_READ}))
    for _ in range(2):
        with reading(only_read) as connection:
            connection.execute(sa.text("select 1"))
        with only_read.connect() as connection:
            assert connection.scalar(sa.text("show transaction_read_only")) == "on"
    only_read.dispose()
    chosen = engine_of(make_url(postgres_url).update_query_dict({"connect_timeout": "3"}))
    with chosen.connect() as connection:
        assert connection.connection.driver_connection.info.get_parameters()["connect_timeout"] == "3"  # type: ignore[union-attr]
    chosen.dispose()


def plain_engine(place: TriedPlace) -> sa.Engine:
    """An engine as an application makes it."""
    return sa.create_engine(place.url)


def beginning_engine(place: TriedPlace) -> sa.Engine:
    """The same, with the BEGIN that the documentation of SQLAlchemy recommends for SQLite."""
    engine = sa.create_engine(place.url)
    if place.is_sqlite:

        @event.listens_for(engine, "connect")
        def leave_transactions_to_us(driver: object, _: object) -> None:
            driver.isolation_level = None  # type: ignore[attr-defined]

        @event.listens_for(engine, "begin")
        def begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN")

    return engine


ENGINES = pytest.mark.parametrize(
    "make", [lambda place: engine_of(place.url), plain_engine, beginning_engine]
)


@ENGINES
def test_a_reader_sees_one_state(place: TriedPlace, make: object) -> None:
    """What is committed while somebody reads is not seen before the next time, whoever made the engine."""
    place.change("acme")
    engine = make(place)  # type: ignore[operator]
    number = sa.select(place.tables.stores.c.revision)
    with reading(engine) as connection:
        assert connection.scalar(number) == 1
        assert place.change("beta") == 2
        assert connection.scalar(number) == 1
        assert connection.scalar(sa.select(sa.func.max(place.tables.domains.c.changed))) == 1
    with reading(engine) as connection:
        assert connection.scalar(number) == 2
    engine.dispose()


@ENGINES
def test_a_change_is_stored_whole_or_not_at_all(place: TriedPlace, make: object) -> None:
    """What fails leaves nothing, with an engine and within the transaction of an application."""
    engine = make(place)  # type: ignore[operator]
    with engine.connect() as connection, Session(engine) as session:
        binds: list[Bind] = [engine, connection, session]
        for bind in binds:
            with pytest.raises(ZeroDivisionError), writing(bind) as own:
                changed(own, place.tables, "acme")
                1 / 0  # noqa: B018
            if not isinstance(bind, sa.Engine):
                bind.commit()
        assert place.numbers() == (0, {})
        for bind in binds:
            with writing(bind) as own:
                changed(own, place.tables, "acme")
            if not isinstance(bind, sa.Engine):
                bind.commit()
    assert place.numbers() == (3, {"acme": (3, 3)})
    engine.dispose()


@ENGINES
def test_a_transaction_of_the_application_is_read_as_it_is(place: TriedPlace, make: object) -> None:
    """In it one sees what one has changed, and reading ends nothing."""
    engine = make(place)  # type: ignore[operator]
    with Session(engine) as session:
        with writing(session) as connection:
            changed(connection, place.tables, "acme")
        with reading(session) as connection:
            assert connection.scalar(sa.select(place.tables.domains.c.name)) == "acme"
        session.commit()
    assert place.numbers() == (1, {"acme": (1, 1)})
    engine.dispose()


def test_who_reads_cannot_write(place: TriedPlace) -> None:
    """PostgreSQL refuses it; on SQLite it is rolled back."""
    if place.is_sqlite:
        with reading(place.engine) as connection:
            changed(connection, place.tables, "acme")
    else:
        with pytest.raises(StoreError, match="can only be read"), reading(place.engine) as connection:
            changed(connection, place.tables, "acme")
    assert place.numbers() == (0, {})


def test_what_could_be_stored_by_half_is_refused(place: TriedPlace) -> None:
    """A connection that commits each statement, and a transaction in two phases."""
    with place.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if place.is_sqlite:  # there a transaction is begun in spite of it
            with pytest.raises(ZeroDivisionError), writing(connection) as own:
                changed(own, place.tables, "acme")
                1 / 0  # noqa: B018
        else:
            with pytest.raises(StoreError, match="AUTOCOMMIT"), writing(connection):
                pass
    assert place.numbers() == (0, {})
    if not place.is_sqlite:
        with (
            Session(place.engine, twophase=True) as session,
            pytest.raises(StoreError, match="two phases"),
            writing(session),
        ):
            pass
        with (
            place.engine.connect() as connection,
            connection.begin_twophase(),
            pytest.raises(StoreError, match="two phases"),
            writing(connection),
        ):
            pass


def test_other_binds_are_named(tmp_path: Path) -> None:
    """Who gives something else is told what to give."""
    for bind, said in (("sqlite://", "not `str`"), (None, "not `NoneType`")):
        with pytest.raises(TypeError, match=said), writing(bind):  # type: ignore[arg-type]
            pass


def test_sqlite_in_memory_is_one_database() -> None:
    """For tests: all connections of the engine are one."""
    engine = engine_of("sqlite://")
    with writing(engine) as connection:
        connection.exec_driver_sql("create table t (a int)")
    with reading(engine) as connection:
        assert connection.execute(sa.text("select * from t")).all() == []


def test_sqlite_lets_readers_and_a_writer_pass(tmp_path: Path) -> None:
    """A file is switched to the write-ahead log; one that may not be changed is read as it is."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    with writing(sa.create_engine(url), makes_file=True) as connection:
        connection.exec_driver_sql("create table t (a int)")
        assert connection.scalar(sa.text("pragma journal_mode")) == "delete"
    read_only = engine_of(f"sqlite:///file:{tmp_path / 'store.db'}?mode=ro&uri=true")
    with reading(read_only) as connection:
        assert connection.scalar(sa.text("pragma journal_mode")) == "delete"
    with reading(engine_of(url)) as connection:
        assert connection.scalar(sa.text("pragma journal_mode")) == "wal"


CATALOG = b"catalog: desk\npermissions: {show: Show}\n"


def entered(way: Callable[[Bind], AbstractContextManager[sa.Connection]], bind: Bind) -> None:
    """*way* into the store, without doing anything there."""
    with way(bind) as connection:
        connection.execute(sa.text("select 1"))


def test_nothing_makes_the_file_of_a_store_that_is_not_there(tmp_path: Path) -> None:
    """Whoever reads or writes is told where it would be, and how one is made; only `create` makes a file."""
    (tmp_path / "old").mkdir()
    missing = tmp_path / "old" / "nope%.db"
    engines = [
        engine_of(f"sqlite:///{missing}"),
        sa.create_engine(f"sqlite:///{missing}"),
        sa.create_engine(f"sqlite:///file:{quote(str(missing))}?mode=rwc&uri=true"),
    ]
    store, given = Store.open(engines[0]), Files(tmp_path, {"catalog.yaml": CATALOG})
    calls: list[Callable[[], object]] = [
        store.status,
        store.refresh,
        store.upgrade,
        store.policy,
        partial(store.plan, given),
        partial(store.apply, given),
        partial(Gate.from_store, f"sqlite:///{missing}"),
        partial(Gate.from_store, f"sqlite:///{missing}", keep=9),
        store.admin("ana", domain="acme").history,
        lambda: asyncio.run(AsyncStore.open(f"sqlite:///{tmp_path}/old/aio.db").status()),
        *(partial(entered, reading, bind) for bind in engines),
        *(partial(entered, writing, bind) for bind in engines),
        partial(entered, writing, Session(engines[1])),
    ]
    for call in calls:
        with pytest.raises(StoreError, match=r"there is no file `/.*(nope%|aio)\.db`.*`rolegate store init`"):
            call()
        assert [tmp_path / "old"] == list(tmp_path.rglob("*"))
    with pytest.raises(
        StoreError, match=r"there is no folder `/.*/no`.*make the folder: `rolegate store init"
    ):
        entered(reading, engine_of(f"sqlite:///{tmp_path}/no/store.db"))
    store.create()
    assert store.status().is_sound and missing.is_file()


def test_databases_in_memory_are_there() -> None:
    """Also the one that several connections share by its name, and one that SQLite deletes by itself."""
    for url in ("sqlite://", "sqlite:///:memory:", "sqlite:///file::memory:?cache=shared&uri=true"):
        entered(reading, engine_of(url))
        entered(writing, sa.create_engine(url))
