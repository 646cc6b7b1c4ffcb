"""SQLAlchemy compiles one statement for one user after another: what they have are values of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

import rolegate
from reading import write
from rolegate import Gate
from tickets import Ticket, fill

CATALOG = """
catalog: desk
scopes:
  reach:
    all: {}
    team: {within: all, team_id: {in: user.teams}}
    my: {within: team, any_of: [{assignee_id: user.id}, {watchers: {any: {user_id: user.id}}}]}
resources:
  inbox: {title: Inbox, attribute: inbox_id}
  account: {title: Account, attribute: account_id}
  shop: {title: Shop, within: account, attribute: shop_id}
permissions:
  show: {title: Show, scopes: reach}
  open: {title: Open, per: inbox}
  sell: {title: Sell, per: shop}
"""
BINDINGS = """
bindings:
  - {user: "1", grants: [show@team], domain: d}
  - {user: ana, grants: [show@team], domain: d}
  - {user: bo, grants: [show@team], domain: d}
  - {user: "1", grants: ["open[1]", "sell[1/a]"], domain: d}
  - {user: ana, grants: ["open[01]", "open[*]", "sell[1/a]", "sell[2/b]"], domain: d}
  - {user: bo, grants: ["open[1]", "open[01]", "open[a%2Fb]", "sell[1/b]"], domain: d}
  - {user: "1", restrict: ["open[01]"], domain: d}
  - {user: bo, restrict: ["open[-]", "open[é]"], domain: d}
"""
FILES = {
    "catalog.yaml": CATALOG,
    "domains.yaml": "domains: {d: {teams: {sales: ['1', ana], '1': [ana]}}}\n",
    "bindings.yaml": BINDINGS,
}


@pytest.fixture(scope="module")
def filled(engine: sa.Engine) -> sa.Engine:
    """The engine with the filled tables."""
    fill(engine)
    return engine


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """Three users, with none, one and two teams, and with one to three instances."""
    return Gate(rolegate.load(write(tmp_path, FILES)))


class Statements:
    """A session that keeps its compiled statements by itself."""

    def __init__(self, engine: sa.Engine) -> None:
        self.cache: dict[Any, Any] = {}
        self.session = Session(engine.execution_options(compiled_cache=self.cache))

    def ids(self, criteria: sa.ColumnElement[bool], model: Any = Ticket) -> list[int]:
        return list(self.session.scalars(sa.select(model.id).where(criteria).order_by(model.id)))


@pytest.fixture
def statements(filled: sa.Engine) -> Iterator[Statements]:
    """Nothing is compiled yet."""
    made = Statements(filled)
    with made.session:
        yield made


@pytest.fixture
def plain(filled: sa.Engine) -> Iterator[Session]:
    """A session like any other."""
    with Session(filled) as session:
        yield session


@pytest.mark.parametrize("permission", ["show", "sell"])
def test_one_statement_for_users_with_the_same_scopes(
    gate: Gate, statements: Statements, plain: Session, permission: str
) -> None:
    """Whatever teams they are in, and however many instances they hold."""
    seen = set()
    tickets = plain.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    for user in ("1", "ana", "bo", "1"):
        subject = gate.subject(user, "d")
        found = statements.ids(subject.where(permission, Ticket))
        assert [ticket.id for ticket in tickets if subject.can(permission, ticket)] == found
        seen.add(tuple(found))
    assert (3, 1) == (len(seen), len(statements.cache))


def test_restrictions_are_values_as_well(gate: Gate, statements: Statements) -> None:
    """One denied instance or two: the statement has a test for denied ones."""
    found = [statements.ids(gate.subject(user, "d").where("open", Ticket)) for user in ("1", "bo", "1")]
    assert found[0] == found[2] != found[1]
    assert 1 == len(statements.cache)


def test_criteria_of_several_users_in_one_statement(gate: Gate, statements: Statements) -> None:
    """Each keeps its values, also where the statement is found in the cache and the users changed places."""
    alone = {
        user: set(statements.ids(gate.subject(user, "d").where("show", Ticket)))
        for user in ("1", "ana", "bo")
    }
    for one, other in (("1", "ana"), ("ana", "1"), ("bo", "ana"), ("1", "bo"), ("1", "1")):
        criteria = [gate.subject(user, "d").where("show", Ticket) for user in (one, other)]
        assert sorted(alone[one] | alone[other]) == statements.ids(sa.or_(*criteria))
        assert sorted(alone[one] & alone[other]) == statements.ids(sa.and_(*criteria))
        unmet = sa.not_(sa.func.coalesce(criteria[1], sa.false()))
        assert sorted(alone[one] - alone[other]) == statements.ids(sa.and_(criteria[0], unmet))


def test_an_alias_has_a_criterion_of_its_own(gate: Gate, statements: Statements) -> None:
    """Nothing is kept for an alias, which an application makes anew for each query."""
    subject = gate.subject("ana", "d")
    expected = statements.ids(subject.where("show", Ticket))
    for _ in range(2):
        other = aliased(Ticket)
        assert expected == statements.ids(subject.where("show", other), other)
    assert 1 == len(gate._live.kept.criteria)


def test_the_same_user_gets_the_same_criterion(gate: Gate) -> None:
    """Until the policy changes; with attributes of the application it is made for each subject."""
    one, other = (gate.subject("ana", "d") for _ in range(2))
    assert one.where("show", Ticket) is other.where("show", Ticket)
    given = gate.subject("ana", "d", {"shift": "night"})
    assert given.where("show", Ticket) is not one.where("show", Ticket)
