"""Relationships back to the table of a protected class: refused where they cannot be limited."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import delete, exists, func, select, union, update
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    column_property,
    joinedload,
    mapped_column,
    relationship,
    selectinload,
    with_loader_criteria,
)

from counting import times
from readers import Owner, protected
from rolegate.records import RecordError, protect
from rolegate.records.computed import mistaken

WORDS = ["a", "b", "c"]


class PageBase(DeclarativeBase):
    """The tables of this file."""


links = sa.Table(
    "self_link",
    PageBase.metadata,
    sa.Column("a", sa.ForeignKey("self_page.id"), primary_key=True),
    sa.Column("b", sa.ForeignKey("self_page.id"), primary_key=True),
)


class Page(PageBase):
    """A row of somebody, below another one, linked with others; some have a second table."""

    __tablename__ = "self_page"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner: Mapped[str]
    word: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(sa.ForeignKey("self_shelf.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("self_page.id"))
    parent: Mapped[Page | None] = relationship(
        remote_side=[id], back_populates="kids", foreign_keys=[parent_id]
    )
    kids: Mapped[list[Page]] = relationship(back_populates="parent", foreign_keys=[parent_id])
    linked: Mapped[list[Page]] = relationship(
        secondary=links, primaryjoin=lambda: Page.id == links.c.a, secondaryjoin=lambda: Page.id == links.c.b
    )
    cover: Mapped[Cover | None] = relationship(
        primaryjoin=lambda: sa.orm.foreign(Page.parent_id) == sa.orm.remote(Cover.id), viewonly=True
    )
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "page"}  # noqa: RUF012


class Cover(Page):
    """A page with a second table."""

    __tablename__ = "self_cover"
    id: Mapped[int] = mapped_column(sa.ForeignKey("self_page.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "cover"}  # noqa: RUF012


class Shelf(PageBase):
    """What is not protected itself, with a relationship back to its own table."""

    __tablename__ = "self_shelf"
    id: Mapped[int] = mapped_column(primary_key=True)
    next_id: Mapped[int | None] = mapped_column(sa.ForeignKey("self_shelf.id"))
    next: Mapped[Shelf | None] = relationship(remote_side=[id])
    pages: Mapped[list[Page]] = relationship()


class Anybody:
    """Who sees all there is."""

    def where(self, _: str, model: Any) -> sa.ColumnElement[bool]:
        return sa.and_(model.id > 0)


Rows = dict[int, dict[str, Any]]
Linked = set[tuple[int, int]]


@pytest.fixture(scope="module", params=[1, 2])
def drawn(request: pytest.FixtureRequest, engine: sa.Engine) -> tuple[Rows, Linked]:
    """Pages and links between them, as they are in the database."""
    draw = random.Random(request.param)
    PageBase.metadata.drop_all(engine)
    PageBase.metadata.create_all(engine)
    rows: Rows = {
        i: {
            "id": i,
            "kind": draw.choice(["page", "cover"]),
            "owner": draw.choice(["ana", "ben"]),
            "word": draw.choice(WORDS),
            "shelf_id": draw.choice([1, 2]),
            "parent_id": draw.choice([None, *range(1, i)]) if i > 1 else None,
        }
        for i in range(1, 31)
    }
    pairs = {(draw.randint(1, 30), draw.randint(1, 30)) for _ in range(40)}
    tables = PageBase.metadata.tables
    with engine.begin() as connection:
        shelf, page, cover = (tables[f"self_{name}"] for name in ("shelf", "page", "cover"))
        connection.execute(sa.insert(shelf), [{"id": 2}])
        connection.execute(sa.insert(shelf), [{"id": 1, "next_id": 2}])
        connection.execute(sa.insert(page), [*rows.values()])
        covers = [{"id": i} for i, row in rows.items() if row["kind"] == "cover"]
        connection.execute(sa.insert(cover), covers)
        connection.execute(sa.insert(links), [{"a": a, "b": b} for a, b in pairs])
    return rows, pairs


@pytest.fixture
def session(engine: sa.Engine, drawn: object) -> Iterator[Session]:
    """A session protected for ana; nothing it does stays."""
    with protected(engine, Page, "pages.show") as session:
        yield session


def at(way: str, row: dict[str, Any], rows: Rows, pairs: Linked) -> set[int]:
    """The pages to which *way* leads from *row*."""
    if way == "kids":
        return {i for i, one in rows.items() if one["parent_id"] == row["id"]}
    if way == "linked":
        return {b for a, b in pairs if a == row["id"]}
    found = {row["parent_id"]} - {None}
    return {i for i in found if way == "parent" or rows[i]["kind"] == "cover"}


Named = aliased(Page)
ASKED: dict[str, Callable[[], Any]] = {
    "has by name": lambda: Page.parent.has(word="a"),
    "has": lambda: Page.parent.has(Page.word < "b"),
    "not has": lambda: ~Page.parent.has(word="a"),
    "any": lambda: Page.kids.any(word="a"),
    "any at all": lambda: Page.kids.any(),
    "no collection": lambda: Page.kids == None,  # noqa: E711  # SQLAlchemy's way to ask
    "many to many": lambda: Page.linked.any(word="a"),
    "a subclass": lambda: Page.cover.has(Cover.word == "a"),
    "of the class itself": lambda: Page.parent.of_type(Page).has(Page.word == "a"),
    "of a subclass": lambda: Page.kids.of_type(Cover).any(Cover.word == "a"),
    "nested": lambda: Page.kids.any(Page.parent.has(word="a")),
    "below a named one": lambda: Page.kids.of_type(Named).any(exists().where(Page.parent.has(word="a"))),
    "below another class": lambda: exists().where(Shelf.pages.any(Page.parent.has(word="a"))),
    "in a case": lambda: sa.case((Page.parent.has(word="a"), 1), else_=0) == 1,
}
USES: dict[str, Callable[[Session, Any], Any]] = {
    "where": lambda s, asked: s.scalars(select(Page.id).where(asked)),
    "select": lambda s, asked: s.execute(select(Page.id, asked)),
    "order": lambda s, asked: s.scalars(select(Page.id).order_by(asked)),
    "group": lambda s, asked: s.execute(select(func.count(Page.id)).group_by(asked)),
    "query": lambda s, asked: s.query(Page).filter(asked).all(),
    "count": lambda s, asked: s.query(Page).filter(asked).count(),
    "subquery": lambda s, asked: s.scalars(select(select(Page.id).where(asked).cte().c.id)),
    "union": lambda s, asked: s.scalars(union(select(Page.id).where(asked), select(Page.id))),
    "join": lambda s, asked: s.scalars(select(Page.id).join(Named, asked)),
    "join of a relationship": lambda s, asked: s.scalars(
        select(Page.id).join(Page.parent.of_type(Named).and_(asked))
    ),
    "load": lambda s, asked: s.scalars(select(Page).options(selectinload(Page.kids.and_(asked)))),
    "load by a join": lambda s, asked: s.scalars(select(Page).options(joinedload(Page.parent.and_(asked)))),
    "criteria": lambda s, asked: s.scalars(select(Page).options(with_loader_criteria(Page, asked))),
    "from a statement": lambda s, asked: s.scalars(select(Page).from_statement(select(Page).where(asked))),
    "update": lambda s, asked: s.execute(update(Page).where(asked).values(word="x")),
    "set": lambda s, asked: s.execute(update(Page).values(word=sa.case((asked, "x"), else_="y"))),
    "delete": lambda s, asked: s.execute(delete(Page).where(asked)),
    "returning": lambda s, asked: s.execute(update(Page).values(word="x").returning(asked)),
}


@pytest.mark.parametrize("use", USES.values(), ids=list(USES))
def test_what_is_asked_of_unnamed_rows_is_refused(
    session: Session, use: Callable[[Session, Any], Any]
) -> None:
    """`has` and `any` of a relationship back to the table, in each part of a statement."""
    for asked in ASKED.values():
        with pytest.raises(RecordError, match=r"back to the table of `\w+` cannot be limited.*aliased\("):
            use(session, asked())


@pytest.mark.parametrize("way", ["parent", "kids", "linked", "cover"])
def test_named_rows_are_limited(session: Session, drawn: tuple[Rows, Linked], way: str) -> None:
    """What the message says to write gives what hers alone give; also from an alias."""
    rows, pairs = drawn
    mine = {i: row for i, row in rows.items() if row["owner"] == "ana"}
    other, start = aliased(Cover if way == "cover" else Page), aliased(Page)
    for word in WORDS:
        hers = {i for i, row in mine.items() if row["word"] == word}
        right = {i for i, row in mine.items() if hers & at(way, row, rows, pairs)}
        for model in (Page, start):
            asked = getattr(model, way).of_type(other)
            met = (asked.any if way in ("kids", "linked") else asked.has)(other.word == word)
            assert right == set(session.scalars(select(model.id).where(met)))
            assert len(right) == session.query(model).filter(met).count()


def test_other_classes_ask_as_ever(session: Session, drawn: tuple[Rows, Linked]) -> None:
    """A class that is not protected leads back to itself, and to the pages, which are limited."""
    rows, _ = drawn
    assert [1] == session.scalars(select(Shelf.id).where(Shelf.next.has(id=2))).all()
    for word in WORDS:
        hers = {r["shelf_id"] for r in rows.values() if (r["owner"], r["word"]) == ("ana", word)}
        assert hers == set(session.scalars(select(Shelf.id).where(Shelf.pages.any(word=word))))
        nexts = select(Shelf.id).where(Shelf.next.has(Shelf.pages.any(word=word)))
        assert ({1} if 2 in hers else set()) == set(session.scalars(nexts))


def test_selects_that_are_alike_are_looked_through_once(session: Session, drawn: tuple[Rows, Linked]) -> None:
    """Whatever values they ask for; each of them is limited."""
    rows, _ = drawn

    def ids(word: str) -> list[int]:
        asked = select(Page.id.label("once")).where(Page.word == word).order_by(Page.id)
        found: list[int] = []
        walked.append(times(mistaken, lambda: found.extend(session.scalars(asked))))
        return found

    walked: list[int] = []
    for word in WORDS:
        mine = [i for i, row in rows.items() if (row["owner"], row["word"]) == ("ana", word)]
        assert mine == ids(word)
    assert [0, 0] == walked[1:]


def test_what_one_session_may_ask_another_may_not(engine: sa.Engine, session: Session) -> None:
    """A select was looked through for the classes of one session, and is again for those of another."""
    asked = select(Page.id).where(Page.parent.has(word="a"))
    with Session(engine) as other:
        protect(other, {Shelf: "shelves.show"}, Anybody())
        for _ in range(2):
            other.scalars(asked).all()
            with pytest.raises(RecordError, match="back to the table of `Page`"):
                session.scalars(asked)


def test_computed_columns_of_unnamed_rows_are_refused(engine: sa.Engine) -> None:
    """A column that asks `has` would be read with each object; `protect` refuses its class."""

    class Base(DeclarativeBase):
        """The table of this test."""

    class Leaf(Base):
        __tablename__ = "self_leaf"
        id: Mapped[int] = mapped_column(primary_key=True)
        owner: Mapped[str]
        parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("self_leaf.id"))
        parent: Mapped[Any] = relationship("Leaf", remote_side=[id])

    with Session(engine) as session:
        protect(session, {Leaf: "leaves.show"}, Owner())
    Leaf.below = column_property(Leaf.parent.has(owner="ben"))
    with (
        Session(engine) as session,
        pytest.raises(RecordError, match=r"`below` of `Leaf` .*cannot be limited"),
    ):
        protect(session, {Leaf: "leaves.show"}, Owner())
