"""A grant that a change leaves unread is a rule of the gate: it may be about something else later."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import mkdtemp

import pytest

import rolegate
from reading import write
from rolegate import access_diff, judge_change

CATALOG = """
catalog: desk
scopes:
  reach: {all: All, team: {within: all}, my: {within: all}}
  brief: {all: All, my: {within: all}}
  other: {all: All, team: {within: all}, my: {within: team}}
  some: {open: Open}
resources:
  aisle: Aisle
  bay: {title: Bay, within: aisle}
  floor: Floor
  room: {title: Room, within: floor}
permissions:
  show: {title: Show, %s}
  note: Note
"""


def desk(folder: Path, keys: str, grant: str = "", edits: Sequence[tuple[str, str]] = ()) -> rolegate.Policy:
    files = {"catalog.yaml": CATALOG % keys}
    if grant:
        files["roles/agent.yaml"] = f"role: agent\ngrants: ['{grant}']\n"
    for old, new in edits:
        assert old in files["catalog.yaml"]
        files["catalog.yaml"] = files["catalog.yaml"].replace(old, new, 1)
    return rolegate.load(write(Path(mkdtemp(dir=folder)), files))


def told(old: rolegate.Policy, new: rolegate.Policy) -> list[str]:
    return [text for refusal in judge_change(old, new).refusals for text in refusal.what]


@pytest.mark.parametrize(
    ("first", "between", "last", "grant", "line"),
    [
        ("per: bay", "per: floor", "per: room", "show[x/x]", "per floor (was per aisle/bay)"),
        ("per: bay", "per: aisle", "per: room", "show[x/x]", "per aisle (was per aisle/bay)"),
        ("per: aisle", "", "per: floor", "show[x]", "not per instance (was per aisle)"),
        ("scopes: reach", "scopes: brief", "scopes: other", "show@team", "scope team is gone"),
    ],
)
def test_a_text_that_is_read_again_is_about_something_else(
    tmp_path: Path, first: str, between: str, last: str, grant: str, line: str
) -> None:
    """Whoever still has it gains by both changes; the second tells nothing of that, so the first does."""
    before, after = (desk(tmp_path, keys, grant) for keys in (first, last))
    lines = access_diff(before, after).subjects
    assert any(change.gains for one in lines for change in one.changes)
    with pytest.raises(rolegate.InvalidPolicyError):
        desk(tmp_path, between, grant)
    assert told(desk(tmp_path, first), desk(tmp_path, between)) == [f"permission show: {line}"]
    assert told(desk(tmp_path, between), desk(tmp_path, last)) == []


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("", "scopes: reach"),
        ("", "per: bay"),
        ("per: aisle", "per: bay"),
        ("scopes: brief", "scopes: reach"),
    ],
)
def test_more_to_name_is_no_rule(tmp_path: Path, first: str, last: str) -> None:
    """Scopes and instances that a permission gets let nobody do anything; the way back is told."""
    assert told(desk(tmp_path, first), desk(tmp_path, last)) == []
    assert told(desk(tmp_path, last), desk(tmp_path, first)) != []


def test_what_held_all_of_it_is_no_rule(tmp_path: Path) -> None:
    """The broadest scope without a condition never gives more, whatever is called so; with one it may."""
    assert told(desk(tmp_path, "scopes: some"), desk(tmp_path, "")) == []
    part = desk(tmp_path, "scopes: some", "", [("{open: Open}", "{open: {where: {draft: true}}}")])
    assert "permission show: scope open is gone" in told(part, desk(tmp_path, ""))


def removed(names: str) -> tuple[str, str]:
    return "permissions:", f"removed_names: {{scopes: {{{names}}}}}\npermissions:"


def test_a_removed_scope_is_not_used_again(tmp_path: Path) -> None:
    """Its ladder keeps the name, so no grant at it is ever read again."""
    before, gone = desk(tmp_path, "scopes: reach"), ("team: {within: all}, ", "")
    assert told(before, desk(tmp_path, "scopes: reach", "", [gone])) == [
        "permission show: scope team is gone"
    ]
    assert told(before, desk(tmp_path, "scopes: reach", "", [gone, removed("reach: {team: {}}")])) == []


def test_another_ladder_may_use_a_removed_scope(tmp_path: Path) -> None:
    """What one ladder keeps from being used, the next one may have, if it does not keep it as well."""
    before = desk(tmp_path, "scopes: brief", "", [removed("brief: {own: {}}")])
    for kept, line in (("", ["permission show: removed scope own is gone"]), (", reach: {own: {}}", [])):
        after = desk(tmp_path, "scopes: reach", "", [removed("brief: {own: {}}" + kept)])
        assert told(before, after) == line


def test_an_alias_of_another_permission_is_a_text_as_well(tmp_path: Path) -> None:
    """What it named of the one, it cannot name of the other."""
    sides = [
        desk(tmp_path, "scopes: brief, aliases: ['a b']"),
        desk(tmp_path, "scopes: brief", "", [("note: Note", "note: {title: Note, aliases: ['a b']}")]),
    ]
    assert 'alias "a b": scope my is gone' in told(*sides)
