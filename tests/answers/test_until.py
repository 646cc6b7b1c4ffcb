"""Until when something holds: what `explain`, `who_can` and `tree` say about later moments."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from command_line import rolegate as command
from counting import times
from drawing import examples
from plain.loading import loaded
from plain.strategies import NOW, Files, policy_sets
from reading import write
from rolegate import PermissionHolder, Policy, Question
from rolegate.compiled.compile import compile_policy

CATALOG = """
catalog: later
scopes: {reach: [all, team, my]}
permissions:
  see: {title: See, scopes: reach}
  edit: Edit
  find: {title: Find, hidden: true}
  all: {title: All, implies: find}
"""
DOMAINS = "domains: {acme: {zone: Europe/Paris, teams: {sales: [cy]}}, inner: {within: acme}}\n"
BINDINGS = """
bindings:
  - {user: ana, grants: ["see@all", edit], domain: acme, until: 2030-01-01}
  - {user: ana, grants: ["see@team"], domain: inner}
  - {user: ana, grants: [edit], domain: acme, from: 2029-06-01, until: 2031-01-01T12:00}
  - {user: bo, grants: [edit], domain: acme}
  - {user: bo, restrict: [edit], domain: acme, from: 2030-01-01, until: 2030-02-01}
  - {team: sales, grants: [all], domain: acme, until: 2032-01-01}
  - {user: di, grants: [edit], domain: acme, until: 2030-01-01}
  - {user: di, grants: [edit], domain: acme, from: 2030-01-02}
"""
AT = datetime(2029, 1, 1, tzinfo=UTC)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    """A set in which lines begin and end after the time it is loaded for."""
    files = {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "bindings.yaml": BINDINGS}
    return rolegate.load(write(tmp_path / "set", files), at=AT)


def until(policy: Policy, user: str, permission: str, domain: str, scope: str | None = None) -> str:
    found = policy.explain(user, permission, domain=domain, scope=scope)
    assert found.decision
    return "" if found.until is None else found.until.isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("user", "permission", "domain", "scope", "end"),
    [
        ("ana", "see", "acme", "my", "2030-01-01T00:00+01:00"),
        ("ana", "see", "inner", "my", ""),
        ("ana", "see", "inner", "all", "2030-01-01T00:00+01:00"),
        ("ana", "edit", "acme", None, "2031-01-01T12:00+01:00"),
        ("bo", "edit", "inner", None, "2030-01-01T00:00+01:00"),
        ("cy", "find", "acme", None, "2032-01-01T00:00+01:00"),
        ("di", "edit", "acme", None, "2030-01-01T00:00+01:00"),
    ],
)
def test_a_right_holds_until_no_line_gives_it_or_one_takes_it(
    policy: Policy, user: str, permission: str, domain: str, scope: str | None, end: str
) -> None:
    """A line that goes on, or takes over in time, makes it last; a gap of a day is an end."""
    assert end == until(policy, user, permission, domain, scope)


def test_who_can_and_the_tree_say_it(policy: Policy) -> None:
    """Of each holder, and of each box that is held; JSON has it where there is one."""
    holders = {holder.name: holder.to_dict() for holder in policy.who_can("edit", domain="acme")}
    assert {"ana": "2031-01-01T12:00:00+01:00", "bo": "2030-01-01T00:00:00+01:00"} == {
        name: holders[name]["until"] for name in ("ana", "bo")
    }
    boxes = {box.path: box.to_dict() for box in policy.tree(user="ana", domain="inner").walk()}
    assert ("2030-01-01T00:00:00+01:00", "2031-01-01T12:00:00+01:00") == (
        boxes["see"]["until"],
        boxes["edit"]["until"],
    )
    assert "until" not in boxes["all"] and "until" not in boxes[""]


def test_the_commands_say_it(policy: Policy) -> None:
    """In the zone of the domain that is asked in."""
    asked = ("--domain", "acme", "--at", "2029-01-01")
    assert policy.path is not None
    folder = str(policy.path)
    explained = command("explain", folder, "edit", "--user", "ana", *asked).out
    assert "  until 2031-01-01T12:00+01:00" in explained.splitlines()
    assert (
        "user `bo` is granted `edit`, until 2030-01-01T00:00+01:00"
        in command("who-can", folder, "edit", *asked).out
    )
    tree = command("tree", folder, "--user", "ana", *asked).out
    assert next(line for line in tree.splitlines() if "Edit" in line).endswith(
        "edit  until 2031-01-01T12:00+01:00"
    )


def test_a_line_that_has_not_begun_is_named(policy: Policy) -> None:
    """In the way of a denied question, and first of what helps."""
    found = policy.explain("di", "edit", domain="acme", at=datetime(2030, 1, 1, 12, tzinfo=UTC))
    assert "what allows it begins on 2030-01-02" == found.decision.reason
    assert ["RG610"] == [note.code for note in found.decision.notes]
    assert [
        ("user `di` had the grants until 2030-01-01", 9),
        ("user `di` has the grants from 2030-01-02 on", 10),
    ] == [(step.text, step.line) for step in found.blocked]
    change = "write a moment earlier than 2030-01-02 in `from`, or remove `from`"
    assert found.nearest[0].text.endswith(f"begin now: {change}")


def compiles(folder: Path, count: int, *, own: bool) -> int:
    """How many times a policy is compiled to list *count* users, with two lines for everyone beside them."""
    lines = [
        "{everyone: true, grants: [edit], domain: acme, until: 2030-01-01}",
        "{everyone: true, restrict: [see], domain: acme, from: 2029-06-01, until: 2029-07-01}",
    ]
    for number in range(count):
        until = f", until: {2031 + number}-01-01" if own and number % 2 else ""
        lines.append(f"{{user: u{number}, grants: [edit], domain: acme{until}}}")
    bindings = "bindings:\n" + "".join(f"  - {line}\n" for line in lines)
    files = {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "bindings.yaml": bindings}
    policy = rolegate.load(write(folder, files), at=AT)
    found: list[PermissionHolder] = []
    made = times(compile_policy, lambda: found.extend(policy.who_can("edit", domain="acme")))
    ends = {holder.name: holder.until for holder in found if holder.kind in ("user", "everyone")}
    assert {"", "cy", *(f"u{number}" for number in range(count))} == set(ends)
    for user in ("u0", "u1"):
        assert policy.explain(user, "edit", domain="acme").until == ends[user]
    assert (own, True) == (ends["u1"] is not None, ends[""] is not None)
    return made


def test_what_a_line_gives_thousands_is_compiled_once_for_each_moment(tmp_path: Path) -> None:
    """Not once for each holder; those with an end of their own are compiled by themselves."""
    assert compiles(tmp_path / "few", 4, own=False) == compiles(tmp_path / "many", 40, own=False) <= 4
    few, many, more = (compiles(tmp_path / f"own{n}", n, own=True) for n in (20, 40, 60))
    assert many - few == more - many <= 40


@examples(10)
@given(policy_sets(), st.integers(0, 99))
def test_holders_are_told_until_when_as_each_is_told_alone(files: Files, number: int) -> None:
    """What is worked out for many at once is what `explain` works out for one."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        found = list(policy.catalog.permissions)
        permission = found[number % len(found)].path
        for holder in policy.who_can(permission, any=True, at=NOW):
            if holder.kind != "everyone":
                anybody = Question(permission, user="", any=True)
                question = anybody.about(holder.kind, holder.name, holder.domain)
                assert holder.until == policy.explain_question(question, NOW).until, question
