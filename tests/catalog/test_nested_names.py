"""Names that mean one thing in a domain and another in a domain within it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import given
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from drawing import examples
from plain.catalog import Data
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, policy_sets
from reading import write
from rolegate import Gate, Question

FILES = {
    "catalog.yaml": """
catalog: nested
scopes: {reach: {all: {}, team: {within: all, team_id: {in: user.teams}}}}
resources: {inbox: {title: Inbox, attribute: inbox}}
permissions:
  show: {title: Show, scopes: reach}
  open: {title: Open, per: inbox}
""",
    "domains.yaml": """
domains:
  acme: {teams: {sales: [ana], staff: [ana, bo]}, instances: {inbox: [Desk]}}
  emea: {within: acme, teams: {sales: [bo]}, instances: {inbox: [Desk]}}
  paris: {within: emea}
  apac: {within: acme}
""",
    "roles/agent.yaml": "role: agent\ngrants: [show@team]\n",
    "bindings.yaml": """
bindings:
  - {team: sales, role: agent, domain: acme}
  - {team: sales, role: agent, domain: emea}
  - {team: sales, grants: ["open[Desk]"], domain: acme}
""",
}
"""In `emea` and `paris`, `sales` is bo's team; the one of `acme`, which is ana's, goes on counting there."""


class Base(DeclarativeBase):
    """The tables of this file."""


class Row(Base):
    """A record of a team."""

    __tablename__ = "row"
    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[str]


@dataclass
class Ticket:
    """The same in memory."""

    team_id: str


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    return Gate.from_path(write(tmp_path, FILES))


@pytest.fixture
def session() -> Iterator[Session]:
    """One record of each team."""
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Row(team_id="sales"), Row(team_id="staff")])
        session.flush()
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("user", "domain", "teams"),
    [
        ("ana", "acme", {"sales", "staff"}),
        ("ana", "apac", {"sales", "staff"}),
        ("ana", "emea", {"staff"}),
        ("ana", "paris", {"staff"}),
        ("bo", "acme", {"staff"}),
        ("bo", "emea", {"sales", "staff"}),
        ("bo", "paris", {"sales", "staff"}),
        ("cy", "emea", set()),
        ("ana", "nowhere", set()),
    ],
)
def test_the_teams_of_a_user_are_what_their_names_mean(
    gate: Gate, session: Session, user: str, domain: str, teams: set[str]
) -> None:
    """In `teams`, in memory and in SQL; a shadowed team is not shown, though what is bound to it holds."""
    subject = gate.subject(user, domain)
    assert teams == set(subject.teams)
    assert teams == set(subject.record_user.teams)
    seen = {team for team in ("sales", "staff") if subject.can("show", Ticket(team))}
    rows = set(session.scalars(sa.select(Row.team_id).where(subject.where("show", Row))))
    bound = "sales" in teams or (user == "ana" and domain in ("emea", "paris"))
    assert (teams if bound else set()) == seen == rows


def test_a_shadowed_team_goes_on_counting_for_its_bindings(gate: Gate) -> None:
    """Its members may what it may, inside as well; whoever asks about the name asks about the inner team."""
    assert gate.check("ana", "show", domain="emea", scope="team")
    assert gate.check("ana", "open", domain="emea", on="Desk")
    assert not gate.check("bo", "open", domain="emea", on="Desk")
    policy = gate.policy
    assert policy.decide(Question("open", team="sales", domain="apac", on="Desk"))
    assert not policy.decide(Question("open", team="sales", domain="emea", on="Desk"))


def test_reasons_tell_a_shadowed_team_from_the_one_of_its_name(gate: Gate) -> None:
    """In `emea` and inside, the team of `acme` is named with its domain; elsewhere the name is enough."""
    for domain, said in (
        ("acme", "team `sales`"),
        ("emea", "team `sales` of `acme`"),
        ("apac", "team `sales`"),
    ):
        found = gate.explain("ana", "open", domain=domain, on="Desk")
        assert f"{said} is granted `open[Desk]`" == found.decision.reason
        texts = [step.text for step in found.chain]
        assert f"{said} is granted `open[Desk]`" in texts
        assert any(text.endswith(f"is in {said}") for text in texts)
    vias = {holder.name: holder.via for holder in gate.policy.who_can("open", domain="emea", on="Desk")}
    assert ["ana"] == list(vias)
    assert "team `sales` of `acme`" in vias["ana"]


@examples(13)
@given(policy_sets())
def test_teams_of_random_domains_are_what_their_names_mean(files: dict[str, Data]) -> None:
    """A name means the nearest team of that name, looking outwards."""
    domains = files.get("domains.yaml", {}).get("domains", {})
    with TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        gate = Gate(policy)
        plain = Evaluator(files, NOW)
        for name in domains:
            names = {team for outer in plain.outward(name) for team in domains[outer].get("teams", {})}
            meant = {team: plain.team(team, name) for team in names}
            members = {team: plain.members(found) for team, found in meant.items() if found is not None}
            for user in (*policy.users, "nobody of these"):
                hers = sorted(team for team, users in members.items() if user in users)
                assert hers == sorted(gate.subject(user, name).teams)
