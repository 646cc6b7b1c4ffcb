"""A protected session gives one subject its rows, whatever the statement; what it cannot cover is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, exists, func, select, text, union, update
from sqlalchemy.orm import (
    Session,
    aliased,
    join,
    joinedload,
    make_transient_to_detached,
    scoped_session,
    selectinload,
    sessionmaker,
    subqueryload,
)

from rolegate.records import (
    AnyOf,
    Compare,
    Condition,
    FixedSubjectError,
    OfUser,
    RecordError,
    Related,
    User,
    criterion,
    protect,
    subject_of,
)
from tickets import Customer, Ticket, Watcher, fill

OWN = Compare("assignee_id", "eq", OfUser("id"))
CONDITIONS: dict[str, Condition] = {
    "tickets.show": AnyOf((OWN, Related("parent", "one", AnyOf((OWN, Related("parent", "one", OWN)))))),
    "customers.show": Compare("owner_id", "eq", OfUser("id")),
}


class Reader:
    """Who sees what she is assigned, the children of that, and their children."""

    def __init__(self, user: str) -> None:
        self.user = User(user)

    def where(self, permission: str, model: Any) -> sa.ColumnElement[bool]:
        return criterion(CONDITIONS[permission], model, self.user)


@pytest.fixture(scope="module")
def filled(engine: sa.Engine) -> sa.Engine:
    """An engine with the tables of the help desk."""
    fill(engine, 40)
    return engine


@pytest.fixture
def session(filled: sa.Engine) -> Iterator[Session]:
    """A session protected for ana; nothing it does stays."""
    with Session(filled) as session:
        protect(session, {Ticket: "tickets.show", Customer: "customers.show"}, Reader("ana"))
        yield session
        session.rollback()


@pytest.fixture
def mine(filled: sa.Engine) -> set[int]:
    """The tickets ana may see."""
    with Session(filled) as session:
        return set(session.scalars(select(Ticket.id).where(Reader("ana").where("tickets.show", Ticket))))


@pytest.fixture
def parents(filled: sa.Engine) -> dict[int, int | None]:
    """The parent of each ticket."""
    with Session(filled) as session:
        return {row.id: row.parent_id for row in session.execute(select(Ticket.id, Ticket.parent_id))}


Other = aliased(Ticket)
READS: dict[str, Callable[[Session], Any]] = {
    "entities": lambda s: {ticket.id for ticket in s.scalars(select(Ticket))},
    "columns": lambda s: set(s.scalars(select(Ticket.id))),
    "alias": lambda s: set(s.scalars(select(Other.id))),
    "subquery": lambda s: set(s.scalars(select(select(Ticket.id).subquery().c.id))),
    "cte": lambda s: set(s.scalars(select(select(Ticket.id).cte().c.id))),
    "entity of a subquery": lambda s: {
        t.id for t in s.scalars(select(aliased(Ticket, select(Ticket).subquery())))
    },
    "union": lambda s: set(s.scalars(union(select(Ticket.id), select(Other.id)))),
    "query": lambda s: {ticket.id for ticket in s.query(Ticket)},
    "yielded": lambda s: {t.id for t in s.scalars(select(Ticket).execution_options(yield_per=3))},
    "get": lambda s: {i for i in range(1, 41) if s.get(Ticket, i) is not None},
    "updated": lambda s: set(s.scalars(update(Ticket).values(urgent=True).returning(Ticket.id))),
    "in a subquery": lambda s: set(s.scalars(select(Ticket.id).where(Ticket.id.in_(select(Other.id))))),
}


@pytest.mark.parametrize("read", READS.values(), ids=list(READS))
def test_each_statement_is_limited(session: Session, mine: set[int], read: Callable[[Session], Any]) -> None:
    """Whatever an ORM statement reads or writes, it is the rows of the subject."""
    assert 0 < len(mine) < 40
    assert mine == read(session)


def test_counts_and_sums_are_limited(session: Session, mine: set[int]) -> None:
    """A number tells about rows, too."""
    assert len(mine) == session.scalar(select(func.count()).select_from(Ticket))
    assert len(mine) == session.query(Ticket).count()
    assert sum(mine) == session.scalar(select(func.sum(Ticket.id)))


@pytest.mark.parametrize(
    "statement",
    [
        select(Ticket.id, Other.id).join(Other, Ticket.parent_id == Other.id),
        select(Ticket.id, Other.id).join(Ticket.parent.of_type(Other)),
        select(Ticket.id, Other.id).select_from(join(Ticket, Other, Ticket.parent_id == Other.id)),
        select(Ticket.id, Other.id).where(Ticket.parent_id == Other.id),
    ],
)
def test_both_sides_of_a_join_are_limited(
    session: Session, mine: set[int], parents: dict[int, int | None], statement: Any
) -> None:
    """An alias in an ON clause is limited as itself."""
    pairs = {(id, parents[id]) for id in mine if parents[id] in mine}
    assert pairs
    assert pairs == {tuple(row) for row in session.execute(statement)}


def test_outer_joins_keep_the_left_side(
    session: Session, mine: set[int], parents: dict[int, int | None]
) -> None:
    """A hidden row on the right is as if it were not there."""
    rows = session.execute(select(Ticket.id, Other.id).outerjoin(Other, Ticket.parent_id == Other.id))
    assert {(id, parents[id] if parents[id] in mine else None) for id in mine} == {tuple(r) for r in rows}


@pytest.mark.parametrize("load", [None, selectinload, joinedload, subqueryload])
def test_relationships_are_limited(filled: sa.Engine, session: Session, mine: set[int], load: Any) -> None:
    """Lazy and eager loading give the related rows the subject may see."""
    options = [] if load is None else [load(Customer.tickets)]
    customers = session.scalars(select(Customer).options(*options)).unique().all()
    assert customers
    assert {"ana"} == {customer.owner_id for customer in customers}
    with filled.connect() as plain:
        table = Ticket.__table__
        of = select(table.c.id).where(table.c.customer_id.in_([customer.id for customer in customers]))
        expected = mine & set(plain.scalars(of))
    assert expected == {ticket.id for customer in customers for ticket in customer.tickets}


def test_bulk_changes_are_limited(session: Session, mine: set[int]) -> None:
    """An UPDATE or DELETE touches the rows of the subject."""
    changed: Any = session.execute(update(Ticket).values(urgent=True))
    assert len(mine) == changed.rowcount
    session.execute(update(Watcher).values(ticket_id=None))
    session.connection().execute(text("delete from ticket_tags"))
    session.connection().execute(text("update tickets set parent_id = null, assignee_id = 'ana'"))
    gone: Any = session.execute(delete(Ticket).where(Ticket.id < 11))
    assert 10 == gone.rowcount


def test_models_only_in_a_where_clause_are_limited(session: Session, mine: set[int]) -> None:
    """Nobody learns of a hidden row by asking whether it exists."""
    hidden = min(set(range(1, 41)) - mine)
    assert not session.scalar(select(exists().where(Ticket.id == hidden)))
    assert [] == session.scalars(select(Customer.id).where(Customer.tickets.any(Ticket.id == hidden))).all()


def test_the_cache_of_statements_keeps_subjects_apart(filled: sa.Engine) -> None:
    """The same statement, compiled once, gives each subject its own rows."""
    statement = select(Ticket.id, Other.id).join(Other, Ticket.parent_id == Other.id)
    found = []
    for user in ("ana", "1", "ana"):
        with Session(filled) as session:
            protect(session, {Ticket: "tickets.show"}, Reader(user))
            pairs = {tuple(row) for row in session.execute(statement)}
            own = set(session.scalars(select(Ticket.id)))
            assert all({one, other} <= own for one, other in pairs)
            found.append((pairs, own))
    assert found[0] == found[2] != found[1]


def test_what_is_not_covered_is_documented(session: Session, mine: set[int]) -> None:
    """The page says so; whoever writes one of these adds `subject.where(…)`, or asks `subject.can`."""
    table = Ticket.__table__
    everything = set(range(1, 41))
    uncovered = {
        "a Core select": set(session.scalars(select(table.c.id))),
        "a text": set(session.scalars(text("select id from tickets"))),
        "from_statement": {
            t.id for t in session.scalars(select(Ticket).from_statement(text("select * from tickets")))
        },
        "a connection": set(session.connection().scalars(select(Ticket.id))),
    }
    assert dict.fromkeys(uncovered, everything) == uncovered
    with_where = select(table.c.id).where(Reader("ana").where("tickets.show", Ticket))
    assert mine == set(session.scalars(with_where))


Write = Callable[[Session, int], Any]


def forged(id: int, **given: Any) -> Ticket:
    """An object that says it was loaded."""
    ticket = Ticket(id=id)
    make_transient_to_detached(ticket)
    for name, value in given.items():
        setattr(ticket, name, value)
    return ticket


REFUSED: dict[str, Write] = {
    "update by key": lambda s, i: s.execute(update(Ticket), [{"id": i, "team_id": "x"}]),
    "update of several": lambda s, i: s.execute(
        update(Ticket).where(Ticket.id == sa.bindparam("i")), ({"i": i, "team_id": "x"},)
    ),
    "update past the ORM": lambda s, i: s.execute(
        update(Ticket).values(team_id="x"), execution_options={"dml_strategy": "core_only"}
    ),
    "update past the ORM by the statement": lambda s, i: s.execute(
        update(Ticket).values(team_id="x").execution_options(dml_strategy="core_only")
    ),
    "add": lambda s, i: s.add(forged(i)),
    "add by the way": lambda s, i: s.add(Watcher(id=999, ticket=forged(i))),
    "merge": lambda s, i: s.merge(forged(i), load=False),
    "delete": lambda s, i: s.delete(forged(i)),
}


@pytest.mark.parametrize("write", REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_limited_is_refused(session: Session, mine: set[int], write: Write) -> None:
    """Where it can be seen; nothing of it stays in the session."""
    hidden = min(set(range(1, 41)) - mine)
    with pytest.raises(RecordError, match=r"cannot (be limited in|join) a protected session"):
        write(session, hidden)
    session.expunge_all()
    assert session.get(Ticket, hidden) is None
    of = select(Ticket.__table__).where(Ticket.__table__.c.id == hidden)
    assert "x" != session.connection().execute(of).one().team_id


def test_a_refused_object_is_not_in_the_session(session: Session, mine: set[int]) -> None:
    """Whoever catches the error has not got round it."""
    ticket = forged(min(set(range(1, 41)) - mine))
    with pytest.raises(RecordError):
        session.add(ticket)
    assert ticket not in session
    assert session.get(Ticket, ticket.id) is None


def test_what_is_not_limited_is_written_as_ever(session: Session, mine: set[int]) -> None:
    """Other classes, one row by its key and a WHERE clause, and deleted objects that come back."""
    session.execute(update(Watcher), [{"id": 1, "user_id": "x"}])
    assert "x" == session.get_one(Watcher, 1).user_id
    own = min(mine)
    statement = update(Ticket).where(Ticket.id == sa.bindparam("i")).values(team_id="x")
    for id, rows in ((own, 1), (min(set(range(1, 41)) - mine), 0)):
        changed: Any = session.execute(statement, {"i": id})
        assert rows == changed.rowcount
    session.rollback()
    session.connection().execute(text("delete from ticket_tags"))
    session.connection().execute(text("delete from watchers"))
    session.connection().execute(text("update tickets set parent_id = null"))
    ticket = session.scalars(select(Ticket).where(Ticket.assignee_id == "ana")).first()
    assert ticket is not None
    session.delete(ticket)
    session.flush()
    session.rollback()
    assert ticket in session


def test_bulk_methods_and_upserts_are_not_covered(session: Session, mine: set[int]) -> None:
    """No event tells of the methods, and an INSERT is nobody's; the page says so."""
    first, second, third = sorted(set(range(1, 41)) - mine)[:3]
    session.bulk_update_mappings(sa.inspect(Ticket), [{"id": first, "team_id": "x"}])
    session.bulk_save_objects([forged(second, team_id="x")])
    dialect: Any = import_module(f"sqlalchemy.dialects.{session.get_bind().dialect.name}")
    upsert = dialect.insert(Ticket).values(id=third)
    session.execute(upsert.on_conflict_do_update(index_elements=["id"], set_={"team_id": "x"}))
    changed = select(Ticket.__table__.c.id).where(Ticket.__table__.c.team_id == "x")
    assert {first, second, third} == set(session.connection().scalars(changed))


def test_a_session_is_protected_and_no_other(filled: sa.Engine, mine: set[int]) -> None:
    """Of a scoped session the one there is now: the next one, and every other, is free."""
    scoped = scoped_session(sessionmaker(filled))
    protect(scoped, {Ticket: "tickets.show"}, Reader("ana"))
    assert subject_of(scoped) is subject_of(scoped()) is not None
    assert mine == set(scoped.scalars(select(Ticket.id)))
    with scoped.session_factory() as other:
        assert 40 == other.scalar(select(func.count()).select_from(Ticket))
    scoped.remove()
    assert subject_of(scoped) is None
    protect(scoped, {Ticket: "tickets.show"}, Reader("1"))
    assert mine != set(scoped.scalars(select(Ticket.id)))
    scoped.remove()


def test_the_session_inside_of_another_one_is_protected(filled: sa.Engine, mine: set[int]) -> None:
    """As an `AsyncSession` has one."""

    class Outer:
        def __init__(self) -> None:
            self.sync_session = Session(filled)

    outer = Outer()
    protect(outer, {Ticket: "tickets.show"}, Reader("ana"))
    with outer.sync_session as session:
        assert subject_of(outer) is subject_of(session) is not None
        assert mine == set(session.scalars(select(Ticket.id)))


def test_what_is_no_session_is_refused(filled: sa.Engine) -> None:
    """Not a class, whose every session would be limited, nor what makes sessions."""
    for other in (Session, sessionmaker(filled), filled, None):
        with pytest.raises(RecordError, match="expected a session"):
            protect(other, {Ticket: "tickets.show"}, Reader("ana"))
        with pytest.raises(RecordError, match="expected a session"):
            subject_of(other)


def test_loaded_objects_are_not_covered(session: Session) -> None:
    """What is in the session already stays there, and can be read again."""
    ticket = session.scalars(
        select(Ticket).where(Ticket.assignee_id == "ana", Ticket.parent_id.is_(None))
    ).first()
    assert ticket is not None
    ticket.assignee_id = "bo"
    session.flush()
    session.refresh(ticket)
    assert ticket is session.get(Ticket, ticket.id)
    assert ticket.id not in set(session.scalars(select(Ticket.id)))


def test_inserts_are_not_covered(session: Session) -> None:
    """A new row is nobody's until it is asked for."""
    session.execute(sa.insert(Ticket), [{"id": 901, "assignee_id": "bo"}, {"id": 902, "assignee_id": "ana"}])
    session.add(Ticket(id=903, assignee_id="bo"))
    session.flush()
    session.expunge_all()
    assert {902} == set(session.scalars(select(Ticket.id).where(Ticket.id > 900)))


def test_the_subject_of_a_session_cannot_be_changed(filled: sa.Engine) -> None:
    """Not by a second call, not in `info`; and not after objects were loaded for nobody in particular."""
    ana = Reader("ana")
    with Session(filled) as session:
        assert subject_of(session) is None
        protect(session, {Ticket: "tickets.show"}, ana)
        assert subject_of(session) is ana
        with pytest.raises(FixedSubjectError):
            protect(session, {Ticket: "tickets.show"}, Reader("bo"))
        kept = session.info["rolegate.subject"]
        for forged in (Reader("bo"), None, copy(kept)):
            session.info["rolegate.subject"] = forged
            with pytest.raises(FixedSubjectError):
                session.scalars(select(Ticket))
        del session.info["rolegate.subject"]
        with pytest.raises(FixedSubjectError):
            session.execute(text("select 1"))
    with Session(filled) as session:
        loaded = session.scalars(select(Ticket)).all()
        with pytest.raises(RecordError, match="protect it first"):
            protect(session, {Ticket: "tickets.show"}, ana)
        assert loaded


def test_what_cannot_be_translated_raises_at_once(filled: sa.Engine) -> None:
    """A session is not half protected."""
    with Session(filled) as session:
        with pytest.raises(RecordError):
            protect(session, {Ticket: "tickets.show", Customer: "tickets.show"}, Reader("ana"))
        assert subject_of(session) is None
        assert 40 == session.scalar(select(func.count()).select_from(Ticket))
