"""A small help desk as tables, with a NULL wherever one can be; for the tests of records."""

from __future__ import annotations

import random
from datetime import date
from enum import Enum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

USERS = ["1", "01", "ana", "", "a b", "É", "é", None]
UUIDS = [UUID(int=1), UUID("aaaaaaaa-0000-0000-0000-00000000000b"), None]
INBOXES = ["1", "01", "*", "a/b", "50%", "-", "é", "", None]
DAYS = [date(2027, 1, 1), date(2027, 1, 2), None]


class Base(DeclarativeBase):
    """The tables."""


class State(Enum):
    """A status whose name in the database is not its value."""

    OPEN = "open"
    SHUT = "1"


class Customer(Base):
    """Who asks for help."""

    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str | None]
    vip: Mapped[bool | None]
    tickets: Mapped[list[Ticket]] = relationship(back_populates="customer", order_by="Ticket.id")


tags = sa.Table(
    "ticket_tags",
    Base.metadata,
    sa.Column("ticket_id", sa.ForeignKey("tickets.id"), primary_key=True),
    sa.Column("tag_id", sa.ForeignKey("tags.id"), primary_key=True),
)


class Tag(Base):
    """A word on tickets."""

    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str | None]


class Watcher(Base):
    """Somebody who follows a ticket."""

    __tablename__ = "watchers"
    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    user_id: Mapped[str | None]
    seen: Mapped[bool | None]
    ticket: Mapped[Ticket | None] = relationship(back_populates="watchers")


class Ticket(Base):
    """A request for help."""

    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignee_id: Mapped[str | None]
    author_id: Mapped[int | None]
    team_id: Mapped[str | None] = mapped_column(sa.String(40))
    urgent: Mapped[bool | None]
    state: Mapped[State | None]
    channel: Mapped[str | None] = mapped_column(sa.Enum("mail", "1", name="channel"))
    key: Mapped[UUID | None]
    due: Mapped[date | None]
    inbox_id: Mapped[str | None]
    account_id: Mapped[int | None] = mapped_column(sa.BigInteger().with_variant(sa.Integer(), "sqlite"))
    shop_id: Mapped[str | None]
    price: Mapped[float | None]
    code: Mapped[str | None] = mapped_column(sa.CHAR(5))
    extra: Mapped[dict[str, int] | None] = mapped_column(sa.JSON)
    customer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("tickets.id"))
    customer: Mapped[Customer | None] = relationship(back_populates="tickets")
    watchers: Mapped[list[Watcher]] = relationship(back_populates="ticket", order_by="Watcher.id")
    tags: Mapped[list[Tag]] = relationship(secondary=tags, order_by="Tag.id")
    parent: Mapped[Ticket | None] = relationship(back_populates="children", remote_side=[id])
    children: Mapped[list[Ticket]] = relationship(back_populates="parent", order_by="Ticket.id")


def fill(engine: sa.Engine, tickets: int = 90) -> None:
    """Create the tables with the same rows on every database."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    pick = random.Random(20270101)
    with Session(engine) as session:
        session.add_all(
            Customer(id=i, owner_id=pick.choice(USERS), vip=pick.choice([True, False, None]))
            for i in range(1, 13)
        )
        session.add_all(Tag(id=i, owner_id=pick.choice(USERS)) for i in range(1, 7))
        session.flush()
        words = list(session.scalars(sa.select(Tag).order_by(Tag.id)))
        for i in range(1, tickets + 1):
            session.add(
                Ticket(
                    id=i,
                    assignee_id=pick.choice(USERS),
                    author_id=pick.choice([1, 2, 0, -1, None]),
                    team_id=pick.choice(["sales", "1", "Sales", None]),
                    urgent=pick.choice([True, False, None]),
                    state=pick.choice([*State, None]),
                    channel=pick.choice(["mail", "1", None]),
                    key=pick.choice(UUIDS),
                    due=pick.choice(DAYS),
                    inbox_id=pick.choice(INBOXES),
                    account_id=pick.choice([1, 1, 2, None]),
                    shop_id=pick.choice(["a", "b", "b", "", None]),
                    price=1.5,
                    code="ab",
                    customer_id=pick.choice([*range(1, 13), None]),
                    parent_id=pick.choice([None, i - 1 or None, pick.randrange(1, i + 1) if i > 1 else None]),
                    tags=pick.sample(words, pick.randrange(3)),
                )
            )
            session.flush()
            session.add_all(
                Watcher(ticket_id=i, user_id=pick.choice(USERS), seen=pick.choice([True, False, None]))
                for _ in range(pick.choice([0, 0, 1, 1, 2]))
            )
        session.commit()
