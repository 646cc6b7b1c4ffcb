"""The tables of the application: accounts, users, teams, and who has which role."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import DateTime, ForeignKey, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship


class Base(DeclarativeBase):
    """What all tables have in common."""


class Account(Base):
    """A tenant; `version` grows with each change of who may do what in it."""

    __tablename__ = "account"
    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)


class Person(Base):
    """A user of the application; the login is what tickets and the gate know, and never changes."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)


class Team(Base):
    """A team of an account, with a role or without one."""

    __tablename__ = "team"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey(Account.name))
    name: Mapped[str]
    role: Mapped[str | None] = mapped_column(default=None)


class Membership(Base):
    """Somebody is in a team."""

    __tablename__ = "membership"
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id), primary_key=True)
    team: Mapped[Team] = relationship()
    person: Mapped[Person] = relationship()


class RoleOf(Base):
    """Somebody has a role in an account, until some time or for good."""

    __tablename__ = "role_of"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey(Account.name))
    person_id: Mapped[int] = mapped_column(ForeignKey(Person.id))
    role: Mapped[str]
    until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    person: Mapped[Person] = relationship()


class Lock(Base):
    """Something is taken from somebody in an account, or from everyone, whatever the roles say."""

    __tablename__ = "lock"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey(Account.name))
    person_id: Mapped[int | None] = mapped_column(ForeignKey(Person.id), default=None)
    permission: Mapped[str]
    person: Mapped[Person | None] = relationship()


class Ticket(Base):
    """A record of an account."""

    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(ForeignKey(Account.name))
    team: Mapped[str | None] = mapped_column(default=None)
    assignee: Mapped[str | None] = mapped_column(default=None)


@event.listens_for(Session, "before_flush")
def count_changes(session: Session, *_: Any) -> None:
    """Let the version of an account grow in the transaction that changes who may do what in it."""
    changed = {_account_of(row, session) for row in (*session.new, *session.dirty, *session.deleted)}
    for name in sorted(account for account in changed if account is not None):
        account = session.get(Account, name, with_for_update=True)
        if account is not None:
            account.version += 1


def _account_of(row: object, session: Session) -> str | None:
    if isinstance(row, Membership):
        team = row.team or session.get_one(Team, row.team_id)
        return team.account
    return row.account if isinstance(row, (Team, RoleOf, Lock)) else None
