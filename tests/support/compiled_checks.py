"""A condition as each thing that decides about it: the check, the compiled check, and SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from rolegate.catalog.conditions import Condition
from rolegate.catalog.ladders import Ladder, Scope
from rolegate.records import HeldPermission, HeldRight, User, criterion, matches
from rolegate.records.compiled_check import compiled_check
from tickets import Ticket


def compiled_matches(condition: Condition) -> Callable[[Any, User], bool]:
    """What `matches` says of a record and a user, by the function that a subject calls."""
    ladder = Ladder("reach", {"all": Scope("all", "All", condition=condition)})
    return compiled_check(HeldPermission("show", ladder, (), (HeldRight("all"),)))


def answers_of(
    session: Session, ladder: Ladder, scope: str, tickets: Sequence[Ticket], user: User
) -> dict[str, list[int]]:
    """The ids of *tickets*, which are all there are, in a scope with a condition, by what decides."""
    condition = ladder.scopes[scope].condition
    assert condition is not None
    compiled = compiled_check(HeldPermission("ask", ladder, rights=(HeldRight(scope),)))
    found = sa.select(Ticket.id).where(criterion(condition, Ticket, user)).order_by(Ticket.id)
    return {
        "check": [ticket.id for ticket in tickets if matches(condition, ticket, user)],
        "compiled": [ticket.id for ticket in tickets if compiled(ticket, user)],
        "sql": list(session.scalars(found)),
    }
