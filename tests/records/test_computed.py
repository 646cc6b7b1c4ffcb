"""Columns that are computed from rows of a protected class: limited, however and whenever they are read."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    Session,
    WriteOnlyMapped,
    aliased,
    column_property,
    deferred,
    joinedload,
    mapped_column,
    query_expression,
    relationship,
    selectinload,
    subqueryload,
    undefer,
    undefer_group,
    with_expression,
    with_polymorphic,
)

from drawing import some
from readers import Owner, protected
from rolegate.records import RecordError, protect

SECRET = "~ not hers"
"""What hidden rows hold: it comes last in every order, so a maximum over them shows it."""


class Base(DeclarativeBase):
    """The tables of this file."""


class Ticket(Base):
    """A row of somebody, about a shop, below another one."""

    __tablename__ = "computed_ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    word: Mapped[str]
    shop_id: Mapped[int | None] = mapped_column(sa.ForeignKey("computed_shop.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("computed_ticket.id"))
    shop: Mapped[Shop | None] = relationship(back_populates="tickets")
    parent: Mapped[Ticket | None] = relationship(remote_side=[id], back_populates="kids")
    kids: Mapped[list[Ticket]] = relationship(back_populates="parent")


class Shop(Base):
    """What is not protected itself; some shops have a second table."""

    __tablename__ = "computed_shop"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    note: Mapped[str | None]
    tickets: Mapped[list[Ticket]] = relationship(back_populates="shop")
    written: WriteOnlyMapped[Ticket] = relationship(viewonly=True)
    dynamic: DynamicMapped[Ticket] = relationship(viewonly=True)
    shown: Mapped[str | None] = query_expression()
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "small"}  # noqa: RUF012


class Big(Shop):
    """A shop of two tables."""

    __tablename__ = "computed_big"
    id: Mapped[int] = mapped_column(sa.ForeignKey("computed_shop.id"), primary_key=True)
    size: Mapped[int | None]
    __mapper_args__ = {"polymorphic_identity": "big"}  # noqa: RUF012


Other = aliased(Ticket)


def number(shop: Any) -> Any:
    """How many tickets a shop has."""
    return (
        select(func.count(Ticket.id)).where(Ticket.shop_id == shop).correlate_except(Ticket).scalar_subquery()
    )


def last(shop: Any) -> Any:
    """The last word on the tickets of a shop."""
    return select(func.max(Other.word)).where(Other.shop_id == shop).correlate_except(Other).scalar_subquery()


def kids(what: Any) -> Any:
    """Something of the tickets below a ticket."""
    return select(what).where(Other.parent_id == Ticket.id).correlate_except(Other).scalar_subquery()


for model in (Shop, Big):
    name = "" if model is Shop else "big_"
    setattr(model, f"{name}number", column_property(number(model.id)))
    setattr(model, f"{name}last", deferred(last(model.id), group="words"))
    setattr(model, f"{name}is_open", deferred(exists().where(Ticket.shop_id == model.id)))
Ticket.number = column_property(kids(func.count(Other.id)))
Ticket.last = deferred(kids(func.max(Other.word)))
SHOP, BIG, TICKET = (
    ("number", "last", "is_open"),
    ("number", "last", "is_open", "big_number", "big_last", "big_is_open"),
    ("number", "last"),
)


tables: dict[Any, Any] = {model: model.__table__ for model in (Shop, Big, Ticket)}


Rows = list[dict[str, Any]]


@pytest.fixture(scope="module", params=range(some(2)))
def rows(request: pytest.FixtureRequest, engine: sa.Engine) -> Rows:
    """Random tickets of six shops, three of which have two tables."""
    rng = random.Random(request.param)
    found: Rows = []
    for id in range(1, 25):
        owner = rng.choice(["ana", "ana", "bo"])
        word = f"word {rng.randrange(100):02}" if owner == "ana" else SECRET
        parent = rng.choice([None, *range(1, id)]) if id > 1 else None
        row = {"id": id, "owner": owner, "word": word, "parent_id": parent}
        found.append({**row, "shop_id": rng.choice([None, *range(1, 7)])})
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        kinds = [{"id": n, "kind": "small" if n < 4 else "big"} for n in range(1, 7)]
        connection.execute(insert(tables[Shop]), kinds)
        connection.execute(insert(tables[Big]), [{"id": n} for n in range(4, 7)])
        connection.execute(insert(tables[Ticket]), found)
    return found


@pytest.fixture
def session(engine: sa.Engine, rows: Rows) -> Iterator[Session]:
    """A session protected for ana; what it does does not stay."""
    with protected(engine, Ticket, "show") as session:
        yield session


def expected(rows: Rows, key: str, value: int, names: tuple[str, ...]) -> tuple[Any, ...]:
    """What the computed columns are, counted from the rows of ana."""
    hers = [row for row in rows if row["owner"] == "ana" and row[key] == value]
    right = {
        "number": len(hers),
        "last": max((row["word"] for row in hers), default=None),
        "is_open": bool(hers),
    }
    return tuple(right[name.removeprefix("big_")] for name in names)


def told(row: Any) -> tuple[Any, ...]:
    """The computed columns of an object, whenever they are loaded."""
    names = BIG if isinstance(row, Big) else SHOP if isinstance(row, Shop) else TICKET
    return tuple(getattr(row, name) for name in names)


def right(rows: Rows, row: Any) -> tuple[Any, ...]:
    key = "parent_id" if isinstance(row, Ticket) else "shop_id"
    names = BIG if isinstance(row, Big) else SHOP if isinstance(row, Shop) else TICKET
    return expected(rows, key, row.id, names)


def again(session: Session, model: Any, do: Callable[[Any], Any]) -> list[Any]:
    """The objects of a class after something was done to each."""
    found = list(session.scalars(select(model)))
    for row in found:
        told(row)
        do(row)
    return found


def added(session: Session, model: Any) -> list[Any]:
    """A new object, as owner of rows that it did not have before."""
    row: Any = model(id=90, owner="bo", word=SECRET) if model is Ticket else model(id=90, kind=None)
    if model is not Ticket:
        row.kind = "big" if model is Big else "small"
    session.add(row)
    session.flush()
    key = Ticket.parent_id if model is Ticket else Ticket.shop_id
    session.execute(update(Ticket).values({key: 90}))
    connection = session.connection()
    table = tables[Ticket]
    connection.execute(sa.update(table).where(table.c.id != 90).values({key.key: 90}))
    session.expire_all()
    return [row]


OBJECTS: dict[str, Callable[[Session, Any], list[Any]]] = {
    "loaded": lambda s, m: list(s.scalars(select(m))),
    "undeferred": lambda s, m: list(s.scalars(select(m).options(undefer("*")))),
    "a group": lambda s, m: list(s.scalars(select(m).options(undefer_group("words")))),
    "refreshed": lambda s, m: again(s, m, s.refresh),
    "refreshed by name": lambda s, m: again(s, m, lambda row: s.refresh(row, ["number", "last"])),
    "expired": lambda s, m: again(s, m, s.expire),
    "expired by name": lambda s, m: again(s, m, lambda row: s.expire(row, ["number", "last"])),
    "committed": lambda s, m: again(s, m, lambda row: s.expire_all()),
    "by key": lambda s, m: [row for n in range(1, 25) if (row := s.get(m, n)) is not None],
    "populated": lambda s, m: list(s.scalars(select(m).execution_options(populate_existing=True))),
    "merged": lambda s, m: [s.merge(m(id=key)) for key in s.scalars(select(m.id)).all()],
    "queried": lambda s, m: s.query(m).all(),
    "unioned": lambda s, m: list(s.scalars(select(m).from_statement(sa.union(select(m), select(m))))),
    "an alias": lambda s, m: list(s.scalars(select(aliased(m)))),
    "of a subquery": lambda s, m: list(s.scalars(select(aliased(m, select(m).subquery())))),
    "polymorphic": lambda s, m: list(s.scalars(select(m if m is Ticket else with_polymorphic(m, "*")))),
    "joined": lambda s, m: list(s.scalars(select(m).options(joinedload(parts(m)))).unique()),
    "in one query": lambda s, m: list(s.scalars(select(m).options(selectinload(parts(m))))),
    "by a subquery": lambda s, m: list(s.scalars(select(m).options(subqueryload(parts(m))))),
}


def parts(model: Any) -> Any:
    return model.kids if model is Ticket else model.tickets


@pytest.mark.parametrize("model", [Shop, Big, Ticket])
@pytest.mark.parametrize("load", OBJECTS.values(), ids=list(OBJECTS))
def test_computed_columns_are_limited(
    session: Session, rows: Rows, model: Any, load: Callable[[Session, Any], list[Any]]
) -> None:
    """Whenever and however an object and its columns are loaded: counts, values and existence."""
    found = load(session, model)
    assert found
    assert [right(rows, row) for row in found] == [told(row) for row in found]
    hers = {row["id"] for row in rows if row["owner"] == "ana"}
    seen = {ticket.id for one in found for ticket in (one.kids if model is Ticket else one.tickets)}
    assert seen <= hers


@pytest.mark.parametrize("model", [Shop, Big, Ticket])
def test_columns_of_new_objects_are_limited(session: Session, rows: Rows, model: Any) -> None:
    """An object that was added is there whoever it belongs to; what it counts is limited all the same."""
    new = added(session, model)[0]
    hers = [row for row in rows if row["owner"] == "ana"]
    values = {"number": len(hers), "last": max(row["word"] for row in hers), "is_open": True}
    names = BIG if model is Big else SHOP if model is Shop else TICKET
    for _ in range(2):
        assert tuple(values[name.removeprefix("big_")] for name in names) == told(new)
        session.refresh(new)


every = select(func.count(Ticket.id)).scalar_subquery()
words = select(func.max(Ticket.word)).scalar_subquery()

VALUES: dict[str, Callable[[Session], Any]] = {
    "a column": lambda s: s.scalars(select(Shop.number).select_from(Shop)),  # type: ignore[attr-defined]
    "an expression": lambda s: s.scalars(select(number(Shop.id)).select_from(Shop)),
    "a query": lambda s: [value for (value,) in s.query(number(Shop.id)).select_from(Shop)],
    "in a CTE": lambda s: s.scalars(select(select(Shop.id, number(Shop.id).label("n")).cte().c.n)),
    "in a subquery": lambda s: s.scalars(
        select(select(number(Shop.id).label("n")).select_from(Shop).subquery().c.n)
    ),
    "set by update": lambda s: [
        int(value)
        for value in s.scalars(
            update(Shop).values(note=sa.cast(number(Shop.id), sa.String)).returning(Shop.note)
        )
        if value is not None
    ],
}


@pytest.mark.parametrize("read", VALUES.values(), ids=list(VALUES))
def test_computed_values_are_limited(session: Session, rows: Rows, read: Callable[[Session], Any]) -> None:
    """By themselves, within other statements, and in what a change returns or writes."""
    right = [len([r for r in rows if r["owner"] == "ana" and r["shop_id"] == n]) for n in range(1, 7)]
    assert sorted(right) == sorted(read(session))


def test_what_changes_return_is_limited(session: Session, rows: Rows) -> None:
    """A select in what an UPDATE or DELETE gives back, from the class of the rows or from another one."""
    hers = [row["word"] for row in rows if row["owner"] == "ana"]
    changed = session.execute(update(Shop).values(note="x").returning(every, words)).all()
    assert [(len(hers), max(hers))] * 6 == [tuple(row) for row in changed]
    others = select(func.count(Other.id)).scalar_subquery()
    changed = session.execute(update(Ticket).values(word="w").returning(others)).all()
    assert [(len(hers),)] * len(hers) == [tuple(row) for row in changed]


def test_collections_that_are_not_loaded_are_limited(session: Session, rows: Rows) -> None:
    """Write-only and dynamic ones, and what is counted of them."""
    for shop in session.scalars(select(Shop)):
        hers = {r["id"] for r in rows if r["owner"] == "ana" and r["shop_id"] == shop.id}
        assert hers == {ticket.id for ticket in session.scalars(shop.written.select())}
        assert hers == {ticket.id for ticket in shop.dynamic}
        assert len(hers) == shop.dynamic.count()


UPSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def upsert(session: Session) -> None:
    made: Any = UPSERTS[session.get_bind().dialect.name](Shop).values(id=1, kind="small")
    session.execute(made.on_conflict_do_update(index_elements=["id"], set_={"note": words}))


def flushed(session: Session, shop: Any, value: Any = words) -> None:
    shop.note = value
    session.add(shop)
    session.flush()


REFUSED: dict[str, Callable[[Session], Any]] = {
    "with_expression": lambda s: s.scalars(select(Shop).options(with_expression(Shop.shown, words))).all(),
    "below another": lambda s: s.scalars(
        select(Ticket).options(joinedload(Ticket.shop).options(with_expression(Shop.shown, words)))
    ).all(),
    "a function": lambda s: s.scalar(func.count(Ticket.id)),
    "a function of a select": lambda s: s.scalar(func.coalesce(every, 0)),
    "returned by insert": lambda s: s.scalars(
        insert(Shop).values(id=99, kind="small").returning(words)
    ).all(),
    "inserted": lambda s: s.execute(insert(Shop).values(id=99, kind="small", note=words)),
    "inserted from": lambda s: s.execute(
        insert(Shop).from_select(
            ["id", "kind", "note"], select(Ticket.id + 100, sa.literal("small"), Ticket.word)
        )
    ),
    "inserted by parameters": lambda s: s.execute(insert(Shop), [{"id": 99, "kind": "small", "note": words}]),
    "upserted": upsert,
    "updated by parameters": lambda s: s.execute(update(Shop), [{"id": 1, "note": words}]),
    "flushed": lambda s: flushed(s, Shop(id=99, kind="small")),
    "flushed again": lambda s: flushed(s, s.get(Shop, 1)),
    "a column flushed": lambda s: flushed(s, s.get(Shop, 1), Ticket.word),
    "a column within an expression flushed": lambda s: flushed(s, s.get(Shop, 1), Ticket.word + "x"),
    "a column of an alias flushed": lambda s: flushed(s, s.get(Shop, 1), Other.word),
    "a column of the table flushed": lambda s: flushed(s, s.get(Shop, 1), Ticket.__table__.c.word),
    "an alias updated": lambda s: s.execute(update(Other).values(word="x")),
    "an alias updated and returned": lambda s: s.execute(
        update(Other).values(word="x").where(Other.id == 2).returning(Other.word)
    ).all(),
    "an alias updated by a query": lambda s: s.query(Other).update({"word": "x"}),
    "an alias deleted": lambda s: s.execute(
        sa.delete(Other), execution_options={"synchronize_session": False}
    ),
    "an alias of the table updated": lambda s: s.execute(
        update(aliased(Ticket, Ticket.__table__.alias())).values(word="x")
    ),
}


@pytest.mark.parametrize("read", REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_limited_is_refused(session: Session, read: Callable[[Session], Any]) -> None:
    """What SQLAlchemy adds no criteria to does not reach the database."""
    with pytest.raises(RecordError, match="limited in a protected session"):
        read(session)
    session.expunge_all()
    assert [] == session.scalars(select(Shop.id).where((Shop.note.is_not(None)) | (Shop.id > 90))).all()


def test_what_selects_no_protected_rows_is_written_as_ever(session: Session) -> None:
    """Expressions of a row's own columns, functions, and selects from other classes."""
    shop = session.get(Shop, 1)
    assert shop is not None
    shop.note = func.upper("x") + sa.cast(select(func.count(Shop.id)).scalar_subquery(), sa.String)
    session.flush()
    assert "X6" == shop.note
    assert session.scalar(func.length("four")) == 4
    session.execute(
        insert(Shop).values(id=99, kind="small", note=select(func.max(Shop.note)).scalar_subquery())
    )
    assert "X6" == session.scalar(select(Shop.note).where(Shop.id == 99))


table = sa.inspect(Ticket).local_table
PAST: dict[str, Callable[[Any, Any], Any]] = {
    "a table": lambda t, id: select(func.count(t.c.id)).where(t.c.shop_id == id).scalar_subquery(),
    "an alias": lambda t, id: select(func.max(t.alias("other").c.word)).scalar_subquery(),
    "a count": lambda t, id: select(func.count()).select_from(t).scalar_subquery(),
    "existence": lambda t, id: exists().where(t.c.shop_id == id),
    "among": lambda t, id: id.in_(select(t.c.shop_id)),
    "a subquery": lambda t, id: select(select(t.c.word).limit(1).subquery().c.word).scalar_subquery(),
}


@pytest.mark.parametrize("make", PAST.values(), ids=list(PAST))
def test_computed_columns_past_the_classes_are_refused(make: Callable[[Any, Any], Any]) -> None:
    """Of whatever class, when the session is protected: criteria are on classes, not on tables."""

    class Own(DeclarativeBase):
        """Tables of this test alone."""

    class Line(Own):
        """What is protected."""

        __tablename__ = "line"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner: Mapped[str]
        word: Mapped[str]
        shop_id: Mapped[int]

    class Place(Own):
        """What counts it."""

        __tablename__ = "place"
        id: Mapped[int] = mapped_column(primary_key=True)
        computed: Mapped[Any] = deferred(make(sa.inspect(Line).local_table, id))

    with pytest.raises(RecordError, match="`computed` of `Place` selects from the table"):
        protect(Session(), {Line: "show"}, Owner())
    protect(Session(), {Place: "show"}, Everybody())


class Everybody:
    """Who sees everything."""

    def where(self, permission: str, model: Any, /) -> sa.ColumnElement[bool]:
        return sa.true()
