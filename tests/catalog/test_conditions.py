"""Conditions of scopes are read from the catalog, or reported at their place."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import rolegate
from editors import marked
from reading import write
from rolegate.catalog.condition_writer import written
from rolegate.documents.condition_words import AROUND, REFUSED, TESTS
from rolegate.records import AllOf, AnyOf, Compare, Condition, Not, OfUser, Related

CATALOG = """catalog: demo
scopes:
  reach:
    all: Everything
    some: {{within: all, {}}}
resources:
  inbox: {{title: Inbox, attribute: inbox_id}}
permissions:
  a: {{title: A, scopes: reach}}
user: {{nick: text, depots: list, size: number, day: date, open: flag}}
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
    ("owner_id: user.id, state: {in: [\"users\", user.nick, 7, true]}",
     AllOf((OWN, Compare("state", "in", ("users", OfUser("nick"), 7, True))))),
    ("where: {title: user.id, within: 'x', open: false}",
     AllOf((Compare("title", "eq", OfUser("id")), Compare("within", "eq", "x"),
            Compare("open", "eq", False)))),
    ("where: {owner_id: user.nick}, owner_id: user.id",
     AllOf((OWN, Compare("owner_id", "eq", OfUser("nick"))))),
    ("depot: {in: user.depots}", Compare("depot", "in", OfUser("depots"))),
    ("state: {not: 'shut'}", Not(Compare("state", "eq", "shut"))),
    ("owner_id: {not: user.id}", Not(OWN)),
    ("owner_id: {not: null}", Not(Compare("owner_id", "is_null"))),
    ("depot: {not_in: user.depots}", Not(Compare("depot", "in", OfUser("depots")))),
    ("state: {not_in: ['a', 'b']}", Not(Compare("state", "in", ("a", "b")))),
    ("not: {owner_id: user.id, size: {lt: 3}}", Not(AllOf((OWN, Compare("size", "lt", 3))))),
    ("size: {gte: 1, lt: user.size}",
     AllOf((Compare("size", "gte", 1), Compare("size", "lt", OfUser("size"))))),
    ("due: {lte: 2027-01-31}", Compare("due", "lte", date(2027, 1, 31))),
    ("due: {gt: user.day}", Compare("due", "gt", OfUser("day"))),
    ("where: {due: 2027-01-31}", Compare("due", "eq", date(2027, 1, 31))),
    ("watchers: {none: {owner_id: user.id}}", Related("watchers", "all", Not(OWN))),
    ("all_of: [{any_of: [{owner_id: user.id}, {size: 1}]}, {any_of: [{size: 2}, {size: 3}]}]",
     AllOf((AnyOf((OWN, Compare("size", "eq", 1))),
            AnyOf((Compare("size", "eq", 2), Compare("size", "eq", 3)))))),
    ("parent: {not: {owner_id: user.id}, size: 1}",
     Related("parent", "one", AllOf((Not(OWN), Compare("size", "eq", 1))))),
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


WRITTEN = [condition for _, condition in GOOD if condition is not None]


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
    ("when: {owner_id: user.id}", "5:25", "RG112", False),
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
    ("depot: user.depots", "5:32", "RG219", False),
    ("depot: {not: user.depots}", "5:38", "RG219", False),
    ("depot: {in: user.nick}", "5:37", "RG219", False),
    ("team_id: {not_in: user.nick}", "5:43", "RG219", False),
    ("where: {owner_id: 'user.id'}", "5:43", "RG219", False),
    ("owner_id: {not: 'user.nick'}", "5:41", "RG219", False),
    ("where: {owner_id: user.nik}", "5:43", "RG223", False),
    ("depot: {in: user.depos}", "5:37", "RG223", False),
    ("size: {lt: 'a'}", "5:36", "RG219", True),
    ("size: {lt: true}", "5:36", "RG219", True),
    ("size: {lt: user.nick}", "5:36", "RG219", False),
    ("size: {lt: user.depots}", "5:36", "RG219", False),
    ("size: {lt: [1]}", "5:36", "RG219", True),
    ("size: {lt: 3, not: 2}", "5:39", "RG219", False),
    ("state: {not: {in: ['a']}}", "5:39", "RG219", True),
    ("state: {not_in: []}", "5:41", "RG219", True),
    ("watchers: {none: {}}", "5:42", "RG219", True),
    ("watchers: {none: 'x'}", "5:42", "RG219", True),
    ("not: 'x'", "5:30", "RG219", True),
    ("all_of: []", "5:33", "RG219", True),
    ("where: {due: 2027-13-31}", "5:38", "RG219", False),
    ("name: {like: 'a%'}", "5:32", "RG222", True),
    ("name: {contains: {a: 1}}", "5:32", "RG222", True),
    ("size: {lt: 3, ne: 2}", "5:39", "RG222", True),
    ("ne: {owner_id: user.id}", "5:25", "RG222", True),
    ("where: {and: [{owner_id: user.id}]}", "5:33", "RG222", True),
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


@pytest.mark.parametrize("word", sorted(REFUSED))
def test_words_of_other_languages_are_no_attributes(tmp_path: Path, word: str) -> None:
    """Each is refused while loading, and the help says what to write in words that conditions have."""
    for text in (
        f"name: {{{word}: 'x'}}",
        f"where: {{{word}: 'x'}}",
        f"customer: {{any: {{{word}: {{a: 1}}}}}}",
    ):
        (found,) = rolegate.validate([write(tmp_path, {"catalog.yaml": CATALOG.format(text)})]).diagnostics
        assert ("RG222", f"conditions do not have the word `{word}`") == (found.code, found.message)
        assert any(known in (found.help or "") for known in (*TESTS, *AROUND, "value itself", "`in`"))


def test_what_is_asked_of_a_user_is_declared(tmp_path: Path) -> None:
    """The names that every user has are not, and a kind is one of those there are."""
    catalog = "catalog: demo\nuser: {teams: list, depot: txt}\npermissions: {a: A}\n"
    found = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert [("RG114", "2:28")] == [(finding.code, f"{finding.line}:{finding.column}") for finding in found]
    assert ["$.user.depot"] == list(marked("catalog", catalog))
    catalog = catalog.replace("txt", "text")
    (other,) = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert ("RG116", "every user has `user.teams` already") == (other.code, other.message)


def test_several_mistakes_are_all_reported(tmp_path: Path) -> None:
    """A condition is read to its end."""
    catalog = CATALOG.format("where: {a: b, any_of: [{c: d}, 3], e: {any: {f: g}}}")
    found = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert ["5:36", "5:52", "5:56", "5:73"] == [f"{finding.line}:{finding.column}" for finding in found]


def test_attributes_of_resources_are_names(tmp_path: Path) -> None:
    """An attribute is one name."""
    catalog = CATALOG.format("title: x").replace("inbox_id", "inbox.id")
    (found,) = rolegate.validate([write(tmp_path, {"catalog.yaml": catalog})]).diagnostics
    assert ("RG116", 7) == (found.code, found.line)
    assert ["$.resources.inbox"] == [place[:17] for place in marked("catalog", catalog)]


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
    assert ("`where` needs SQLAlchemy: run pip install '.[sqlalchemy]' in the clone of rolegate\n", "") == (
        done.stdout,
        done.stderr,
    )
