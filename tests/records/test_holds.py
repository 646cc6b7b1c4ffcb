"""Conditions on what the user holds: they ask the plain decision, in Python and in SQL."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

import rolegate
from drawing import some
from editors import marked
from plain.three_values import Drawing, Tables, meets, text
from reading import write
from rolegate import Gate
from rolegate.catalog.condition_writer import written
from rolegate.catalog.grant_syntax import Grant
from rolegate.records import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    HeldPermission,
    HeldRight,
    Holds,
    HoldsOn,
    Not,
    OfUser,
    RecordError,
    User,
    criterion,
    matches,
)
from rolegate.records.compiled_check import compiled_check
from tickets import INBOXES, Ticket, fill

OWN = Compare("assignee_id", "eq", OfUser("id"))
CATALOG = """
catalog: desk
records: {{separate: true}}
user:
  {{nick: text, gone: text, number: number, gone_number: number, flag: flag, day: date,
    many: list, none: list}}
scopes:
  reach: {{all: {{}}, team: {{within: all, team_id: {{in: user.teams}}}}, my: {{within: team}}}}
  asked:
    all: {{}}
{scopes}
resources:
  inbox: Inbox
  account: Account
  shop: {{title: Shop, within: account}}
permissions:
  create: Create
  show: {{title: Show, scopes: reach}}
  read: {{title: Read, scopes: reach, per: inbox}}
  open: {{title: Open, per: inbox}}
  sell: {{title: Sell, per: shop}}
  find: {{title: Find, hidden: true, per: inbox}}
  look: {{title: Look, per: inbox, implies: find}}
  peek: {{title: Peek, per: inbox, implies: find}}
  ask: {{title: Ask, scopes: asked, aliases: [ask.it]}}
  contacts: {{permissions: {{see: See}}}}
"""
IDS = ["*", "1", "01", "%2A", "a%2Fb", "50%25", "-", "é"]
TABLES: Tables = {
    "ticket": (
        {"assignee_id": "text", "inbox_id": "text", "author_id": "number", "urgent": "flag"},
        {"parent": "ticket"},
        {"children": "ticket"},
    ),
}


@pytest.fixture(scope="module")
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session on the filled tables."""
    fill(engine, 60)
    with Session(engine) as session:
        yield session
        session.rollback()


def grant(pick: random.Random, restriction: bool) -> str:
    """A random grant or restriction."""
    name = pick.choice(["create", "show", "read", "read", "open", "open", "look", "peek", "ask"])
    star = restriction and pick.random() < 0.15
    on = f"[{pick.choice(IDS)}]" if name in ("read", "open", "look", "peek") and not star else ""
    scope = f"@{pick.choice(['all', 'team', 'my'])}" if name in ("show", "read") and not star else ""
    return f"{name}{on}{scope}" if name != "ask" else "ask@all"


def gate_of(folder: Path, seed: int, conditions: list[dict[str, Any]], more: str = "") -> Gate:
    """A gate with random rights of the user `1` and her team, and with *conditions* as scopes of `ask`.

    *more* is one line more.
    """
    pick = random.Random(seed)
    scopes = "".join(f"    s{i}: {{within: all, where: {text(each)}}}\n" for i, each in enumerate(conditions))
    who = ["user: '1'", "user: '1'", "team: sales"]
    lines = [f"{{{pick.choice(who)}, grants: ['{grant(pick, False)}'], domain: d}}" for _ in range(6)]
    lines += [f"{{{pick.choice(who)}, restrict: ['{grant(pick, True)}'], domain: d}}" for _ in range(3)]
    lines += [more] if more else []
    files = {
        "catalog.yaml": CATALOG.format(scopes=scopes),
        "domains.yaml": "domains: {d: {teams: {sales: ['1', bo]}}}\n",
        "bindings.yaml": "bindings:\n" + "".join(f"  - {line}\n" for line in lines),
    }
    return Gate.from_path(write(folder, files))


@pytest.mark.parametrize("seed", range(some(200) // 4))
def test_drawn_conditions_ask_the_plain_decision(session: Session, tmp_path: Path, seed: int) -> None:
    """Whatever is granted, restricted, hidden or missing: as `Gate.check` says for each value."""
    drawing = Drawing(seed, TABLES)
    drawing.grants = ["create", "show@my", "read[*]@team", "read[1]@my", "open[*]", "open[é]", "find[1]"]
    drawing.grants.append("ask@all")
    on = ["open", "read@my", "read@all", "look", "find"]
    drawing.grants_on = {"inbox_id": on, "author_id": on}
    conditions = [drawing.condition() for _ in range(8)]
    gate = gate_of(tmp_path, seed, conditions)
    subject = gate.subject("1", "d", {"nick": "ana", "number": 1, "flag": True, "many": ["1"]})

    def check(asked: str, on: str | None) -> bool:
        """The plain decision about a grant."""
        path, _, scope = asked.partition("@")
        name, _, inside = path.partition("[")
        instance = on or (None if inside in ("", "*]") else inside[:-1])
        return gate.check("1", name, domain="d", on=instance, scope=scope or None)

    user = {"id": "1", "teams": subject.teams, "check": check, **subject.attributes}
    ladder = gate.policy.catalog.ladders["asked"]
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    for i, asked in enumerate(conditions):
        condition = ladder.scopes[f"s{i}"].condition
        assert condition is not None
        expected = [ticket.id for ticket in tickets if meets(asked, ticket, user) is True]
        met = [ticket.id for ticket in tickets if matches(condition, ticket, subject.record_user)]
        assert expected == met, text(asked)
        compiled = compiled_check(HeldPermission("ask", ladder, rights=(HeldRight(f"s{i}"),)))
        assert expected == [ticket.id for ticket in tickets if compiled(ticket, subject.record_user)]
        found = sa.select(Ticket.id).where(criterion(condition, Ticket, subject.record_user))
        assert expected == list(session.scalars(found.order_by(Ticket.id))), text(asked)


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


def test_rows_of_one_user_after_another(session: Session, tmp_path: Path) -> None:
    """What was worked out for one is given to whoever holds the same, and to nobody else."""
    gate = asking(tmp_path, "any_of: [{inbox_id: {holds: open}}, {assignee_id: user.id, holds: create}]")
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    rows = {}
    for user in ("ana", "bo", "dan", "cy", "ana"):
        subject = gate.subject(user, "d")
        found = session.scalars(sa.select(Ticket.id).where(subject.where("ask", Ticket)).order_by(Ticket.id))
        rows[user] = list(found)
        assert rows[user] == [ticket.id for ticket in tickets if subject.can("ask", ticket)]
    assert len({tuple(each) for each in rows.values()}) == len(rows) - 1
    assert rows["bo"] == rows["dan"]
    assert [] == rows["cy"]


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
    ("holds: {permission: sell, attributes: [a, b]}", HoldsOn(("a", "b"), Grant("sell"))),
    (
        "author_id: user.id, holds: create",
        AllOf((Compare("author_id", "eq", OfUser("id")), Holds(Grant("create")))),
    ),
]


@pytest.mark.parametrize(("text", "condition"), GOOD)
def test_what_is_held_is_read_and_written(tmp_path: Path, text: str, condition: Condition) -> None:
    """Each form has one meaning, and no editor marks it."""
    for each in (f"where: {{{text}}}", text, f"where: {written(condition)}"):
        catalog = CATALOG.format(scopes=f"    s0: {{within: all, {each}}}\n")
        policy = rolegate.load(write(tmp_path, {"catalog.yaml": catalog}))
        assert condition == policy.catalog.ladders["asked"].scopes["s0"].condition
        assert [] == marked("catalog", catalog)


BELOW = "stands below `not` or `none`, where a grant would take records away"
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
    assert {"1", "01", "*", "a/b", "50%", "-", "é"} <= {each for each in INBOXES if each}
