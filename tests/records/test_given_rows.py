"""Roles and teams that the application gives: the rows and the records are those that lines would give."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from drawing import some
from holding import CATALOG
from plain.three_values import Drawing, Tables, text
from reading import write
from rolegate import Gate, Subject
from tickets import Ticket

TABLES: Tables = {
    "ticket": (
        {"assignee_id": "text", "inbox_id": "text", "author_id": "number", "urgent": "flag"},
        {"parent": "ticket"},
        {"children": "ticket"},
    ),
}


def grant(pick: random.Random) -> str:
    """A random grant or restriction."""
    name = pick.choice(["create", "show", "read", "open", "look", "ask", "ask"])
    on = f"[{pick.choice(['*', '1', '2', 'é'])}]" if name in ("read", "open", "look") else ""
    scope = f"@{pick.choice(['all', 'team', 'my'])}" if name in ("show", "read") else ""
    scope = f"@{pick.choice(['all', 's0', 's1', 's2'])}" if name == "ask" else scope
    return f"{name}{on}{scope}"


def sets(folder: Path, seed: int) -> tuple[Gate, Gate, list[str], list[str]]:
    """Two sets, the second with lines for the user `1`; and the roles and teams that these give."""
    pick = random.Random(seed)
    drawing = Drawing(seed, TABLES)
    drawing.grants, drawing.grants_on = ["create", "open[é]"], {"inbox_id": ["open", "read@my"]}
    conditions = [text(drawing.condition()) for _ in range(3)]
    scopes = "".join(
        f"    s{i}: {{within: all, where: {condition}}}\n" for i, condition in enumerate(conditions)
    )
    roles = "".join(
        f"  r{i}: {{grants: {[grant(pick) for _ in range(3)] + [f'ask@s{i}']}}}\n" for i in range(3)
    )
    whom = ["user: '1'", "team: sales", "team: all", "everyone: true", "role: r0", "role: r1"]
    lines = [f"{{{pick.choice(whom)}, restrict: ['{grant(pick)}'], domain: d}}" for _ in range(3)]
    lines += [f"{{{pick.choice(whom[:4])}, grants: ['{grant(pick)}'], domain: d}}" for _ in range(2)]
    given = pick.sample(["r0", "r1", "r2"], pick.choice((0, 1, 2)))
    teams = pick.sample(["sales", "all"], pick.choice((0, 1)))
    gates = []
    for name, mine in (("without", []), ("with", given)):
        joined = teams if name == "with" else []
        sales, every = (["bo", *(["1"] if team in joined else [])] for team in ("sales", "all"))
        members = [*every, {"team": "sales"}]
        more = [f"{{user: '1', role: {role}, domain: d}}" for role in mine]
        files = {
            "catalog.yaml": CATALOG.format(scopes=scopes),
            "roles/all.yaml": f"roles:\n{roles}",
            "domains.yaml": f"domains: {{d: {{teams: {{sales: {sales}, all: {members}}}}}}}\n",
            "bindings.yaml": "bindings:\n" + "".join(f"  - {line}\n" for line in [*lines, *more]),
        }
        gates.append(Gate.from_path(write(folder / name, files)))
    return gates[0], gates[1], given, teams


def rows(subject: Subject, session: Session) -> tuple[list[int], list[int]]:
    """The tickets that the query and the check give."""
    found = sa.select(Ticket.id).where(subject.where("ask", Ticket)).order_by(Ticket.id)
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id))
    return list(session.scalars(found)), [ticket.id for ticket in tickets if subject.can("ask", ticket)]


@pytest.mark.parametrize("seed", range(some(200) // 2))
def test_rows_are_those_of_the_set_with_the_lines(session: Session, tmp_path: Path, seed: int) -> None:
    """In SQL and in Python, with conditions on what is held, whatever restrictions take."""
    without, said, roles, teams = sets(tmp_path, seed)
    attributes = {"nick": "ana", "number": 1, "flag": True, "many": ["1"]}
    ours = without.subject("1", "d", attributes, roles=roles, teams=teams)
    theirs = said.subject("1", "d", attributes)
    expected = rows(theirs, session)
    assert expected == rows(ours, session)
    assert expected[0] == expected[1]
