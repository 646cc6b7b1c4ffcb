"""The tables of the help desk, in SQLite, with a few rows to look at."""

from __future__ import annotations

import os
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import StaticPool

engine = create_engine(
    os.environ.get("HELPDESK_DATABASE", "sqlite://"),
    connect_args={"check_same_thread": False},
    poolclass=StaticPool,
)


class Base(DeclarativeBase):
    pass


class Ticket(Base):
    __tablename__ = "ticket"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    inbox: Mapped[str]
    team: Mapped[str | None]
    assignee: Mapped[str | None]
    title: Mapped[str]


class Contact(Base):
    __tablename__ = "contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]
    card_number: Mapped[str]


class Person(Base):
    """Who works for an account, and in which language; rolegate knows a login, and nothing else of people."""

    __tablename__ = "person"

    login: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    language: Mapped[str]


def session() -> Iterator[Session]:
    """A dependency: one session per request."""
    with Session(engine) as opened:
        yield opened


def reset() -> None:
    """Empty tables, and the rows of the README."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    tickets = [
        (1, "acme", "Support", "sales", "ana", "Printer is on fire"),
        (2, "acme", "Support", "sales", "bo", "Where is my order?"),
        (3, "acme", "Sales", "sales", None, "A quote, please"),
        (4, "acme", "Support", "billing", "cy", "Invoice is wrong"),
        (5, "acme", "Support", None, None, "Hello?"),
        (6, "acme", "Sales", "billing", "ana", "Refund"),
        (7, "beta", "Mail", "everyone", "dan", "Not for Acme"),
    ]
    columns = ("id", "account", "inbox", "team", "assignee", "title")
    people = [
        *((login, "acme", name, "en") for login, name in (("ana", "Ana"), ("bo", "Bo"), ("cy", "Cy"))),
        ("root", "acme", "Root", "en"),
        *((login, "beta", name, "de") for login, name in (("dan", "Dan"), ("eve", "Eve"), ("pia", "Pia"))),
    ]
    with Session(engine) as opened:
        opened.add_all(Person(login=p[0], account=p[1], name=p[2], language=p[3]) for p in people)
        opened.add_all(Ticket(**dict(zip(columns, row, strict=True))) for row in tickets)
        opened.add(Contact(id=1, account="acme", name="Zoe", phone="+48 600", card_number="4111"))
        opened.add(Contact(id=2, account="beta", name="Max", phone="+49 170", card_number="4222"))
        opened.commit()
