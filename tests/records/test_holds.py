"""Conditions on what the user holds: they ask the plain decision, in Python and in SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import rolegate
from editors import marked
from holding import CATALOG
from reading import write
from rolegate import Gate
from rolegate.catalog.condition_writer import written
from rolegate.catalog.grant_syntax import Grant
from rolegate.records import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Holds,
    HoldsOn,
    Not,
    OfUser,
    RecordError,
    Related,
    User,
    criterion,
    matches,
)
from tickets import INBOXES, Ticket

OWN = Compare("assignee_id", "eq", OfUser("id"))


FILES = {
    "domains.yaml": "domains: {d: {teams: {some: [bo, dan]}, instances: {inbox: ['1', '01', Sales]}}}\n",
    "bindings.yaml": """
bindings:
  - {user: ana, grants: ["ask@s0", create, "open[1]", "sell[1/a]", "sell[2/*]"], domain: d}
  - {team: some, grants: ["ask@s0", "open[*]"], domain: d}
  - {team: some, restrict: ["open[01]"], domain: d}
  - {user: cy, grants: ["ask@s0"], domain: d}
""",
}


def asking(folder: Path, where: str) -> Gate:
    """A gate whose scope `s0` has one condition."""
    catalog = CATALOG.format(scopes=f"    s0: {{within: all, where: {{{where}}}}}\n")
    return Gate.from_path(write(folder, {**FILES, "catalog.yaml": catalog}))


@pytest.mark.parametrize(
    ("where", "allowed"),
    [
        (
            "any_of: [{assignee_id: user.id}, {author_id: 1, holds: create}]",
            {"ana": [1, 2], "bo": [], "cy": []},
        ),
        ("inbox_id: {holds: open}", {"ana": [1], "bo": [1, 4], "cy": []}),
        ("holds: 'open[Sales]'", {"ana": [], "bo": [1, 2, 3, 4, 5], "cy": []}),
        ("holds: 'open[*]'", {"ana": [], "bo": [], "cy": []}),  # one inbox is restricted
        ("holds: {permission: sell, attributes: [account_id, shop_id]}", {"ana": [1, 2], "bo": [], "cy": []}),
        ("parent: {inbox_id: {holds: open}}", {"ana": [5], "bo": [5], "cy": []}),
        ("holds: ask.it@s0", {"ana": [1, 2, 3, 4, 5], "bo": [1, 2, 3, 4, 5], "cy": [1, 2, 3, 4, 5]}),
    ],
)
def test_records_of_those_who_hold_something(
    tmp_path: Path, where: str, allowed: dict[str, list[int]]
) -> None:
    """Also where a permission asks for itself: its conditions are not looked at."""
    gate = asking(tmp_path, where)
    records: list[dict[str, Any]] = [
        {"id": 1, "assignee_id": "ana", "author_id": 2, "inbox_id": "1", "account_id": 1, "shop_id": "a"},
        {"id": 2, "assignee_id": "x", "author_id": 1, "inbox_id": "01", "account_id": 2, "shop_id": "z"},
        {"id": 3, "assignee_id": "x", "author_id": None, "inbox_id": None, "account_id": 2, "shop_id": None},
        {"id": 4, "assignee_id": "x", "author_id": 2, "inbox_id": "new", "account_id": 1, "shop_id": "b"},
        {"id": 5, "assignee_id": "x", "author_id": 2, "inbox_id": "", "account_id": None, "shop_id": "a"},
    ]
    for record in records:
        record["parent"] = records[0] if record["id"] == 5 else None
    for user, ids in allowed.items():
        subject = gate.subject(user, "d")
        assert ids == [record["id"] for record in records if subject.can("ask", record)]


@pytest.mark.parametrize(
    ("where", "found_by"),
    [
        ("any_of: [{inbox_id: {holds: open}}, {assignee_id: user.id, holds: create}]", ["ana", "bo", "dan"]),
        ("holds: {permission: sell, attributes: [account_id, shop_id]}", ["ana"]),
        ("children: {any: {inbox_id: {holds: open}}}", ["ana", "bo", "dan"]),
    ],
)
def test_rows_of_one_user_after_another(
    session: Session, tmp_path: Path, where: str, found_by: list[str]
) -> None:
    """What was worked out for one is given to whoever holds the same, and to nobody else."""
    gate = asking(tmp_path, where)
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    rows = {}
    for user in ("ana", "bo", "dan", "cy", "ana"):
        subject = gate.subject(user, "d")
        found = session.scalars(sa.select(Ticket.id).where(subject.where("ask", Ticket)).order_by(Ticket.id))
        rows[user] = list(found)
        assert rows[user] == [ticket.id for ticket in tickets if subject.can("ask", ticket)]
    assert found_by == [user for user, those in rows.items() if those]
    assert rows["bo"] == rows["dan"] != rows["ana"]


def test_a_grant_takes_no_record_away(tmp_path: Path) -> None:
    """Nothing that is held is asked below a negation, not even by a condition that was made by hand."""
    for condition in (Not(Holds(Grant("create"))), Not(AnyOf((OWN, HoldsOn(("inbox_id",), Grant("open")))))):
        with pytest.raises(RecordError, match="below a negation"):
            matches(condition, {"assignee_id": "x", "inbox_id": "1"}, User("ana"))
        with pytest.raises(RecordError, match="below a negation"):
            criterion(condition, Ticket, User("ana"))
    with pytest.raises(RecordError, match="without a `holder`"):
        matches(Holds(Grant("create")), {}, User("ana"))


def test_a_refusal_shows_what_is_to_be_held(tmp_path: Path) -> None:
    """As the catalog says it."""
    gate = asking(tmp_path, "author_id: 1, holds: 'open[Sales]'")
    with pytest.raises(rolegate.Forbidden) as refused:
        gate.subject("ana", "d").require("ask", {"author_id": 1})
    wanted = '`s0` (`author_id: 1, holds: "open[Sales]"`)'
    assert wanted in refused.value.explanation.decision.reason


GOOD: list[tuple[str, Condition]] = [
    ("holds: create", Holds(Grant("create"))),
    ("holds: show@my", Holds(Grant("show", scope="my"))),
    ('holds: "open[a%2Fb]"', Holds(Grant("open", instance="a%2Fb"))),
    ('holds: "sell[1/*]"', Holds(Grant("sell", instance="1/*"))),
    ("inbox_id: {holds: read@my}", HoldsOn(("inbox_id",), Grant("read", scope="my"))),
    ("parent: {all_of: [{holds: create}]}", Related("parent", "one", Holds(Grant("create")))),
    ("parent: {holds: open}", HoldsOn(("parent",), Grant("open"))),
    ("holds: {permission: sell, attributes: [a, b]}", HoldsOn(("a", "b"), Grant("sell"))),
    (
        "author_id: user.id, holds: create",
        AllOf((Compare("author_id", "eq", OfUser("id")), Holds(Grant("create")))),
    ),
]


@pytest.mark.parametrize(("text", "condition"), GOOD)
def test_what_is_held_is_read_and_written(tmp_path: Path, text: str, condition: Condition) -> None:
    """Each form has one meaning, and no editor marks it."""
    for line in (f"where: {{{text}}}", text, f"where: {written(condition)}"):
        catalog = CATALOG.format(scopes=f"    s0: {{within: all, {line}}}\n")
        policy = rolegate.load(write(tmp_path, {"catalog.yaml": catalog}))
        assert condition == policy.catalog.ladders["asked"].scopes["s0"].condition
        assert [] == marked("catalog", catalog)


BELOW = "is below `not` or `none`, where a grant would take records away"
UNCLEAR = "this does not say on which instance the user has to hold a permission"
BAD = [
    ("holds: creat", "RG225", "there is no permission `creat`"),
    ("holds: contacts", "RG225", "`contacts` is not one permission"),
    ("holds: contacts.*", "RG225", "`contacts.*` is not one permission"),
    ("holds: '*'", "RG225", "`*` is not one permission"),
    ("holds: show", "RG225", "`show` names no scope"),
    ("holds: show@mine", "RG225", "`show` has no scope `mine`"),
    ("holds: create@my", "RG225", "`create` has no scope `my`"),
    ("holds: open", "RG225", "`open` names no inbox"),
    ("holds: 'sell[1]'", "RG225", "`sell` is per account/shop, so `[1]` does not fit"),
    ("holds: 'create[1]'", "RG225", "`create` is not per instance, so `[1]` does not fit"),
    ("holds: 'open[1'", "RG225", "`open[1`: the `[` is never closed"),
    ("holds: [create]", "RG225", "`holds` takes a permission as in a grant, not a list"),
    ("inbox_id: {holds: create}", "RG225", "`create` is not per instance"),
    ("inbox_id: {holds: 'open[1]'}", "RG225", "`open[1]` names an instance"),
    ("inbox_id: {holds: sell}", "RG225", "`sell` is per account/shop: it takes one attribute for each"),
    ("holds: {permission: open, attributes: [a, b]}", "RG225",
     "`open` is per inbox: it takes one attribute for each"),
    ("holds: {permission: open}", "RG225", UNCLEAR),
    ("holds: {permission: open, attributes: [a.b]}", "RG219", "`a.b` is not a valid name of an attribute"),
    ("not: {holds: create}", "RG226", f"`holds: create` {BELOW}"),
    ("not: {not: {inbox_id: {holds: open}}}", "RG226", f"`holds: open` {BELOW}"),
    ("children: {none: {holds: create}}", "RG226", f"`holds: create` {BELOW}"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code", "message"), BAD)
def test_what_nobody_can_hold_is_reported(tmp_path: Path, text: str, code: str, message: str) -> None:
    """While loading, with what to write instead."""
    catalog = CATALOG.format(scopes=f"    s0: {{within: all, where: {{{text}}}}}\n")
    (found,) = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert (code, message, 11) == (found.code, found.message, found.line)
    assert found.help


def test_inboxes_are_ids() -> None:
    """The drawn ids are those of the tickets."""
    assert {"1", "01", "*", "a/b", "50%", "-", "é"} <= {inbox for inbox in INBOXES if inbox}
