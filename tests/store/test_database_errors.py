"""What databases refuse is said in a sentence with a next step, and never in their words."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from rolegate.errors import ConflictError, StoreError
from rolegate.store.database_errors import database_errors
from rolegate.store.databases import engine_of, reading, writing
from rolegate.store.tables import StoreTables
from store_places import TriedPlace, changed, place_at


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[TriedPlace]:
    """A place on PostgreSQL."""
    with place_at(postgres_url, StoreTables("of_errors")) as found:
        yield found


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[TriedPlace]:
    """A place in a file of SQLite, at which nobody waits."""
    with place_at(f"sqlite:///{tmp_path / 'store.db'}?timeout=0.01", StoreTables()) as found:
        yield found


@contextmanager
def refused(said: str, kind: type[StoreError] = StoreError) -> Iterator[None]:
    """The error is of that kind, says that, and has a code; it has no secret, and nothing of locks."""
    with pytest.raises(StoreError, match=said) as caught:
        yield
    assert type(caught.value) is kind
    assert f"({'RG920' if kind is ConflictError else 'RG921'})" in str(caught.value)
    for word in ("lock", "s3cret", "Background on this error", "[SQL"):
        assert word not in str(caught.value)


def lost(said: str) -> object:
    return refused(said, ConflictError)


def test_a_writer_who_did_not_finish_in_time(sqlite: TriedPlace, postgres: TriedPlace) -> None:
    """Whoever waited for another writer in vain has lost a race; so has whoever waits on PostgreSQL."""
    for place in (sqlite, postgres):
        with writing(place.engine) as connection:
            changed(connection, place.tables, "acme")
            with lost("did not finish in time"), writing(place.engine) as other:  # type: ignore[attr-defined]
                if place is postgres:
                    other.exec_driver_sql("SET LOCAL lock_timeout = '10ms'")
                changed(other, place.tables, "acme")
        assert place.numbers()[0] == 1


def test_a_state_that_is_no_longer_the_last(sqlite: TriedPlace, postgres: TriedPlace) -> None:
    """An application that read before somebody else wrote, in a transaction that shows one state."""
    for place, level, said in (
        (sqlite, "SERIALIZABLE", "after this transaction began to read"),
        (postgres, "REPEATABLE READ", "at the same time"),
    ):
        with Session(place.engine.execution_options(isolation_level=level)) as session:
            if place is sqlite:
                session.connection().exec_driver_sql("BEGIN")
            session.scalar(sa.select(place.tables.stores.c.revision))
            place.change("acme")
            with lost(said), writing(session) as connection:  # type: ignore[attr-defined]
                changed(connection, place.tables, "acme")
            session.rollback()
            with writing(session) as connection:
                changed(connection, place.tables, "acme")
            session.commit()
        assert place.numbers()[0] == 2


def test_a_commit_that_lost_its_race(postgres: TriedPlace) -> None:
    """In REPEATABLE READ the number cannot be taken after somebody else's: the commit says so."""
    postgres.change("acme", "beta")
    with Session(postgres.engine.execution_options(isolation_level="REPEATABLE READ")) as session:
        with writing(session) as connection:
            changed(connection, postgres.tables, "acme")
        postgres.change("beta")
        with lost("at the same time"):  # type: ignore[attr-defined]
            session.commit()
    assert postgres.numbers() == (2, {"acme": (1, 1), "beta": (2, 2)})


def test_two_who_wait_for_each_other(postgres: TriedPlace) -> None:
    """Domains that are not locked in one order: the database gives up one of the two."""
    postgres.change("acme", "beta")
    first_has, second_has = threading.Event(), threading.Event()
    said: list[str] = []

    def change(one: str, mine: threading.Event, theirs: threading.Event, other: str) -> None:
        try:
            with writing(postgres.engine) as connection:
                changed(connection, postgres.tables, one)
                mine.set()
                theirs.wait(20)
                changed(connection, postgres.tables, other)
        except ConflictError as error:
            said.append(str(error))

    second = threading.Thread(target=change, args=("beta", second_has, first_has, "acme"))
    second.start()
    change("acme", first_has, second_has, "beta")
    second.join()
    assert len(said) == 1 and "waited for each other" in said[0]
    assert postgres.numbers()[0] == 2


def test_what_somebody_else_has_just_created(sqlite: TriedPlace, postgres: TriedPlace) -> None:
    """A row that is there already."""
    for place in (sqlite, postgres):
        row = place.tables.files.insert().values(name="catalog", text="", digest="")
        with lost("has just created the same"), writing(place.engine) as connection:  # type: ignore[attr-defined]
            connection.execute(row)
            connection.execute(row)


def test_tables_that_are_not_there(sqlite: TriedPlace, postgres: TriedPlace) -> None:
    """Another prefix or schema, and columns of another version."""
    for place in (sqlite, postgres):
        for tables in (StoreTables(prefix="other_"), StoreTables(place.tables.schema, "other_")):
            with (
                refused("has no tables of a store.*`rolegate store init`"),
                reading(place.engine) as connection,
            ):
                connection.execute(sa.select(tables.stores))
        with refused("those of another version"), reading(place.engine) as connection:
            connection.execute(sa.select(sa.column("since")).select_from(place.tables.stores))


def test_databases_that_can_only_be_read(sqlite: TriedPlace, postgres: TriedPlace) -> None:
    """A file that is opened so, and a server on which nobody may write, as on a replica."""
    path = make_url(sqlite.url).database
    only = engine_of(f"sqlite:///file:{path}?mode=ro&uri=true")
    with refused("can only be read"), writing(only) as connection:
        changed(connection, sqlite.tables, "acme")
    url = make_url(postgres.url).update_query_dict({"options": "-cdefault_transaction_read_only=on"})
    with refused("can only be read"), writing(engine_of(url)) as connection:
        changed(connection, postgres.tables, "acme")


def test_databases_that_cannot_be_reached(tmp_path: Path, postgres_url: str) -> None:
    """No server, no such database, no such user; the password is not shown."""
    url = make_url(postgres_url)
    nobody = url.set(username="nobody", password="s3cret")
    for engine, said in (
        (
            engine_of("postgresql://ana:s3cret@127.0.0.1:1/app"),
            r"ana:\*\*\*@127.0.0.1:1/app cannot be reached",
        ),
        (engine_of(url.set(database="other")), "does not exist on this server"),
        (engine_of(nobody), "does not let this user in"),
        (engine_of(f"sqlite:///{tmp_path / 'no' / 'store.db'}"), "there is no folder `.*/no`"),
    ):
        with refused(said), reading(engine):
            pass
    other = tmp_path / "other.db"
    other.write_text("nothing of SQLite, but long enough to be looked at\n" * 100)
    with refused("is not a database of SQLite"), reading(engine_of(f"sqlite:///{other}")) as connection:
        connection.execute(sa.text("select * from t"))


def test_a_connection_that_is_lost(postgres: TriedPlace) -> None:
    """The server ends it in the middle: nothing is stored, and the next one is a new one."""
    with refused("the connection was lost"), writing(postgres.engine) as connection:
        changed(connection, postgres.tables, "acme")
        pid = connection.scalar(sa.text("select pg_backend_pid()"))
        with engine_of(postgres.url).connect() as other:
            other.execute(sa.text("select pg_terminate_backend(:pid)"), {"pid": pid})
        connection.execute(sa.select(postgres.tables.stores))
    assert postgres.change("acme") == 1


def test_a_connection_that_is_lost_before_the_commit(postgres: TriedPlace) -> None:
    """The number cannot be taken any more: the commit of the application says so, and it can go on."""
    with Session(postgres.engine) as session:
        for _ in range(2):
            with writing(session) as connection:
                changed(connection, postgres.tables, "acme")
            pid = session.scalar(sa.text("select pg_backend_pid()"))
            with engine_of(postgres.url).connect() as other:
                other.execute(sa.text("select pg_terminate_backend(:pid)"), {"pid": pid})
            with refused("the connection was lost"):
                session.commit()
            session.rollback()
        with writing(session) as connection:
            number = changed(connection, postgres.tables, "acme")
        session.commit()
    assert number.revision == 1


def test_connections_that_are_all_taken(tmp_path: Path) -> None:
    """The pool of the process is empty."""
    (tmp_path / "store.db").touch()
    url = f"sqlite:///{tmp_path / 'store.db'}"
    engine = sa.create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.01)
    with reading(engine), refused("no connection left in the pool"), reading(engine):
        pass


def test_a_transaction_that_failed_before(postgres: TriedPlace) -> None:
    """The error of the application is its own; what comes after it is explained."""
    with Session(postgres.engine) as session:
        connection = session.connection()
        with pytest.raises(sa.exc.ProgrammingError):
            connection.exec_driver_sql("select nonsense")
        with refused("an earlier statement of this transaction failed"), writing(connection):
            pass


def test_errors_of_the_driver_itself(sqlite: TriedPlace, postgres: TriedPlace) -> None:
    """Rows that are copied go past SQLAlchemy."""
    for place in (sqlite, postgres):
        with reading(place.engine) as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            with refused("has no tables of a store"), database_errors(place.url):
                driver.execute("select * from nowhere")


def test_what_nobody_thought_of_has_its_name(postgres: TriedPlace) -> None:
    """The name that the database has for it, to be reported."""
    with refused("which it calls 22012"), reading(postgres.engine) as connection:
        connection.exec_driver_sql("select 1 / 0")
    with pytest.raises(ZeroDivisionError), database_errors("sqlite://"):
        1 / 0  # noqa: B018
