"""What the tables say, as a gate takes it: one account at a time."""

from __future__ import annotations

import asyncio
from datetime import UTC
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, sessionmaker

from members.tables import Account, Lock, Membership, RoleOf, Team
from rolegate import DomainBindings, Gate

POLICY = Path(__file__).parents[1] / "policy"


class SqlBindings:
    """The bindings of an account, from its tables."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.sessions = sessions

    def look(self, domain: str) -> object:
        """One number, read by its key: a gate that watches asks for it every second."""
        with self.sessions() as session:
            return version_of(session, domain)

    def read(self, domain: str) -> DomainBindings:
        with self.sessions() as session:
            return bindings_of(session, domain)


class AsyncSqlBindings:
    """The same for an asynchronous application, whose event loop does not wait for the database.

    With an `AsyncSession`, `await session.run_sync(bindings_of, domain)` does the same without a thread.
    """

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self.tables = SqlBindings(sessions)

    async def look(self, domain: str) -> object:
        return await asyncio.to_thread(self.tables.look, domain)

    async def read(self, domain: str) -> DomainBindings:
        return await asyncio.to_thread(self.tables.read, domain)


def version_of(session: Session, account: str) -> int:
    """0 for an account that has no row yet: nothing is bound there."""
    return session.scalar(select(Account.version).where(Account.name == account)) or 0


def bindings_of(session: Session, account: str) -> DomainBindings:
    """Everything about one account, as it is at one moment."""
    if session.get_bind().dialect.name == "postgresql":  # or else each query may see another state
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    return DomainBindings(lines=_lines(session, account), teams=_teams(session, account))


def _lines(session: Session, account: str) -> list[dict[str, Any]]:
    """Lines with the keys that they have in bindings.yaml."""
    roles = select(RoleOf).where(RoleOf.account == account).options(joinedload(RoleOf.person))
    locks = select(Lock).where(Lock.account == account).options(joinedload(Lock.person))
    teams = select(Team).where(Team.account == account, Team.role.is_not(None))
    lines: list[dict[str, Any]] = []
    for row in session.scalars(roles.order_by(RoleOf.id)):
        until = row.until.astimezone(UTC) if row.until is not None and row.until.tzinfo else row.until
        lines.append({"user": row.person.login, "role": row.role, "until": until})
    for team in session.scalars(teams.order_by(Team.id)):
        lines.append({"team": team.name, "role": team.role})
    for lock in session.scalars(locks.order_by(Lock.id)):
        whom = {"everyone": True} if lock.person is None else {"user": lock.person.login}
        lines.append({**whom, "restrict": [lock.permission]})
    return lines


def _teams(session: Session, account: str) -> dict[str, list[str]]:
    """The users in each team, also of those that are empty."""
    found = {team.name: list[str]() for team in session.scalars(select(Team).where(Team.account == account))}
    members = select(Membership).join(Membership.team).where(Team.account == account)
    for row in session.scalars(members.options(joinedload(Membership.person), joinedload(Membership.team))):
        found[row.team.name].append(row.person.login)
    return found


def gate_on(sessions: sessionmaker[Session], *, watch: bool = False) -> Gate:
    """The gate of the application; with *watch* it notices what other processes write."""
    return Gate.from_path(POLICY, bindings=SqlBindings(sessions), watch=watch)
