"""Conditions with negations and comparisons: one meaning in Python, in SQLite and in PostgreSQL."""

from __future__ import annotations

import operator
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import rolegate
from compiled_checks import answers_of, compiled_matches
from drawing import kinds_found, some
from plain.three_values import Drawing, Tables, meets, text
from reading import write
from rolegate.catalog.conditions import pushed_down
from rolegate.catalog.ladders import Ladder
from rolegate.records import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Not,
    OfUser,
    RecordError,
    Related,
    User,
    check_records,
    columns,
    compiled_conditions,
    criterion,
    matches,
    sql,
)
from rolegate.records.user import Wanted, wanted_by
from tickets import DAYS, Ticket

TABLES: Tables = {
    "ticket": (
        {
            "assignee_id": "text", "author_id": "number", "team_id": "text", "urgent": "flag",
            "state": "text", "channel": "text", "due": "date", "id": "number",
        },
        {"customer": "customer", "parent": "ticket"},
        {"watchers": "watcher", "children": "ticket", "tags": "tag"},
    ),
    "customer": ({"owner_id": "text", "vip": "flag", "id": "number"}, {}, {"tickets": "ticket"}),
    "watcher": ({"user_id": "text", "seen": "flag"}, {"ticket": "ticket"}, {}),
    "tag": ({"owner_id": "text", "id": "number"}, {}, {}),
}  # fmt: skip
DECLARED = (
    "{nick: text, gone: text, number: number, gone_number: number, flag: flag, day: date, "
    "many: list, none: list}"
)
BATCH = 50
"""Conditions that one catalog has, each as a scope."""


def drawn_user(pick: random.Random) -> dict[str, Any]:
    """A user who lacks now this, now that."""
    given: dict[str, list[Any]] = {
        "nick": ["ana", "1", ""], "number": [1, 0, -1, 2**40, 2**63, -(2**70)],
        "flag": [True, False], "day": DAYS,
        "many": [["1", None, 2], [], ("ana", UUID(int=1)), {1, -1}],
    }  # fmt: skip
    own = {
        "id": pick.choice(["1", "01", "ana"]),
        "teams": tuple(pick.sample(["sales", "1"], pick.choice([0, 1, 2]))),
    }
    return {**own, **{name: pick.choice(those) for name, those in given.items() if pick.random() < 0.8}}


def read(folder: Path, conditions: list[dict[str, Any]]) -> Ladder:
    """A ladder on which each condition is that of a scope: `s0`, `s1`, …."""
    scopes = "".join(
        f"    s{i}: {{within: all, where: {text(condition)}}}\n" for i, condition in enumerate(conditions)
    )
    catalog = (
        f"catalog: demo\nuser: {DECLARED}\nscopes:\n  reach:\n    all: {{}}\n{scopes}"
        "permissions: {a: {title: A, scopes: reach}}\n"
    )
    return rolegate.load(write(folder, {"catalog.yaml": catalog})).catalog.ladders["reach"]


def differences(session: Session, folder: Path, batch: int, size: int = BATCH) -> tuple[list[str], int, int]:
    """The drawn conditions that mean something else than the rule says, and how often it says yes and no."""
    drawing = Drawing(batch, TABLES)
    conditions = [drawing.condition() for _ in range(size)]
    ladder = read(folder, conditions)
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    wrong, yes, no = [], 0, 0
    for i, written in enumerate(conditions):
        given = drawn_user(drawing.pick)
        own = {name: given[name] for name in ("id", "teams")}
        user = User(**own, attributes={name: value for name, value in given.items() if name not in own})
        expected = [ticket.id for ticket in tickets if meets(written, ticket, given) is True]
        answers = answers_of(session, ladder, f"s{i}", tickets, user)
        wrong += [f"{way}: {text(written)}" for way, answer in answers.items() if answer != expected]
        yes, no = yes + len(expected), no + len(tickets) - len(expected)
    return wrong, yes, no


@pytest.mark.parametrize("batch", range(some(1500) // BATCH))
def test_drawn_conditions_mean_the_same_everywhere(session: Session, tmp_path: Path, batch: int) -> None:
    """In Python, in SQL, and by the rule in three values, whatever is missing from the record or the user."""
    wrong, yes, no = differences(session, tmp_path, batch)
    assert [] == wrong
    assert min(yes, no) > (yes + no) // 10


Patch = Callable[[pytest.MonkeyPatch], None]
FAULTS: dict[str, tuple[set[str], Patch]] = {
    "unknown is yes below a negation in SQL": (
        {"sql"},
        lambda plant: plant.setattr(sql, "not_met", sa.not_),
    ),
    "NULL differs from everything in SQL": (
        {"sql"},
        lambda plant: plant.setattr(sql, "wanted_by", known_only),
    ),
    "a gap in a list of the user is passed over": (
        {"check", "compiled"},  # which leaves lists to it
        lambda plant: plant.setattr(check_records, "wanted_by", known_only),
    ),
    "negations stay where they are written": (
        {"check"},
        lambda plant: plant.setattr(check_records, "pushed_down", outermost_alone),
    ),
    "every order is strict": (
        {"sql"},
        lambda plant: plant.setitem(columns._ORDERS, "gte", operator.gt),
    ),
    "a check of its own": (
        {"compiled"},
        lambda plant: plant.setattr(compiled_conditions, "_equals_user", without_negation),
    ),
}


def known_only(test: Compare, user: User) -> Wanted:
    """As if nothing were missing from the user."""
    return Wanted(wanted_by(test, user).values)


def outermost_alone(condition: Condition) -> Condition:
    """Not of all parts, as not of each."""
    if isinstance(condition, Not) and isinstance(condition.inner, AllOf):
        return AllOf(tuple(pushed_down(Not(part)) for part in condition.inner.parts))
    return pushed_down(condition)


equals_user = compiled_conditions._equals_user


def without_negation(condition: Condition, name: str, asked: str, negated: bool) -> Any:
    """The test of a value of the user, whether it is negated or not."""
    return equals_user(condition, name, asked, False)


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """The comparison is worth something: each fault shows where it is, and only there."""
    ways, plant = FAULTS[fault]
    plant(monkeypatch)
    size = BATCH // 5

    def found(batch: int) -> list[str]:
        return differences(session, tmp_path / str(batch), batch, size)[0]

    assert ways == kinds_found(ways, 3 * BATCH // size, found)


ANA = User("ana", attributes={"day": DAYS[0]})
OWN = Compare("assignee_id", "eq", OfUser("id"))


@pytest.mark.parametrize(
    ("condition", "ids"),
    [
        (Compare("id", "lt", 3), [1, 2]),
        (AllOf((Compare("id", "gte", 2), Compare("id", "lte", 3))), [2, 3]),
        (Not(Compare("id", "gt", 2)), [1, 2]),
        (Compare("id", "lt", -(2**70)), []),
        (Not(Compare("id", "gt", -(2**70))), []),
        (AllOf((Compare("id", "lt", 2**70), Compare("id", "in", (1, 2)))), [1, 2]),
        (AllOf((Not(Compare("id", "eq", "01")), Compare("id", "lte", 1))), [1]),
        (AllOf((Not(Compare("id", "eq", OfUser("gone"))), Compare("id", "lte", 1))), []),
        (AllOf((Not(Compare("id", "in", (1, OfUser("gone")))), Compare("id", "lte", 2))), []),
        (AllOf((Not(AnyOf((Compare("id", "eq", 1), Compare("id", "eq", 2)))), Compare("id", "lt", 4))), [3]),
        (Not(Not(Compare("id", "eq", 1))), [1]),
    ],
)
def test_rows_of_each_comparison(session: Session, condition: Condition, ids: list[int]) -> None:
    """What is missing from the user makes neither a comparison nor its negation true."""
    found = sa.select(Ticket.id).where(criterion(condition, Ticket, ANA)).order_by(Ticket.id)
    assert ids == list(session.scalars(found))
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id))
    assert ids == [ticket.id for ticket in tickets if matches(condition, ticket, ANA)]


def test_what_is_missing_is_neither_met_nor_not_met() -> None:
    """A record without the value, without the related record, and with one among several without it."""
    nobody = {"assignee_id": None, "customer": None, "watchers": [{"user_id": None}], "due": None}
    inner = Compare("user_id", "eq", "bo")
    for condition in (
        OWN,
        Compare("due", "lt", OfUser("day")),
        Compare("assignee_id", "in", ("ana", "bo")),
        Related("customer", "one", Compare("owner_id", "eq", "bo")),
        Related("watchers", "any", inner),
        Related("watchers", "all", inner),
        AllOf((OWN, Compare("assignee_id", "eq", "bo"))),
    ):
        assert (False, False) == (matches(condition, nobody, ANA), matches(Not(condition), nobody, ANA))
    assert matches(Not(Compare("assignee_id", "is_null")), {"assignee_id": "bo"}, ANA)
    assert matches(Related("watchers", "all", Not(inner)), {"watchers": []}, ANA)


LATE = User("ana", attributes={"day": "infinity"})


@pytest.mark.parametrize(
    ("condition", "record"),
    [
        (Compare("team_id", "lt", 1), {"team_id": "1"}),
        (Compare("id", "lt", "1"), {"id": 1}),
        (Compare("id", "gt", True), {"id": 1}),
        (Compare("due", "gte", 1), {"due": DAYS[0]}),
        (Compare("urgent", "lt", True), {"urgent": False}),
        (Compare("key", "lt", 1), {"key": UUID(int=1)}),
        (Compare("due", "lt", "2027-01-01"), {"due": DAYS[0]}),
        (Compare("due", "lte", "infinity"), {"due": DAYS[0]}),
        (Compare("due", "gte", True), {"due": DAYS[0]}),
        (Compare("id", "lt", DAYS[0]), {"id": 1}),
        (Compare("due", "lt", OfUser("day")), {"due": DAYS[0]}),
    ],
)
def test_only_numbers_and_dates_have_an_order(condition: Condition, record: dict[str, Any]) -> None:
    """The order of texts differs from database to database, so nobody may rely on one."""
    with pytest.raises(RecordError, match="has no order with"):
        matches(condition, record, LATE)
    with pytest.raises(RecordError, match="has no order with"):
        criterion(condition, Ticket, LATE)


@pytest.mark.parametrize(
    ("name", "op", "given"),
    [("user_id", "eq", True), ("user_id", "in", "ana"), ("id", "lt", DAYS[0]), ("seen", "eq", 1.5)],
)
def test_what_cannot_be_compared_is_refused_without_related_records(
    name: str, op: Any, given: object
) -> None:
    """Of all of none everything is true, but not what no record could be compared with."""
    user = User("ana", attributes={"given": given})
    test = Compare(name, op, OfUser("given"))
    for condition in (Not(Related("watchers", "any", test)), Related("watchers", "all", test)):
        for check in (matches, lambda c, r, u: compiled_matches(c)(r, u)):
            with pytest.raises(RecordError):
                check(condition, Ticket(watchers=[]), user)
        with pytest.raises(RecordError):
            criterion(condition, Ticket, user)
        assert matches(condition, Ticket(watchers=[]), User("ana", attributes={"given": None}))
