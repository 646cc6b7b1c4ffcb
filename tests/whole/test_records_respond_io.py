"""Which contacts, broadcasts and colleagues somebody in respond.io may touch, in memory and in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

import rolegate
from repository import ROOT
from rolegate import Gate
from same_rows import names_of_rows

AT = datetime(2030, 1, 1, tzinfo=UTC)
SHOP, CLINIC = "shop-main", "client-clinic"
TEAMS = {"care": "carla cem vera ivy sven", "operations": "oona", "latam": "luz lars lara"}
OTHERS = ("cass", "sol", "mona", "tex", "quinn")


class Base(DeclarativeBase):
    """The tables of an application."""


class Membership(Base):
    """A user is tagged with a team."""

    __tablename__ = "membership"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    team_id: Mapped[str]


class Person(Base):
    """A user of a workspace."""

    __tablename__ = "person"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    workspace_id: Mapped[str]
    memberships: Mapped[list[Membership]] = relationship()


class Contact(Base):
    """A contact with its conversation."""

    __tablename__ = "contact"
    name: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    team_id: Mapped[str | None]
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    assignee: Mapped[Person | None] = relationship()


class Broadcast(Base):
    """A broadcast, with the team or the user to whose contacts it goes."""

    __tablename__ = "broadcast"
    name: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str]
    creator_id: Mapped[str | None]
    team_id: Mapped[str | None]
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    assignee: Mapped[Person | None] = relationship()


# name, workspace, team, user
CONTACTS = [
    ("nobody's", SHOP, None, None),
    ("care's", SHOP, "care", None),
    ("carla's", SHOP, "care", "carla"),
    ("cem's, no team", SHOP, None, "cem"),
    ("operations'", SHOP, "operations", "carla"),
    ("latam's", SHOP, "latam", None),
    ("lara's, no team", SHOP, None, "lara"),
    ("cass's", SHOP, None, "cass"),
    ("sol's", SHOP, "latam", "sol"),
    ("the clinic's", CLINIC, "latam", "cass"),
]
# name, workspace, creator, team, user
BROADCASTS = [
    ("luz to latam", SHOP, "luz", "latam", None),
    ("lara to latam", SHOP, "lara", "latam", None),
    ("carla to lara's", SHOP, "carla", None, "lara"),
    ("mona to all", SHOP, "mona", None, None),
    ("luz to all", SHOP, "luz", None, None),
    ("imported to latam", SHOP, None, "latam", None),
    ("the clinic's", CLINIC, "cleo", "latam", None),
]
IN_SHOP = {name for name, workspace, *_ in CONTACTS if workspace == SHOP}
OF_CARE = {"care's", "carla's", "cem's, no team", "operations'"}
OF_LATAM = {"latam's", "lara's, no team", "sol's"}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate(rolegate.load(ROOT / "policies" / "respond-io", at=AT))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for team, members in TEAMS.items():
            session.add_all(
                Person(id=member, name=member, workspace_id=SHOP, memberships=[Membership(team_id=team)])
                for member in members.split()
            )
        session.add_all(Person(id=who, name=who, workspace_id=SHOP) for who in OTHERS)
        session.flush()
        for name, workspace, team, who in CONTACTS:
            session.add(Contact(name=name, workspace_id=workspace, team_id=team, assignee_id=who))
        for name, workspace, creator, team, who in BROADCASTS:
            sent = {"creator_id": creator, "team_id": team, "assignee_id": who}
            session.add(Broadcast(name=name, workspace_id=workspace, **sent))
        session.commit()
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("user", "permission", "expected"),
    [
        ("mona", "messages.view", IN_SHOP),
        ("mona", "contacts.delete", IN_SHOP),
        ("carla", "messages.reply", IN_SHOP),
        ("quinn", "messages.view", IN_SHOP),
        ("quinn", "messages.reply", set()),
        # managers of tagged teams: what is assigned to the team, or to one of its members
        ("luz", "messages.view", OF_LATAM),
        ("luz", "contacts.list", OF_LATAM),
        ("lars", "contacts.view", OF_LATAM),
        ("lars", "messages.reply", OF_LATAM),
        # a supervisor reads the workspace; the list, and the figures of it, are those of the team
        ("sven", "messages.view", IN_SHOP),
        ("sven", "contacts.list", OF_CARE),
        ("sven", "reports.view", OF_CARE),
        ("sven", "dashboard.view", OF_CARE),
        ("ivy", "contacts.list", OF_CARE),
        # Contact Visibility: team, and themselves
        ("vera", "messages.reply", OF_CARE),
        ("vera", "contacts.view", OF_CARE),
        ("sol", "messages.reply", {"sol's"}),
        ("sol", "contacts.view", {"sol's"}),
        # operations: what was handed to them, whoever works on it
        ("oona", "messages.view", {"operations'"}),
        ("oona", "messages.comment", {"operations'"}),
        ("oona", "messages.reply", set()),
        # compliance: the own customers
        ("cass", "messages.view", {"cass's"}),
        ("cass", "contacts.list", {"cass's"}),
        ("cass", "contacts.export", set()),
        ("nobody", "messages.view", set()),
    ],
)
def test_contacts_and_conversations(
    gate: Gate, session: Session, user: str, permission: str, expected: set[str]
) -> None:
    """Full workspace, tagged teams, own: and never those of another workspace."""
    assert expected == names_of_rows(gate.subject(user, SHOP), permission, session, Contact)


@pytest.mark.parametrize(
    ("user", "permission", "expected"),
    [
        ("luz", "broadcasts.view", {"luz to latam", "lara to latam", "carla to lara's", "imported to latam"}),
        ("luz", "broadcasts.send", {"luz to latam", "lara to latam", "carla to lara's", "imported to latam"}),
        ("luz", "broadcasts.approve", {"lara to latam", "carla to lara's"}),
        ("mona", "broadcasts.approve", {"luz to latam", "lara to latam", "carla to lara's", "luz to all"}),
        ("lars", "broadcasts.approve", {"luz to latam", "lara to latam", "carla to lara's"}),
        ("ivy", "broadcasts.approve", set()),
    ],
)
def test_nobody_approves_a_broadcast_of_their_own(
    gate: Gate, session: Session, user: str, permission: str, expected: set[str]
) -> None:
    """Who may send and approve approves what others made, and nothing whose creator is not known."""
    assert expected == names_of_rows(gate.subject(user, SHOP), permission, session, Broadcast)


def test_colleagues(gate: Gate, session: Session) -> None:
    """A manager sees every user of the workspace, a team manager the members of the teams."""
    everyone = {*" ".join(TEAMS.values()).split(), *OTHERS}
    expected = {"mona": everyone, "luz": {"luz", "lars", "lara"}, "lars": {"luz", "lars", "lara"}}
    assert expected == {
        user: names_of_rows(gate.subject(user, SHOP), "users.view", session, Person) for user in expected
    }


def test_a_case_is_handed_over_and_back(gate: Gate) -> None:
    """Carla gives a case to operations, Oona comments and gives it back: then it is hers no more."""
    case = {"workspace_id": SHOP, "team_id": "care", "assignee_id": None, "assignee": None}
    carla, oona = gate.subject("carla", SHOP), gate.subject("oona", SHOP)
    steps = []
    for team in ("care", "operations", "care"):
        case["team_id"] = team
        steps.append(
            [oona.can(f"messages.{action}", case) for action in ("view", "comment", "assign", "reply")]
        )
        assert carla.can("messages.assign", case)
    assert steps == [[False] * 4, [True, True, True, False], [False] * 4]
