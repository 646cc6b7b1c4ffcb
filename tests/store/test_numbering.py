"""The number of the store is taken last, once in a transaction, and only for what stays."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from rolegate.errors import ConflictError, StoreError
from rolegate.store.databases import reading, writing
from rolegate.store.expected_revisions import expect_revisions
from rolegate.store.item import Item
from rolegate.store.numbering import changed_after, lock_domains, mark_changed
from store_places import TriedPlace, changed
from waiting import happens


def test_a_transaction_takes_one_number(place: TriedPlace) -> None:
    """Two domains that change together have one number, and a domain that changes twice counts once."""
    assert place.change("acme") == 1
    with writing(place.engine) as connection:
        first = changed(connection, place.tables, "beta", "acme")
        second = changed(connection, place.tables, "acme")
    assert first is second
    assert first.revision == 2
    assert place.numbers() == (2, {"acme": (2, 2), "beta": (1, 2)})


def test_who_changes_nothing_takes_no_number(place: TriedPlace) -> None:
    """Looking at a domain that one could change, and a change that fails, leave the numbers as they are."""
    place.change("acme")
    before = place.numbers()
    with writing(place.engine) as connection:
        lock_domains(connection, place.tables, ["acme"])
    with pytest.raises(ZeroDivisionError), writing(place.engine) as connection:
        changed(connection, place.tables, "acme")
        1 / 0  # noqa: B018
    assert place.numbers() == before


def test_locked_domains_say_what_they_are(place: TriedPlace) -> None:
    """Domains that are not there are made, and say nothing of themselves."""
    place.change("acme")
    with writing(place.engine) as connection:
        found = lock_domains(connection, place.tables, ["acme", "beta"])
        assert {name: row.revision for name, row in found.items()} == {"acme": 1, "beta": 0}
        assert lock_domains(connection, place.tables, []) == {}
    many = [f"d{number}" for number in range(1_200)]
    with writing(place.engine) as connection:
        assert sorted(lock_domains(connection, place.tables, many)) == sorted(many)


def test_the_number_comes_with_a_session_of_the_application(place: TriedPlace) -> None:
    """A change commits with the transaction of a session or connection, and is rolled back with it."""
    for make in (Session, lambda engine: scoped_session(sessionmaker(engine))):
        session = make(place.engine)
        with writing(session) as connection:
            number = changed(connection, place.tables, "acme")
        assert number.revision is None
        session.rollback()
        with writing(session) as connection:
            number = changed(connection, place.tables, "acme")
        with writing(session) as connection:
            assert changed(connection, place.tables, "beta") is number
        session.commit()
        assert number.revision == place.numbers()[0]
        session.commit()
        session.close()
    assert place.numbers() == (2, {"acme": (2, 2), "beta": (2, 2)})
    with place.engine.connect() as connection:
        for _ in range(2):
            with writing(connection) as own:
                number = changed(own, place.tables, "acme")
            connection.rollback()
            with writing(connection) as own:
                number = changed(own, place.tables, "acme")
            connection.commit()
    assert number.revision == 4
    assert place.numbers()[0] == 4


def test_a_savepoint_that_is_rolled_back_numbers_nothing(place: TriedPlace) -> None:
    """What a savepoint takes back is not marked any more, whoever made the savepoint, and however."""
    place.change("acme", "beta")
    with Session(place.engine) as session:
        with writing(session):
            pass
        with pytest.raises(ZeroDivisionError), session.begin_nested(), writing(session) as connection:
            number = changed(connection, place.tables, "acme")
            1 / 0  # noqa: B018
        connection.exec_driver_sql("SAVEPOINT of_the_application")
        number = changed(connection, place.tables, "acme")
        connection.exec_driver_sql("ROLLBACK TO SAVEPOINT of_the_application")
        session.commit()
    assert number.revision is None
    with Session(place.engine) as session:
        with writing(session) as connection:
            changed(connection, place.tables, "beta")
        with pytest.raises(ZeroDivisionError), writing(session) as connection:
            changed(connection, place.tables, "acme", "beta")
            1 / 0  # noqa: B018
        session.commit()
    assert place.numbers() == (2, {"acme": (1, 1), "beta": (2, 2)})


def test_what_the_row_of_the_store_gets_comes_with_the_number(place: TriedPlace) -> None:
    """Its values are those of changes that stay, and the last of them; they may be computed."""
    stores = place.tables.stores

    def said() -> tuple[str | None, int]:
        with reading(place.engine) as connection:
            row = connection.execute(sa.select(stores.c.source, stores.c.files_revision)).one()
            return row.source, row.files_revision

    with Session(place.engine) as session:
        connection = session.connection()
        lock_domains(connection, place.tables, ["", "acme"])
        first = {"source": "first", "files_revision": stores.c.revision + 1}
        mark_changed(connection, place.tables, [""], first)
        with connection.begin_nested() as savepoint:
            mark_changed(connection, place.tables, ["acme"], {"source": "second"})
            savepoint.rollback()
        mark_changed(connection, place.tables, ["acme"])
        session.commit()
    assert said() == ("first", 1)
    with writing(place.engine) as connection:
        lock_domains(connection, place.tables, ["", "acme"])
        with connection.begin_nested() as savepoint:
            mark_changed(connection, place.tables, [""], {"source": "third", "files_revision": 99})
            savepoint.rollback()
        mark_changed(connection, place.tables, ["acme"], {"source": "fourth"})
        mark_changed(connection, place.tables, ["acme"])
    assert said() == ("fourth", 1)
    with pytest.raises(ValueError, match="change with a domain"), writing(place.engine) as connection:
        mark_changed(connection, place.tables, [], {"source": "fifth"})


def test_tables_without_a_store_take_no_change(place: TriedPlace) -> None:
    """Without the row that is counted, nothing could be numbered, and nothing is stored."""
    with place.engine.begin() as connection:
        connection.execute(place.tables.stores.delete())
    with pytest.raises(StoreError, match="create it first"):
        place.change("acme")
    assert place.numbers() == (0, {})
    with pytest.raises(StoreError, match="create it first"), reading(place.engine) as connection:
        changed_after(connection, place.tables, 0)


def test_a_commit_that_fails_leaves_nothing_for_the_next(place: TriedPlace) -> None:
    """When the number cannot be taken, the connection of the application is rolled back, and can go on."""
    with place.engine.connect() as connection:
        with connection.begin():
            connection.execute(place.tables.stores.delete())
        with writing(connection) as own:
            changed(own, place.tables, "acme")
        with pytest.raises(StoreError, match="create it first"):
            connection.commit()
        connection.rollback()
        connection.execute(place.tables.files.insert().values(name="a", text="", digest=""))
        connection.commit()
    assert place.numbers() == (0, {})


def test_an_item_that_somebody_else_changed_is_named(place: TriedPlace) -> None:
    """A writer says which revision of an item it has read; another one is a conflict, and never merged."""
    role = Item("role", "acme", "lead", {"role": "lead"})
    line = Item("binding", "", "5f", {"user": "ana"})
    rows = [
        {
            "domain": item.domain,
            "kind": item.kind,
            "key": item.key,
            "document": item.text,
            "digest": item.digest,
            "owner": "files",
            "revision": 3,
            "compiler": 1,
        }
        for item in (role, line)
    ]
    with place.engine.begin() as connection:
        connection.execute(place.tables.items.insert(), rows)
    gone = Item("team", "acme", "sales", {}).identity
    with writing(place.engine) as connection:
        expect_revisions(connection, place.tables, {role.identity: 3, line.identity: 3, gone: 0})
        for identity, expected, said in (
            (
                role.identity,
                2,
                "role `lead` in domain `acme` was changed by somebody else: it is at revision 3",
            ),
            (role.identity, 0, "there is a role `lead` in domain `acme` already"),
            (line.identity, 4, "a binding was changed by somebody else"),
            (gone, 1, "team `sales` in domain `acme` was removed by somebody else"),
        ):
            with pytest.raises(ConflictError, match=said):
                expect_revisions(connection, place.tables, {identity: expected})


def test_an_open_transaction_of_one_tenant_delays_no_other(place: TriedPlace) -> None:
    """On PostgreSQL another tenant saves meanwhile; on SQLite it waits for the one writer, and then saves."""
    place.change("acme", "beta")
    done = threading.Event()
    saved: list[int | None] = []

    def save() -> None:
        saved.append(place.change("beta"))
        done.set()

    with Session(place.engine) as session:
        with writing(session) as connection:
            number = changed(connection, place.tables, "acme")
        other = threading.Thread(target=save)
        other.start()
        if not place.is_sqlite:
            assert happens(done.is_set)
        session.commit()
    other.join()
    assert (number.revision, saved) == ((2, [3]) if place.is_sqlite else (3, [2]))
