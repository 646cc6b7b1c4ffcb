"""Conditions of scopes are read from the catalog, or reported at their place."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import rolegate
from editors import marked
from reading import write
from rolegate.catalog.condition_writer import written
from rolegate.records import AllOf, AnyOf, Compare, Condition, OfUser, Related

CATALOG = """catalog: demo
scopes:
  reach:
    all: Everything
    some: {{within: all, {}}}
resources:
  inbox: {{title: Inbox, attribute: inbox_id}}
permissions:
  a: {{title: A, scopes: reach}}
"""
OWN = Compare("owner_id", "eq", OfUser("id"))

GOOD: list[tuple[str, Condition | None]] = [
    ("title: Some", None),
    ("owner_id: user.id", OWN),
    ("team_id: {in: user.teams}", Compare("team_id", "in", OfUser("teams"))),
    ("owner_id: {is: null}", Compare("owner_id", "is_null")),
    ("watchers: {any: {owner_id: user.id}}", Related("watchers", "any", OWN)),
    ("items: {all: {owner_id: user.id}}", Related("items", "all", OWN)),
    ("items: {all: {owner_id: user.id}, any: {owner_id: user.id}}",
     AllOf((Related("items", "all", OWN), Related("items", "any", OWN)))),
    ("customer: {owner_id: user.id}", Related("customer", "one", OWN)),
    ("users: {any: {owner_id: user.id}}", Related("users", "any", OWN)),
    ("order: {owner_id: user.id}", Related("order", "one", OWN)),
    ("any_of: [{owner_id: user.id}, {kind: 'x', size: 3}]",
     AnyOf((OWN, AllOf((Compare("kind", "eq", "x"), Compare("size", "eq", 3)))))),
    ("owner_id: user.id, state: {in: [\"user.id\", user.nick, 7, true]}",
     AllOf((OWN, Compare("state", "in", ("user.id", OfUser("nick"), 7, True))))),
    ("where: {title: user.id, within: 'x', open: false}",
     AllOf((Compare("title", "eq", OfUser("id")), Compare("within", "eq", "x"),
            Compare("open", "eq", False)))),
    ("where: {owner_id: user.nick}, owner_id: user.id",
     AllOf((OWN, Compare("owner_id", "eq", OfUser("nick"))))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "condition"), GOOD)
def test_conditions_become_values(tmp_path: Path, text: str, condition: Condition | None) -> None:
    """Each form of the language has one meaning, and no editor marks it."""
    catalog = CATALOG.format(text)
    policy = rolegate.load(write(tmp_path, {"catalog.yaml": catalog}))
    assert condition == policy.catalog.ladders["reach"].scopes["some"].condition
    assert "inbox_id" == policy.catalog.resources["inbox"].attribute
    if "null" not in text:  # the reading of these tests has no null
        assert [] == marked("catalog", catalog)


# One mapping has no room for two conditions on one attribute.
WRITTEN = [each for _, each in GOOD if each is not None and each not in (GOOD[6][1], GOOD[-1][1])]


@pytest.mark.parametrize("condition", WRITTEN)
def test_what_is_written_is_read_back(tmp_path: Path, condition: Condition) -> None:
    """A refusal shows a condition as a catalog would say it."""
    catalog = CATALOG.format(f"where: {written(condition)}")
    policy = rolegate.load(write(tmp_path, {"catalog.yaml": catalog}))
    assert condition == policy.catalog.ladders["reach"].scopes["some"].condition


BAD = [
    ("titel: x", "5:25", "RG112", True),
    ("owner_id: usr.id", "5:25", "RG112", True),
    ("owner_id: 'user.id'", "5:25", "RG112", False),  # JSON has no quotes to tell
    ("owner-id: user.id", "5:25", "RG219", True),
    ("when: {owner_id: user.id}", "5:25", "RG119", False),
    ("where: {}", "5:32", "RG219", True),
    ("where: [x]", "5:32", "RG219", True),
    ("where: {owner_id: usr.id}", "5:43", "RG219", False),
    ("where: {owner.id: user.id}", "5:33", "RG219", True),
    ("where: {on: user.id}", "5:33", "RG219", False),
    ("where: {owner_id: 1.5}", "5:43", "RG219", False),
    ("where: {owner_id: null}", "5:43", "RG219", False),
    ("where: {owner_id: [x]}", "5:43", "RG219", True),
    ("where: {owner_id: user.teams}", "5:43", "RG219", False),
    ("where: {any_of: {owner_id: user.id}}", "5:41", "RG219", True),
    ("where: {any_of: []}", "5:41", "RG219", True),
    ("where: {in: user.teams}", "5:33", "RG219", True),
    ("team_id: {in: user.id}", "5:39", "RG219", False),
    ("team_id: {in: []}", "5:39", "RG219", True),
    ("team_id: {in: [user.teams]}", "5:40", "RG219", False),
    ("team_id: {is: 3}", "5:39", "RG219", True),
    ("team_id: {is: null, owner_id: user.id}", "5:45", "RG219", True),
    ("watchers: {any: {}}", "5:41", "RG219", True),
    ("watchers: {any: {owner_id: open}}", "5:52", "RG219", False),
    ("watchers: {}", "5:35", "RG219", True),
]


@pytest.mark.parametrize(("text", "place", "code", "seen"), BAD)
def test_what_cannot_be_read_is_reported_at_its_place(
    tmp_path: Path, text: str, place: str, code: str, seen: bool
) -> None:
    """One mistake is one finding; what an editor can see it marks, too."""
    catalog = CATALOG.format(text)
    (found,) = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert (code, place) == (found.code, f"{found.line}:{found.column}")
    assert found.help
    if seen:
        assert marked("catalog", catalog)


def test_several_mistakes_are_all_reported(tmp_path: Path) -> None:
    """A condition is read to its end."""
    catalog = CATALOG.format("where: {a: b, any_of: [{c: d}, 3], e: {any: {f: g}}}")
    found = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert ["5:36", "5:52", "5:56", "5:73"] == [f"{each.line}:{each.column}" for each in found]


def test_attributes_of_resources_are_names(tmp_path: Path) -> None:
    """An attribute is one name."""
    catalog = CATALOG.format("title: x").replace("inbox_id", "inbox.id")
    (found,) = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert ("RG116", 7) == (found.code, found.line)
    assert ["$.resources.inbox"] == [each[:17] for each in marked("catalog", catalog)]


def test_records_load_sqlalchemy_when_they_need_it() -> None:
    """Checks, masks and the language do without; a criterion without it says what to install."""
    code = """
import sys
from rolegate.records import Compare, User, allows, mask, matches, may_write
assert matches(Compare("a", "eq", 1), {"a": 1}, User("ana"))
assert "sqlalchemy" not in sys.modules
sys.modules["sqlalchemy"] = None
import rolegate.records
try:
    rolegate.records.where
except ModuleNotFoundError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ("`where` needs SQLAlchemy: pip install 'rolegate[sqlalchemy]'\n", "") == (
        done.stdout,
        done.stderr,
    )
