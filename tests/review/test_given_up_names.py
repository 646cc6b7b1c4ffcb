"""A removed name that a change keeps no longer is told, and is a rule of the gate."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import access_diff, judge_change

CATALOG = """
catalog: desk
custom_roles: {}
plans: [basic]
scopes: {reach: {all: {}, my: {within: all}}}
removed: {export: {}}
removed_names:
  roles: {helper: {}}
  domains: {acme: {}}
  plans: {free: {}}
  scopes: {reach: {team: {}}}
permissions: {show: {title: Show, scopes: reach}}
"""
FILES = {
    "catalog": CATALOG,
    "domains": "domains: {inc: {plan: basic}}\n",
    "roles/agent": "role: agent\ngrants: show@my\n",
}


def desk(folder: Path, *edits: tuple[str, str, str]) -> rolegate.Policy:
    files = dict(FILES)
    for file, old, new in edits:
        assert old in files[file]
        files[file] = files[file].replace(old, new, 1)
    return rolegate.load(write(folder, {f"{name}.yaml": text for name, text in files.items()}))


@pytest.mark.parametrize(
    ("noun", "name", "entry", "again"),
    [
        ("path", "export", "removed: {export: {}}", ("catalog", "{show:", "{export: Export, show:")),
        ("role", "helper", "  roles: {helper: {}}\n", ("roles/agent", "agent", "helper")),
        ("domain", "acme", "  domains: {acme: {}}\n", ("domains", "inc", "acme")),
        ("scope", "reach.team", "  scopes: {reach: {team: {}}}\n", ("catalog", "my: {", "team: {}, my: {")),
        ("plan", "free", "  plans: {free: {}}\n", None),
    ],
)
def test_a_name_that_is_not_kept_any_more(
    tmp_path: Path, noun: str, name: str, entry: str, again: tuple[str, str, str] | None
) -> None:
    """To take it out of the list is a rule, whether the name comes again at once or in the next change."""
    old = desk(tmp_path / "old")
    out = ("catalog", entry, "")
    new = desk(tmp_path / "new", out)
    said = f"the {noun} `{name}`, which was removed, is no longer kept from being used again"
    assert said in [note.text for note in access_diff(old, new).notes]
    assert f'removed {noun} "{name}": gone' in rules(old, new)
    if again is not None and noun != "scope":
        both = desk(tmp_path / "again", out, again)
        (note,) = [note for note in access_diff(old, both).notes if note.kind == "again"]
        assert note.text.startswith(f"the {noun} `{name}`, which was removed, is declared again")
        assert Path(note.file).name == f"{Path(again[0]).name}.yaml"


def test_one_more_removed_name_is_no_rule(tmp_path: Path) -> None:
    """It keeps a name from being used, and lets nobody do anything."""
    new = desk(tmp_path / "new", ("catalog", "{free: {}}", "{free: {}, trial: {}}"))
    assert rules(desk(tmp_path / "old"), new) == []


def test_a_scope_is_kept_under_the_name_of_its_ladder_today(tmp_path: Path) -> None:
    """A ladder that is renamed still has its removed scopes."""
    new = desk(tmp_path / "new", ("catalog", "{reach: {all", "{span: {renamed_from: reach, all"))
    assert rules(desk(tmp_path / "old"), new) == []


def rules(old: rolegate.Policy, new: rolegate.Policy) -> list[str]:
    return [
        text for refusal in judge_change(old, new).refusals for text in refusal.what if refusal.kind == "rule"
    ]
