"""A kind of instances keeps its meaning under a former name, in domains and in lines."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.strategies import NOW, Files, policy_sets
from renamed_sets import renamed
from rolegate import access_diff


def between(files: Files) -> tuple[Files, int]:
    """The set that renames every kind, and says the former name wherever a kind is named."""
    kinds = files["catalog.yaml"].get("resources", {})
    names = set(kinds)
    used = 0

    def called(name: str) -> str:
        nonlocal used
        used += name in names
        return f"was-{name}" if name in names else name

    def walk(node: Data, key: str = "") -> Data:
        if isinstance(node, list):
            return [walk(one, key) for one in node]
        if not isinstance(node, dict):
            return called(node) if key == "per" else node
        if key in ("instances", "removed", "only"):
            return {called(kind): ids for kind, ids in node.items()}
        return {name: walk(inner, name) for name, inner in node.items()}

    made = {
        name: walk(data) if name != "catalog.yaml" else copy.deepcopy(data) for name, data in files.items()
    }
    catalog = made["catalog.yaml"]
    catalog["permissions"] = walk(catalog["permissions"])
    bodies = {name: body if isinstance(body, dict) else {"title": body} for name, body in kinds.items()}
    catalog["resources"] = {
        name: {key: called(value) if key == "within" else value for key, value in body.items()}
        | {"renamed_from": [f"was-{name}"]}
        for name, body in bodies.items()
    }
    return made, used


@given(policy_sets())
@examples(10)
def test_renaming_every_kind_compiles_to_the_same_lines(files: Files) -> None:
    """Each place is warned of once, and the diff is empty."""
    made, used = between(files)
    found = renamed(files, made)
    assert (used, []) == (found.told, found.changed)


CATALOG = """catalog: desk
resources: {box: {title: Box, renamed_from: inbox, attribute: inbox_id}, shelf: {within: box}}
permissions: {read: {title: Read, per: box}, sort: {title: Sort, per: shelf}}
"""
DOMAINS = "domains: {acme: {instances: {inbox: {a: Sales, b: Help}, box: c}, removed: {inbox: d}}}\n"
BINDINGS = "bindings: [{user: ana, role: agent, domain: acme, only: {inbox: a, box: [b]}, rest: drop}]\n"


def desk(folder: Path, catalog: str = CATALOG) -> Path:
    (folder / "roles").mkdir(parents=True)
    (folder / "catalog.yaml").write_text(catalog)
    (folder / "domains.yaml").write_text(DOMAINS)
    (folder / "roles/agent.yaml").write_text("role: agent\ngrants: ['read[*]']\n")
    (folder / "bindings.yaml").write_text(BINDINGS)
    return folder


def test_what_is_listed_under_both_names_is_one_list(tmp_path: Path) -> None:
    """Lines, lists and titles have the kind of today."""
    policy = rolegate.load(desk(tmp_path))
    assert policy.resolved.domains["acme"].instances["box"] == ("a", "b", "c")
    assert policy.resolved.domains["acme"].titles == {"box": {"a": "Sales", "b": "Help"}}
    (line,) = policy.bindings(user="ana")
    assert line.only == {"box": ("a", "b")}
    held = [policy.check("ana", "read", domain="acme", on=id).allowed for id in "abc"]
    assert held == [True, True, False]
    assert "inbox" not in policy.compile().policy_text


def test_a_renamed_kind_is_no_change(tmp_path: Path) -> None:
    """Neither of access nor of the records, unless another attribute holds the id."""
    before = CATALOG.replace("box: {title: Box, renamed_from: inbox,", "inbox: {title: Box,")
    old = desk(tmp_path / "old", before.replace("box}", "inbox}"))
    (old / "domains.yaml").write_text(DOMAINS.replace(", box: c", ""))
    (old / "bindings.yaml").write_text(BINDINGS.replace("inbox: a, box: [b]", "inbox: [a, b]"))
    made = {name: CATALOG.replace("inbox_id", name) for name in ("inbox_id", "box_id")}
    new = [rolegate.load(desk(tmp_path / name, text)) for name, text in made.items()]
    diffs = [access_diff(rolegate.load(old), policy, at=NOW) for policy in new]
    assert not diffs[0]
    assert [(one.before, one.after) for one in diffs[1].conditions] == [("box: inbox_id", "box: box_id")]


@pytest.mark.parametrize("other", ["renamed_from: inbox", "renamed_from: box"])
def test_a_former_name_of_two_kinds_is_refused(tmp_path: Path, other: str) -> None:
    """It would name the instances of both."""
    desk(tmp_path / "set", CATALOG.replace("{within: box}", f"{{within: box, {other}}}"))
    found = rolegate.validate([tmp_path]).diagnostics
    assert {one.code for one in found if one.severity == "error"} == {"RG235"}
