"""The example with users, teams and roles in tables of the application, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from postgres import engine
from repository import ROOT
from rolegate import BindingsUnavailableError, Gate
from waiting import happens

HOME = ROOT / "examples" / "application_users"
sys.path.insert(0, str(HOME))

from members.source import POLICY, AsyncSqlBindings, SqlBindings, gate_on  # noqa: E402  # found by the path above
from members.tables import Account, Base, Lock, Membership, Person, RoleOf, Team, Ticket  # noqa: E402

__all__ = ["engine"]


@pytest.fixture
def sessions(engine: sa.Engine) -> Iterator[sessionmaker[Session]]:
    """Tables with three accounts; Ana is an agent and in team sales, Bo leads the team, Cy is locked."""
    Base.metadata.create_all(engine)
    made = sessionmaker(engine, expire_on_commit=False)
    with made() as session:
        session.add_all([Account(name=name) for name in ("acme", "acme-emea", "beta")])
        ana, bo, cy = (Person(login=login) for login in ("ana", "bo", "cy"))
        sales, night = Team(account="acme", name="sales", role="agent"), Team(account="acme", name="night")
        session.add_all([Membership(team=sales, person=person) for person in (ana, bo)])
        session.add_all([Membership(team=night, person=cy), RoleOf(account="acme", person=bo, role="lead")])
        session.add_all(
            [RoleOf(account="acme", person=cy, role="lead"), RoleOf(account="beta", person=cy, role="admin")]
        )
        session.add(Lock(account="acme", person=cy, permission="tickets.delete"))
        for number, team, assignee in (
            (1, "sales", "ana"),
            (2, "sales", "bo"),
            (3, "night", "cy"),
            (4, None, None),
        ):
            session.add(Ticket(id=number, account="acme", team=team, assignee=assignee))
        session.add(Ticket(id=5, account="beta", team="sales", assignee="ana"))
        session.commit()
    yield made
    Base.metadata.drop_all(engine)


def rows(gate: Gate, sessions: sessionmaker[Session], user: str, permission: str) -> list[int]:
    """The tickets that *user* may use *permission* on in acme, by a query; the check says the same."""
    subject = gate.subject(user, "acme")
    with sessions() as session:
        wanted = sa.select(Ticket).where(subject.where(permission, Ticket)).order_by(Ticket.id)
        found = [ticket.id for ticket in session.scalars(wanted)]
        every = session.scalars(sa.select(Ticket).order_by(Ticket.id))
        assert found == [ticket.id for ticket in every if subject.can(permission, ticket)]
    return found


def test_tables_decide(sessions: sessionmaker[Session]) -> None:
    """Roles of users and teams, members, and what is locked; inside an account as well."""
    gate = gate_on(sessions)
    assert ([1, 2], [1]) == (
        rows(gate, sessions, "ana", "tickets.show"),
        rows(gate, sessions, "ana", "tickets.edit"),
    )
    assert ([1, 2], [1, 2]) == tuple(rows(gate, sessions, "bo", f"tickets.{p}") for p in ("edit", "delete"))
    assert ([3], []) == tuple(rows(gate, sessions, "cy", f"tickets.{p}") for p in ("edit", "delete"))
    assert gate.check("bo", "tickets.delete", domain="acme-emea", scope="team")
    assert not gate.check("bo", "tickets.show", domain="beta", scope="my")
    assert gate.check("cy", "settings.edit", domain="beta")
    assert ("sales",) == gate.subject("ana", "acme").teams


def test_a_change_is_in_force_when_the_gate_hears_of_it(sessions: sessionmaker[Session]) -> None:
    """A membership, a role that ends, and a lock for everyone."""
    gate = gate_on(sessions)
    assert [1, 2] == rows(gate, sessions, "ana", "tickets.show")
    with sessions() as session:
        ana = session.scalars(sa.select(Person).where(Person.login == "ana")).one()
        night = session.scalars(sa.select(Team).where(Team.name == "night")).one()
        session.add(Membership(team_id=night.id, person_id=ana.id))
        session.add(
            RoleOf(account="acme", person=ana, role="lead", until=datetime.now(UTC) + timedelta(days=1))
        )
        session.commit()
    assert [1, 2] == rows(gate, sessions, "ana", "tickets.show")
    assert gate.refresh()
    assert [1, 2, 3] == rows(gate, sessions, "ana", "tickets.show")
    assert gate.check("ana", "tickets.delete", domain="acme", scope="team")
    with sessions() as session:
        session.add(Lock(account="acme", permission="tickets.delete"))
        session.commit()
    assert gate.refresh("acme")
    assert not gate.check("ana", "tickets.delete", domain="acme", scope="team")


def test_a_change_of_another_process_is_noticed(sessions: sessionmaker[Session], engine: sa.Engine) -> None:
    """By a gate that watches."""
    if engine.dialect.name == "sqlite":
        return _noticed_by_looking(sessions)  # threads would share the one connection to the memory
    gate = Gate.from_path(POLICY, bindings=SqlBindings(sessions), watch=True, interval=0.05)
    try:
        assert [1, 2] == rows(gate, sessions, "ana", "tickets.show")
        _leave(sessions)
        assert happens(lambda: not gate.check("ana", "tickets.show", domain="acme", scope="my"))
    finally:
        gate.close()
    return None


def _noticed_by_looking(sessions: sessionmaker[Session]) -> None:
    source = SqlBindings(sessions)
    before = source.look("acme"), source.look("beta")
    _leave(sessions)
    assert (before[0] != source.look("acme"), before[1]) == (True, source.look("beta"))


def _leave(sessions: sessionmaker[Session]) -> None:
    """Ana leaves the team."""
    with sessions() as session:
        ana = sa.select(Membership).join(Membership.person).where(Person.login == "ana")
        session.delete(session.scalars(ana).one())
        session.commit()


def test_a_row_that_no_file_could_have_keeps_what_was_there(sessions: sessionmaker[Session]) -> None:
    """The status names the row; a gate that has read nothing before allows nothing."""
    gate = gate_on(sessions)
    gate.load("acme")
    with sessions() as session:
        session.add(RoleOf(account="acme", person=Person(login="di"), role="chief"))
        session.commit()
    assert not gate.refresh("acme")
    assert "SqlBindings/acme:3:1: RG317 role.unknown: unknown role `chief`" in str(gate.status().error)
    assert [1, 2] == rows(gate, sessions, "ana", "tickets.show")
    with pytest.raises(BindingsUnavailableError, match="chief"):
        gate_on(sessions).subject("ana", "acme")


def test_an_asynchronous_application_loads_before_it_asks(sessions: sessionmaker[Session]) -> None:
    """From the same tables."""
    gate = Gate.from_path(POLICY, bindings=AsyncSqlBindings(sessions))

    async def request() -> bool:
        await gate.aload("acme")
        return gate.check("bo", "tickets.delete", domain="acme", scope="team")

    assert asyncio.run(request())
