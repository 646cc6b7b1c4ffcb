"""Who may see a ticket of the help desk, said in Cedar and in Python written for this one rule."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Row = Mapping[str, Any]

USERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ana": ("agent", ("sales",)),
    "bo": ("lead", ("sales",)),
    "cy": ("agent", ("billing",)),
    "root": ("admin", ()),
}
"""The role and the teams of each user of the account `acme`; bo is an agent as well, through her team."""

ACCOUNT = "acme"


class _Base(DeclarativeBase):
    pass


class Ticket(_Base):
    """A ticket as a mapped object."""

    __tablename__ = "ticket"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    inbox: Mapped[str]
    team: Mapped[str | None]
    assignee: Mapped[str | None]


class Contact(_Base):
    """A contact as a mapped object."""

    __tablename__ = "contact"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str]
    card_number: Mapped[str]


class ByHand:
    """What an application that has only this rule would write."""

    name = "by hand"

    def can(self, user: str, ticket: Row) -> bool:
        role, teams = USERS[user]
        if ticket["account"] != ACCOUNT:
            return False
        return role != "agent" or ticket["team"] in teams or ticket["assignee"] == user

    def rows(self, user: str) -> ColumnElement[bool]:
        role, teams = USERS[user]
        own = Ticket.account == ACCOUNT
        return own if role != "agent" else own & or_(Ticket.team.in_(teams), Ticket.assignee == user)

    def mask(self, contact: Row, shown: tuple[str, ...]) -> dict[str, Any]:
        return {name: contact[name] for name in shown}


class CedarDesk:
    """`cedarpy`: policies and users are parsed before, the ticket is added as an entity."""

    name = "cedarpy"

    def __init__(self) -> None:
        from cedarpy import Entities, PolicySet, is_authorized

        self._authorize = is_authorized
        self._policies = PolicySet.from_str(
            """
            permit(principal in Role::"agent", action == Action::"tickets.show", resource)
            when { resource.account == principal.account &&
                   ((resource has team && principal.teams.contains(resource.team)) ||
                    (resource has assignee && resource.assignee == principal)) };
            permit(principal in Role::"lead", action == Action::"tickets.show", resource)
            when { resource.account == principal.account };
            permit(principal in Role::"admin", action, resource)
            when { resource.account == principal.account };
            """
        )
        users = [
            {
                "uid": {"type": "User", "id": user},
                "attrs": {"account": ACCOUNT, "teams": list(teams)},
                "parents": [{"type": "Role", "id": role}],
            }
            for user, (role, teams) in USERS.items()
        ]
        self._users = Entities.from_json_str(json.dumps(users))

    def can(self, user: str, ticket: Row) -> bool:
        attributes = {"account": ticket["account"]}
        if ticket["team"] is not None:
            attributes["team"] = ticket["team"]
        if ticket["assignee"] is not None:
            attributes["assignee"] = {"__entity": {"type": "User", "id": ticket["assignee"]}}
        uid = {"type": "Ticket", "id": str(ticket["id"])}
        entity = json.dumps([{"uid": uid, "attrs": attributes, "parents": []}])
        request = {
            "principal": {"type": "User", "id": user},
            "action": {"type": "Action", "id": "tickets.show"},
            "resource": uid,
            "context": {},
        }
        entities = self._users.with_added_json_str(entity)
        return bool(self._authorize(request, self._policies, entities).allowed)
