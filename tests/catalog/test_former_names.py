"""Former names of plans, add-ons and kinds of domains mean what is called otherwise now."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.strategies import Files, policy_sets
from renamed_sets import renamed
from rolegate import access_diff

NOUNS = ("plans", "addons", "domain_kinds")
KEYS = {"plan": "plans", "kind": "domain_kinds", "any_of": "addons"}


def called_as_before(files: Files) -> tuple[Files, int]:
    """The set with a former name in place of each plan, add-on and kind of domain; how often one is used."""
    catalog = files["catalog.yaml"]
    names = {noun: list(catalog.get(noun, ())) for noun in NOUNS}
    used = 0

    def former(noun: str, value: Data) -> Data:
        nonlocal used
        if isinstance(value, list):
            return [
                {"any_of": former(noun, one["any_of"])} if isinstance(one, dict) else former(noun, one)
                for one in value
            ]
        used += value in names[noun]
        return f"was-{value}" if value in names[noun] else value

    def walk(node: Data) -> Data:
        if isinstance(node, list):
            return [walk(one) for one in node]
        if not isinstance(node, dict):
            return node
        return {
            key: former(KEYS.get(str(key), str(key)), value)
            if key in (*NOUNS, "any_of") and isinstance(value, list)
            else walk(value)
            for key, value in node.items()
        }

    declared: Data = {}
    for noun in NOUNS:
        if noun in catalog:
            given_by = catalog[noun] if isinstance(catalog[noun], dict) else dict.fromkeys(catalog[noun])
            declared[noun] = {
                name: {**_mapping(node, name), "renamed_from": [f"was-{name}"]}
                for name, node in given_by.items()
            }
            for node in declared[noun].values():
                if "requires" in node:
                    node["requires"] = former("addons", node["requires"])
    rest = walk({key: value for key, value in catalog.items() if key not in NOUNS})
    made = {**copy.deepcopy(dict(files)), "catalog.yaml": {**rest, **declared}}
    for node in made.get("domains.yaml", {}).get("domains", {}).values():
        for key, noun in (("plan", "plans"), ("kind", "domain_kinds"), ("addons", "addons")):
            if node and key in node:
                node[key] = former(noun, node[key])
    return made, used


def _mapping(node: Data, name: str) -> Data:
    return dict(node) if isinstance(node, dict) else {"title": node or name}


@given(policy_sets())
@examples(13)
def test_former_names_compile_to_the_same_lines(files: Files) -> None:
    """Wherever one is written; each place is warned of once, and nothing else is."""
    before, used = called_as_before(files)
    found = renamed(files, before)
    assert (used, []) == (found.told, found.changed)


CATALOG = """catalog: desk
domain_kinds: {shop: Shop}
plans: {free: Free, pro: Pro}
addons: {sso: Login, logs: {title: Logs, requires: sso}}
permissions:
  pay: {title: Pay, plans: [pro], addons: [logs]}
  see: {title: See, domain_kinds: [shop]}
"""
DOMAINS = "domains: {acme: {kind: shop, plan: pro, addons: [sso, logs]}}\n"
BINDINGS = "bindings: [{user: ana, grants: [pay, see], domain: acme}]\n"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pro: Pro", "team: {title: Team, renamed_from: pro}"),
        ("sso: Login", "login: {title: Login, renamed_from: sso}"),
        ("shop: Shop", "branch: {title: Branch, renamed_from: [office, shop]}"),
    ],
)
def test_a_rename_alone_changes_no_access(old: str, new: str, tmp_path: Path) -> None:
    """Neither with files that say the former name, nor with those that say the new one."""
    policies = []
    for number, text in enumerate((CATALOG, CATALOG.replace(old, new, 1))):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "catalog.yaml").write_text(text)
        (folder / "domains.yaml").write_text(DOMAINS)
        (folder / "bindings.yaml").write_text(BINDINGS)
        policies.append(rolegate.load(folder))
    assert not access_diff(*policies)
    asked = rolegate.Question("pay", user="ana", domain="acme")
    assert [policy.decide(asked).allowed for policy in policies] == [True, True]


@pytest.mark.parametrize(
    "renamed",
    [
        ("pro: Pro", "team: {title: Team, renamed_from: !lost pro}"),
        ("sso: Login", "login: {title: Login, renamed_from: !lost sso}"),
        ("shop: Shop", "branch: {title: Branch, renamed_from: !lost shop}"),
    ],
)
def test_a_former_name_that_is_lost_is_one_finding(renamed: tuple[str, str], tmp_path: Path) -> None:
    """What is called by it is not reported as unknown: the value that could not be read may name it."""
    (tmp_path / "catalog.yaml").write_text(CATALOG.replace(*renamed, 1))
    (tmp_path / "domains.yaml").write_text(DOMAINS)
    (tmp_path / "bindings.yaml").write_text(BINDINGS)
    assert [one.code for one in rolegate.validate([tmp_path]).diagnostics] == ["RG106"]
