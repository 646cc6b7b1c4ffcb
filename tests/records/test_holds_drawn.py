"""Drawn conditions on what the user holds ask the plain decision, in Python and in SQL."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import rolegate
from compiled_checks import answers_of
from drawing import kinds_found, some
from holding import CATALOG
from plain.three_values import Drawing, Tables, meets, text
from reading import write
from rolegate import Gate
from rolegate.catalog.condition_writer import written
from rolegate.gate.holdings import Holdings
from rolegate.records import HeldPermission, check_records, matches, sql
from rolegate.records.allowed_regions import Region, instances_at
from tickets import INBOXES, Ticket

IDS = ["*", "1", "01", "%2A", "a%2Fb", "50%25", "-", "é"]
TABLES: Tables = {
    "ticket": (
        {"assignee_id": "text", "inbox_id": "text", "author_id": "number", "urgent": "flag"},
        {"parent": "ticket"},
        {"children": "ticket"},
    ),
}


def grant(pick: random.Random, restriction: bool) -> str:
    """A random grant or restriction."""
    name = pick.choice(["create", "show", "read", "read", "open", "open", "look", "peek", "ask"])
    star = restriction and pick.random() < 0.15
    on = f"[{pick.choice(IDS)}]" if name in ("read", "open", "look", "peek") and not star else ""
    scope = f"@{pick.choice(['all', 'team', 'my'])}" if name in ("show", "read") and not star else ""
    return f"{name}{on}{scope}" if name != "ask" else "ask@all"


def catalog_of(conditions: list[str]) -> str:
    """A catalog with *conditions* as the scopes `s0`, `s1`, … of `ask`."""
    scopes = "".join(
        f"    s{i}: {{within: all, where: {condition}}}\n" for i, condition in enumerate(conditions)
    )
    return CATALOG.format(scopes=scopes)


def gate_of(folder: Path, seed: int, conditions: list[dict[str, Any]], more: str = "") -> Gate:
    """A gate with random rights of the user `1` and her team, and with *conditions* as scopes of `ask`.

    *more* is one line more.
    """
    pick = random.Random(seed)
    who = ["user: '1'", "user: '1'", "team: sales"]
    lines = [f"{{{pick.choice(who)}, grants: ['{grant(pick, False)}'], domain: d}}" for _ in range(6)]
    lines += [f"{{{pick.choice(who)}, restrict: ['{grant(pick, True)}'], domain: d}}" for _ in range(3)]
    lines += [more] if more else []
    files = {
        "catalog.yaml": catalog_of([text(condition) for condition in conditions]),
        "domains.yaml": "domains: {d: {teams: {sales: ['1', bo]}}}\n",
        "bindings.yaml": "bindings:\n" + "".join(f"  - {line}\n" for line in lines),
    }
    return Gate.from_path(write(folder, files))


def differences(session: Session, folder: Path, seed: int) -> list[str]:
    """The drawn conditions that mean something else than `Gate.check` says for each value, and where."""
    drawing = Drawing(seed, TABLES)
    drawing.grants = ["create", "show@my", "read[*]@team", "read[1]@my", "open[*]", "open[é]", "find[1]"]
    drawing.grants.append("ask@all")
    on = ["open", "read@my", "read@all", "look", "find"]
    drawing.grants_on = {"inbox_id": on, "author_id": on}
    conditions = [drawing.condition() for _ in range(8)]
    gate = gate_of(folder, seed, conditions)
    subject = gate.subject("1", "d", {"nick": "ana", "number": 1, "flag": True, "many": ["1"]})
    plain = Gate(gate.policy)

    def check(asked: str, on: str | None) -> bool:
        """The plain decision about a grant."""
        path, _, scope = asked.partition("@")
        name, _, inside = path.partition("[")
        instance = on or (None if inside in ("", "*]") else inside[:-1])
        return plain.check("1", name, domain="d", on=instance, scope=scope or None)

    given = {"id": "1", "teams": subject.teams, "check": check, **subject.attributes}
    ladder, user = gate.policy.catalog.ladders["asked"], subject.record_user
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    wrong = []
    for i, asked in enumerate(conditions):
        expected = [ticket.id for ticket in tickets if meets(asked, ticket, given) is True]
        answers = answers_of(session, ladder, f"s{i}", tickets, user)
        wrong += [f"{way}: {text(asked)}" for way, answer in answers.items() if answer != expected]
    return wrong


@pytest.mark.parametrize("seed", range(some(200) // 4))
def test_drawn_conditions_ask_the_plain_decision(session: Session, tmp_path: Path, seed: int) -> None:
    """Whatever is granted, restricted, hidden or missing."""
    assert [] == differences(session, tmp_path, seed)


@pytest.mark.parametrize("seed", range(some(100) // 4))
def test_what_is_written_means_the_same(session: Session, tmp_path: Path, seed: int) -> None:
    """A refusal shows a condition as a catalog may say it."""
    drawing = Drawing(seed, TABLES)
    drawing.grants, drawing.grants_on = ["create", "open[é]"], {"inbox_id": ["open", "read@my"]}
    conditions = [drawing.condition() for _ in range(8)]
    gate = gate_of(tmp_path / "drawn", seed, conditions)
    ladder = gate.policy.catalog.ladders["asked"]
    shown = [written(scope.condition) for scope in ladder.scopes.values() if scope.condition is not None]
    files = write(tmp_path / "drawn", {"catalog.yaml": catalog_of(shown)})
    again = rolegate.load(files).catalog.ladders["asked"]
    user = gate.subject("1", "d", {"nick": "ana", "number": 1, "flag": True}).record_user
    for ticket in session.scalars(sa.select(Ticket)):
        for i in range(len(conditions)):
            one, other = (reading.scopes[f"s{i}"].condition for reading in (ladder, again))
            assert one is not None
            assert other is not None
            assert matches(one, ticket, user) == matches(other, ticket, user), shown[i]


Patch = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, tuple[set[str], Patch]] = {
    "restrictions are passed over in SQL": (
        {"sql"},
        lambda plant: plant.setattr(sql, "instances_at", without_denials),
    ),
    "restrictions are passed over in the check": (
        {"check", "compiled"},  # which leaves ids that are numbers to it
        lambda plant: plant.setattr(check_records, "instances_at", without_denials),
    ),
    "a scope is any scope": (
        {"sql"},
        lambda plant: plant.setattr(sql, "instances_at", lambda held, _: instances_at(held, None)),
    ),
    "one way of several": (
        {"sql"},
        lambda plant: plant.setattr(sql, "instances_at", lambda *given: instances_at(*given)[:1]),
    ),
    "every instance is some instance": (
        {"check", "compiled", "sql"},
        lambda plant: plant.setattr(Holdings, "can", on_some),
    ),
}


def without_denials(held: HeldPermission, scope: str | None) -> tuple[Region, ...]:
    """As if nothing were restricted."""
    ways = (held, *held.others)
    return instances_at(
        HeldPermission.any_of("x", held.ladder, held.chain, [replace(w, denied=(), others=()) for w in ways]),
        scope,
    )


can = Holdings.can


def on_some(holdings: Holdings, permission: str, /, *, on: Any, scope: str | None) -> bool:
    """Whether it is held on the instance asked for; for every instance, whether on one."""
    asked = [on] if on is not None or permission not in ("open", "read") else [(id,) for id in INBOXES if id]
    return any(can(holdings, permission, on=path, scope=scope) for path in asked)


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The comparison is worth something: each fault shows where it is, and only there."""
    ways, plant = FAULTS[fault]
    plant(monkeypatch)
    assert ways == kinds_found(ways, 12, lambda seed: differences(session, tmp_path / str(seed), seed))


@pytest.mark.parametrize("seed", range(some(100) // 4))
def test_a_grant_adds_records_and_a_restriction_takes_some(
    session: Session, tmp_path: Path, seed: int
) -> None:
    """Never the other way round, whatever the conditions."""
    drawing = Drawing(seed, TABLES)
    drawing.grants = ["create", "show@my", "read[*]@team", "open[*]", "open[1]", "find[1]"]
    drawing.grants_on = {"inbox_id": ["open", "read@my", "look", "find"]}
    conditions = [drawing.condition() for _ in range(8)]
    tickets = session.scalars(sa.select(Ticket)).all()
    found = []
    for i, more in enumerate(
        [
            f"{{user: '1', restrict: ['{grant(drawing.pick, True)}'], domain: d}}",
            "",
            f"{{user: '1', grants: ['{grant(drawing.pick, False)}'], domain: d}}",
        ]
    ):
        gate = gate_of(tmp_path / str(i), seed, conditions, more)
        user = gate.subject("1", "d", {"nick": "ana", "number": 1, "flag": True}).record_user
        scopes = gate.policy.catalog.ladders["asked"].scopes.values()
        found.append(
            {
                (scope.name, ticket.id)
                for scope in scopes
                for ticket in tickets
                if scope.condition is not None and matches(scope.condition, ticket, user)
            }
        )
    assert found[0] <= found[1] <= found[2]
