"""The rows that SQL returns are the records that the check allows, on SQLite and PostgreSQL."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, assert_type
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session, aliased

import rolegate
from compiled_checks import compiled_matches
from drawing import some
from reading import write
from rolegate.catalog.ladders import Ladder, Scope
from rolegate.encoding import encode
from rolegate.engine.casbin_reference import casbin_enforcer
from rolegate.records import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    HeldPermission,
    HeldRight,
    OfUser,
    RecordError,
    Related,
    UndefinedScopeError,
    User,
    allows,
    criterion,
    instance_of,
    matches,
    where,
)
from rolegate.records.compiled_check import compiled_check
from rolegate.records.criterion_template import template
from tickets import DAYS, UUIDS, Customer, Ticket, fill

FEW = settings(
    max_examples=some(40, 4),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session on the filled tables."""
    fill(engine)
    with Session(engine) as session:
        yield session
        session.rollback()


def rows(session: Session, criteria: sa.ColumnElement[bool]) -> list[int]:
    """The ids of the tickets that SQL finds."""
    return list(session.scalars(sa.select(Ticket.id).where(criteria).order_by(Ticket.id)))


def checked(session: Session, condition: Condition, user: User) -> list[int]:
    """The ids of the tickets that the check allows, as it is written and compiled."""
    found = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    compiled = compiled_matches(condition)
    allowed = [ticket.id for ticket in found if matches(condition, ticket, user)]
    assert allowed == [ticket.id for ticket in found if compiled(ticket, user)]
    return allowed


# -- conditions ---------------------------------------------------------------------------------------------

TEXTS = ["1", "01", "-0", "ana", "", "É", "E\u0301", "sales", "mail", "open", "x\0y", "\ud800", str(UUIDS[1])]
NUMBERS = [1, 0, -1, 2**31, 2**63, -(2**70)]
texts: st.SearchStrategy[Any] = st.sampled_from([*TEXTS, OfUser("id"), OfUser("nick"), OfUser("gone")])
ids = texts | st.sampled_from([*NUMBERS, OfUser("number")])
flags: st.SearchStrategy[Any] = st.sampled_from([True, False, OfUser("flag"), OfUser("gone")])
keys = texts | st.sampled_from([OfUser("key"), OfUser("gone")])
days: st.SearchStrategy[Any] = st.sampled_from([OfUser("day"), OfUser("gone")])
lists = st.sampled_from([OfUser("teams"), OfUser("many"), OfUser("gone"), OfUser("none")])

KINDS = {
    "assignee_id": ids,
    "author_id": ids,
    "team_id": ids,
    "urgent": flags,
    "state": texts,
    "channel": texts,
    "key": keys,
    "due": days,
    "id": ids,
    "owner_id": ids,
    "vip": flags,
    "user_id": ids,
    "seen": flags,
}
LISTED = {"assignee_id", "author_id", "team_id", "id", "owner_id", "user_id"}
TABLES: dict[str, tuple[list[str], dict[str, str], dict[str, str]]] = {
    "ticket": (
        ["assignee_id", "author_id", "team_id", "urgent", "state", "channel", "key", "due", "id"],
        {"customer": "customer", "parent": "ticket"},
        {"watchers": "watcher", "children": "ticket", "tags": "tag"},
    ),
    "customer": (["owner_id", "vip", "id"], {}, {"tickets": "ticket"}),
    "watcher": (["user_id", "seen"], {"ticket": "ticket"}, {}),
    "tag": (["owner_id", "id"], {}, {}),
}


@st.composite
def conditions(draw: st.DrawFn, table: str = "ticket", depth: int = 3) -> Condition:
    """A condition that fits the records of *table*."""
    columns, ones, manies = TABLES[table]
    kinds = ["eq", "in", "is_null"]
    if depth:
        kinds += ["all", "any", *(["one"] if ones else []), *(["many", "many"] if manies else [])]
    kind = draw(st.sampled_from(kinds))
    if kind in ("all", "any"):
        parts = tuple(draw(st.lists(conditions(table, depth - 1), min_size=1, max_size=3)))
        return AllOf(parts) if kind == "all" else AnyOf(parts)
    if kind in ("one", "many"):
        name = draw(st.sampled_from(sorted(ones if kind == "one" else manies)))
        inner = draw(conditions((ones if kind == "one" else manies)[name], depth - 1))
        return Related(name, "one" if kind == "one" else draw(st.sampled_from(["any", "all"])), inner)
    name = draw(st.sampled_from(columns))
    if kind == "is_null":
        return Compare(draw(st.sampled_from([*columns, *ones])), "is_null")
    if kind == "eq":
        return Compare(name, "eq", draw(KINDS[name]))
    values = st.lists(KINDS[name], min_size=1, max_size=3).map(tuple)
    return Compare(name, "in", draw(values | lists if name in LISTED else values))


users = st.builds(
    User,
    id=st.sampled_from(["1", "01", "ana", "x\0y"]),
    teams=st.lists(st.sampled_from(["sales", "1", "x\0y"]), unique=True).map(tuple),
    attributes=st.fixed_dictionaries(
        {
            "nick": st.sampled_from(["ana", "1", ""]),
            "number": st.sampled_from([1, 0, -1, 2**40]),
            "flag": st.sampled_from([True, False, None]),
            "key": st.sampled_from(UUIDS),
            "day": st.sampled_from(DAYS),
            "gone": st.none(),
            "many": st.sampled_from([["1", None, 2], [], ("ana", UUID(int=1)), {1, -1}]),
            "none": st.none(),
        }
    ),
)


@FEW
@given(condition=conditions(), user=users)
def test_rows_are_the_records_that_match(session: Session, condition: Condition, user: User) -> None:
    """Whatever the condition, the user and the NULLs."""
    assert checked(session, condition, user) == rows(session, criterion(condition, Ticket, user))


@FEW
@given(condition=conditions(), one=users, other=users)
def test_a_criterion_for_another_user(session: Session, condition: Condition, one: User, other: User) -> None:
    """What was made for one user is, with other values, what is made for another."""
    ladder = Ladder("reach", {"all": Scope("all", "All", condition=condition)})
    held = HeldPermission("show", ladder, (), (HeldRight("all"),))
    first, make = template(held, Ticket, one)
    assert rows(session, where(held, Ticket, one)) == rows(session, first) == rows(session, make(one))
    assert rows(session, where(held, Ticket, other)) == rows(session, make(other))
    both = sa.or_(first, make(other))
    expected = {*rows(session, where(held, Ticket, one)), *rows(session, where(held, Ticket, other))}
    assert sorted(expected) == rows(session, both) == rows(session, sa.or_(make(other), first))


ANA = User("1", ("sales", "1"), attributes={"gone": None})


@pytest.mark.parametrize(
    ("condition", "some"),
    [
        (Compare("assignee_id", "eq", OfUser("id")), True),
        (Compare("author_id", "eq", OfUser("id")), True),
        (Compare("author_id", "eq", "01"), False),
        (Compare("author_id", "eq", 2**70), False),
        (Compare("team_id", "in", OfUser("teams")), True),
        (Compare("team_id", "in", OfUser("gone")), False),
        (Compare("assignee_id", "eq", OfUser("gone")), False),
        (Compare("assignee_id", "is_null"), True),
        (Compare("customer", "is_null"), True),
        (Compare("price", "is_null"), False),
        (Compare("assignee_id", "eq", OfUser("never_given")), False),
        (Compare("urgent", "eq", False), True),
        (Compare("state", "eq", "open"), True),
        (Compare("state", "eq", "OPEN"), False),
        (Compare("channel", "in", (1, "none")), True),
        (Compare("key", "eq", str(UUIDS[1])), True),
        (Compare("key", "eq", str(UUIDS[1]).upper()), False),
        (Related("watchers", "any", Compare("user_id", "eq", OfUser("id"))), True),
        (Related("watchers", "all", Compare("user_id", "eq", OfUser("id"))), True),
        (Related("customer", "one", Compare("owner_id", "eq", OfUser("id"))), True),
        (Related("customer", "one", Related("tickets", "all", Compare("id", "is_null"))), False),
        (Related("tags", "any", Compare("owner_id", "eq", OfUser("id"))), True),
        (Related("parent", "one", Related("children", "any", Compare("assignee_id", "eq", "1"))), True),
    ],
)
def test_rows_of_each_test(session: Session, condition: Condition, some: bool) -> None:
    """Each kind of test finds what the check allows, and not by finding nothing."""
    found = rows(session, criterion(condition, Ticket, ANA))
    assert checked(session, condition, ANA) == found
    assert some == bool(found)


def test_all_of_none_is_met_and_a_null_among_them_is_not() -> None:
    """`all` is about those there are; a watcher without a user is nobody's."""
    condition = Related("watchers", "all", Compare("user_id", "eq", OfUser("id")))
    seen = {name: matches(condition, {"watchers": those}, ANA) for name, those in {
        "none": [], "mine": [{"user_id": "1"}], "null": [{"user_id": "1"}, {"user_id": None}],
    }.items()}  # fmt: skip
    assert {"none": True, "mine": True, "null": False} == seen


def test_criterion_on_an_alias(session: Session) -> None:
    """An alias is limited by itself."""
    other = aliased(Ticket)
    condition = Related("parent", "one", Compare("assignee_id", "eq", OfUser("id")))
    made = criterion(condition, other, ANA)
    assert_type(made, sa.ColumnElement[bool])
    found = session.scalars(sa.select(other.id).where(made).order_by(other.id)).all()
    assert checked(session, condition, ANA) == found


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (Compare("nobody", "eq", "1"), "does not exist"),
        (Compare("price", "eq", 1), "which conditions cannot compare"),
        (Compare("code", "eq", "ab"), "which conditions cannot compare"),
        (Compare("extra", "is_null"), "cannot test for null"),
        (Compare("urgent", "eq", 1), "cannot equal"),
        (Compare("urgent", "eq", "true"), "cannot equal"),
        (Compare("author_id", "eq", True), "cannot equal"),
        (Compare("due", "eq", "2027-01-01"), "cannot equal"),
        (Compare("watchers", "eq", 1), "leads to other records"),
        (Compare("watchers", "is_null"), "never null"),
        (Related("watchers", "one", Compare("user_id", "eq", "1")), "many records"),
        (Related("customer", "any", Compare("owner_id", "eq", "1")), "one record"),
        (Related("team_id", "one", Compare("owner_id", "eq", "1")), "is not a relationship"),
        (Compare("team_id", "in", OfUser("id")), "is not a list"),
        (Compare("team_id", "eq", OfUser("teams")), "cannot compare"),
    ],
)
def test_what_cannot_be_translated_raises(condition: Condition, message: str) -> None:
    """No criterion is better than one that means something else."""
    with pytest.raises(RecordError, match=message):
        criterion(condition, Ticket, ANA)


def test_models_that_are_none() -> None:
    """Only mapped classes have rows."""
    for model in (dict, "tickets", Ticket.__table__, None):
        with pytest.raises(RecordError, match="is not a mapped class"):
            criterion(Compare("id", "eq", 1), model, ANA)


def test_texts_that_ignore_case_raise() -> None:
    """A collation that may call different texts equal is not translated; nor is a type of somebody's own."""

    class Loud(sa.TypeDecorator[str]):
        impl = sa.String
        cache_ok = True

    for kind in (sa.String(collation="NOCASE"), Loud(), sa.Text().with_variant(sa.CHAR(3), "postgresql")):
        table = sa.Table(
            "t", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", kind)
        )
        mapped = type("Mapped", (), {})
        sa.orm.registry().map_imperatively(mapped, table)
        with pytest.raises(RecordError):
            criterion(Compare("a", "eq", "x"), mapped, ANA)


@pytest.mark.parametrize(
    ("record", "condition"),
    [
        ({}, Compare("a", "eq", "1")),
        (object(), Compare("a", "is_null")),
        ({"a": 1.5}, Compare("a", "eq", 1)),
        ({"a": True}, Compare("a", "eq", 1)),
        ({"a": [1]}, Compare("a", "eq", 1)),
        ({"a": None}, Compare("a", "in", OfUser("id"))),
        ({"a": []}, Related("a", "one", Compare("b", "eq", 1))),
        ({"a": {"b": 1}}, Related("a", "any", Compare("b", "eq", 1))),
        ({"a": None}, Related("a", "all", Compare("b", "eq", 1))),
        ({"a": "abc"}, Related("a", "any", Compare("b", "eq", 1))),
        ({"a": [{}]}, Related("a", "all", Compare("b", "eq", 1))),
    ],
)
def test_check_of_a_record_that_does_not_fit_raises(record: Any, condition: Condition) -> None:
    """What cannot be decided is neither yes nor no."""
    with pytest.raises(RecordError):
        matches(condition, record, ANA)
    with pytest.raises(RecordError):
        compiled_matches(condition)(record, ANA)


def test_the_application_cannot_give_what_is_the_users_own() -> None:
    """`user.id` is who asks, whatever attributes there are."""
    for name in ("id", "teams", "domain"):
        with pytest.raises(RecordError, match=f"user.{name}"):
            User("ana", attributes={name: "bo"})


# -- rights held --------------------------------------------------------------------------------------------

CATALOG = """
catalog: desk
scopes:
  reach:
    all: {}
    team: {within: all, team_id: {in: user.teams}}
    unassigned: {within: all, assignee_id: {is: null}}
    my: {within: team, any_of: [{assignee_id: user.id}, {watchers: {any: {user_id: user.id}}}]}
  bare: {all: {}, some: {within: all}, my: {within: some, assignee_id: user.id}}
resources:
  inbox: {title: Inbox, attribute: inbox_id}
  account: {title: Account, attribute: account_id}
  shop: {title: Shop, within: account, attribute: shop_id}
  lost: Lost
permissions:
  show: {title: Show, scopes: reach}
  list: List
  read: {title: Read, scopes: reach, per: inbox}
  open: {title: Open, per: inbox}
  sell: {title: Sell, scopes: reach, per: shop}
  count: {title: Count, per: shop}
  find: {title: Find, scopes: bare}
  look: {title: Look, per: lost}
"""
SCOPES = ["all", "team", "unassigned", "my"]
INBOX = ["*", "1", "01", "%2A", "a%2Fb", "50%25", "-", "é"]
SHOP = ["*", "1/*", "2/*", "01/*", "1/a", "1/b", "2/b", "01/a", "3/-"]


def texts_of(pick: random.Random, permission: str, limits: bool) -> str:
    """A random grant or restriction of *permission*."""
    on = {"read": INBOX, "open": INBOX, "sell": SHOP, "count": SHOP}.get(permission)
    scoped = permission in ("show", "read", "sell")
    text = permission
    if on and not (limits and pick.random() < 0.1):
        text += f"[{pick.choice(on)}]"
    if scoped and not (limits and pick.random() < 0.1):
        text += f"@{pick.choice(SCOPES)}"
    return text


def policy_of(folder: Path, seed: int) -> rolegate.Policy:
    """A policy with random rights of the user `1` and of her teams, and restrictions on both."""
    pick = random.Random(seed)
    names = ["show", "list", "read", "open", "sell", "count"]
    lines = ["bindings:"]
    for permission in names:
        for kind, most in (("grants", 3), ("restrict", 2)):
            for _ in range(pick.randrange(most + 1)):
                who = pick.choice(["user: '1'", "user: '1'", "team: sales"])
                lines.append(
                    f"  - {{{who}, {kind}: ['{texts_of(pick, permission, kind == 'restrict')}'], domain: d}}"
                )
    lines.append("  - {user: other, grants: [list], domain: d}")
    files = {
        "catalog.yaml": CATALOG,
        "domains.yaml": "domains: {d: {teams: {sales: ['1', bo], '1': ['1']}}}\n",
        "bindings.yaml": "\n".join(lines) + "\n",
    }
    return rolegate.load(write(folder, files))


def held_of(policy: rolegate.Policy, permission: str, user: str = "1", domain: str = "d") -> HeldPermission:
    """What the compiled lines say of *permission* for one user."""
    compiled = policy.compile()
    subs = {f"user:{encode(user)}"}
    for _ in range(2):
        subs |= {link.role for link in compiled.g if link.sub in subs and link.dom == domain}
    lines = [
        (line.obj, line.scope, line.eft)
        for line in compiled.p
        if line.sub in subs and line.act == permission and line.dom in (domain, "*")
    ]
    node = policy.catalog.permission(permission)
    chain = tuple(policy.catalog.resources[kind] for kind in node.chain)
    return HeldPermission.of_lines(permission, node.ladder, chain, lines)


@pytest.mark.parametrize("seed", range(14))
def test_rows_are_what_casbin_allows(session: Session, tmp_path: Path, seed: int) -> None:
    """A row is found when stock Casbin allows the question on its instance at a scope the record lies in."""
    policy = policy_of(tmp_path, seed)
    enforcer, gate = casbin_enforcer(policy.compile()), rolegate.Gate(policy)
    tickets = session.scalars(sa.select(Ticket).order_by(Ticket.id)).all()
    for permission in ("show", "list", "read", "open", "sell", "count"):
        held = held_of(policy, permission)
        answers: dict[tuple[str, str], bool] = {}
        expected = []
        for ticket in tickets:
            path = instance_of(held, ticket)
            if path is None:
                continue
            obj = "/".join(encode(part) for part in path) or "-"
            scopes = held.ladder.scopes if held.ladder else {"-": None}
            lies = [
                name
                for name, scope in scopes.items()
                if scope is None or scope.condition is None or matches(scope.condition, ticket, ANA)
            ]
            for scope in lies:
                if (obj, scope) not in answers:
                    answers[obj, scope] = enforcer.enforce("user:1", "d", obj, permission, scope)
            if any(answers[obj, scope] for scope in lies):
                expected.append(ticket.id)
        assert expected == [ticket.id for ticket in tickets if allows(held, ticket, ANA)]
        compiled = compiled_check(held)
        assert expected == [ticket.id for ticket in tickets if compiled(ticket, ANA)]
        assert expected == rows(session, where(held, Ticket, ANA))
        for _ in range(2):  # the second time from what was kept
            subject = gate.subject("1", "d")
            assert expected == [ticket.id for ticket in tickets if subject.can(permission, ticket)]
            assert expected == rows(session, subject.where(permission, Ticket))


def held(permission: str, *rights: HeldRight, denied: tuple[HeldRight, ...] = ()) -> HeldPermission:
    """Rights of one permission of the catalog above."""
    node = POLICY.catalog.permission(permission)
    chain = tuple(POLICY.catalog.resources[kind] for kind in node.chain)
    return HeldPermission(permission, node.ladder, chain, rights, denied)


@pytest.fixture(scope="module", autouse=True)
def _policy(tmp_path_factory: pytest.TempPathFactory) -> None:
    global POLICY
    POLICY = policy_of(tmp_path_factory.mktemp("desk"), 0)


POLICY: rolegate.Policy


def test_nothing_held_finds_nothing(session: Session) -> None:
    """Without a right there is no row, whatever else is missing."""
    for permission in ("show", "read", "look", "find"):
        assert [] == rows(session, where(held(permission), Ticket, ANA))
        assert not allows(held(permission), {}, ANA)


def test_rights_given_at_their_broadest_scope_only(session: Session) -> None:
    """A right at a scope is a right at all within it, a denial one at all broader, given so or not."""
    cases: list[tuple[list[tuple[str, tuple[str, ...]]], list[tuple[str, tuple[str, ...]]]]] = [
        ([("team", ())], []),
        ([("all", ())], [("team", ())]),
        ([("all", ()), ("my", ("1",))], [("unassigned", ("a/b",))]),
    ]
    for rights, denied in cases:
        name = "read" if any(path for _, path in [*rights, *denied]) else "show"
        allowed = [HeldRight(scope, path, not path) for scope, path in rights]
        taken = tuple(HeldRight(scope, path, not path) for scope, path in denied)
        short = held(name, *allowed, denied=taken)
        ladder = POLICY.catalog.ladders["reach"]
        within = [
            replace(right, scope=scope) for right in allowed for scope in ladder.within(right.scope or "")
        ]
        broader = [
            replace(right, scope=scope) for right in taken for scope in ladder.broader(right.scope or "")
        ]
        long = held(name, *within, denied=tuple(broader))
        found = rows(session, where(short, Ticket, ANA))
        assert found
        assert found == rows(session, where(long, Ticket, ANA))


def test_a_record_without_an_instance_is_on_none(session: Session) -> None:
    """Not even a right to every instance covers it; an empty id is no id."""
    found = rows(session, where(held("open", HeldRight(None, (), True)), Ticket, ANA))
    has = session.scalars(sa.select(Ticket.id).where(Ticket.inbox_id != "").order_by(Ticket.id)).all()
    assert has == found
    assert not allows(held("open", HeldRight(None, (), True)), {"inbox_id": None}, ANA)


def test_ids_that_look_like_stars_are_ids() -> None:
    """An inbox called `*` is one inbox, and `01` is not 1."""
    star = held("open", HeldRight(None, ("*",)))
    assert (True, False) == tuple(allows(star, {"inbox_id": id}, ANA) for id in ("*", "1"))
    number = held("count", HeldRight(None, ("01",), True))
    assert not allows(number, {"account_id": 1, "shop_id": "a"}, ANA)
    assert "false" in str(where(number, Ticket, ANA)) or "0 = 1" in str(where(number, Ticket, ANA))


def test_a_scope_without_conditions_raises_where_it_matters(session: Session) -> None:
    """Held at the broadest scope everything is clear; held at one the catalog says nothing of, nothing is."""
    everything = len(rows(session, sa.true()))
    assert everything == len(rows(session, where(held("find", HeldRight("all")), Ticket, ANA)))
    assert rows(session, where(held("find", HeldRight("my")), Ticket, ANA))
    unclear = held("find", HeldRight("some"))
    denied = held("find", HeldRight("all"), denied=(HeldRight("all"),))
    for permission in (unclear, denied):
        with pytest.raises(UndefinedScopeError, match="`find` is held at the scope `some`"):
            where(permission, Ticket, ANA)
        with pytest.raises(UndefinedScopeError):
            allows(permission, {"assignee_id": "1"}, ANA)


def test_a_resource_without_an_attribute_raises() -> None:
    """The catalog has to say where a record holds the id of its instance."""
    with pytest.raises(RecordError, match="add `attribute:` to the resource `lost`"):
        where(held("look", HeldRight(None, ("a",))), Ticket, ANA)
    with pytest.raises(RecordError, match="`lost`"):
        allows(held("look", HeldRight(None, ("a",))), {}, ANA)


def test_conditions_on_the_broadest_scope_limit_it(session: Session, tmp_path: Path) -> None:
    """So tenants can be kept apart."""
    catalog = CATALOG.replace("    all: {}\n    team", "    all: {team_id: user.domain}\n    team")
    policy = rolegate.load(write(tmp_path, {"catalog.yaml": catalog}))
    ladder = policy.catalog.permission("show").ladder
    user = User("nobody", domain="sales")
    found = rows(session, where(HeldPermission("show", ladder, (), (HeldRight("all"),)), Ticket, user))
    sales = sa.select(Ticket.id).where(Ticket.team_id == "sales")
    assert session.scalars(sales.order_by(Ticket.id)).all() == found
    none = sales.where(Ticket.assignee_id.is_(None)).order_by(Ticket.id)
    narrow = rows(
        session, where(HeldPermission("show", ladder, (), (HeldRight("unassigned"),)), Ticket, user)
    )
    assert session.scalars(none).all() == narrow


def test_unknown_scopes_of_rights_are_refused() -> None:
    """Whoever hands over a right at a scope that is not there made a mistake."""
    with pytest.raises(RecordError, match="no scope `tema`"):
        held("show", HeldRight("tema"))
    with pytest.raises(RecordError, match="no scope `all`"):
        held("list", HeldRight("all"))


def test_other_models_of_the_same_conditions_raise() -> None:
    """A model without the attributes is not every row of it."""
    with pytest.raises(RecordError, match="`team_id` of `Customer` does not exist"):
        where(held("show", HeldRight("team")), Customer, ANA)
