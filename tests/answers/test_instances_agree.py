"""Lists of instances, checks, trees and records say the same, at every level of a chain."""

from __future__ import annotations

import tempfile
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.catalog import Data
from plain.loading import loaded
from plain.strategies import names_in, policy_sets
from rolegate import Gate, Policy, Question
from rolegate.catalog.grant_syntax import parse_instance

CATALOG: Data = {
    "catalog": "desk",
    "resources": {
        "org": {"attribute": "org"},
        "shop": {"within": "org", "attribute": "shop"},
        "desk": {"within": "shop", "attribute": "desk"},
    },
    "permissions": {"access": {"per": "shop"}, "sell": {"per": "desk"}},
}
FRESH = "named nowhere"


def of_ana(folder: Path, grants: list[str], restrict: list[str] | None = None) -> Policy:
    lines: list[Data] = [{"user": "ana", "grants": grants}]
    if restrict:
        lines.append({"user": "ana", "restrict": restrict})
    return loaded(folder, {"catalog.yaml": CATALOG, "bindings.yaml": {"bindings": lines}})


@pytest.mark.parametrize(
    ("grants", "restrict", "expected"),
    [
        (["access[allegro/*]"], [], (("allegro/*",), False, ("allegro/*",))),
        (["access[X/Y]", "access[*]"], [], (("X/Y",), True, ("X/*",))),
        (["access[a/*]"], ["access[a/b]"], ((), False, ("a/*",))),
        (["access[*]", "sell[a/b/c]"], ["access[a/*]"], ((), True, ())),
        (["access[*]", "access[b/c]"], ["access[a/x]"], (("b/*", "b/c"), True, ("b/*",))),
        (["access[a/b]"], [], (("a/b",), False, ())),
    ],
    ids=str,
)
def test_what_the_list_says(
    grants: list[str], restrict: list[str], expected: tuple[Any, ...], tmp_path: Path
) -> None:
    """What is below an outer instance is listed where all of it is held, and an id beside a star is kept."""
    found = of_ana(tmp_path, grants, restrict).instances("access", user="ana")
    assert expected == (found.known, found.every, found.later)


def test_three_kinds_deep(tmp_path: Path) -> None:
    """The outermost instance that is held whole says it all."""
    found = of_ana(tmp_path, ["sell[a/*]", "sell[b/c/*]"]).instances("sell", user="ana")
    expected = (("a/*", "b/c/*"), False, ("a/*", "b/c/*"))
    assert expected == (found.known, found.every, found.later)


@examples(13)
@given(policy_sets())
def test_everybody_agrees_on_instances(files: dict[str, Data]) -> None:
    """The list, checks, boxes and records, on what is known and below it, on ids no file names."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        gate = Gate(policy)
        for user, domain in product(sorted(names_in(files)["user"]), policy.domains):
            tree = policy.tree(user=user, domain=domain)
            boxes = {node.id: node for node in tree.walk() if node.kind == "permission"}
            for permission in policy.catalog.permissions:
                if permission.chain and not permission.hidden:
                    agree(policy, gate, user, domain, permission, boxes)


def agree(policy: Policy, gate: Gate, user: str, domain: str, permission: Any, boxes: dict[str, Any]) -> None:
    who: dict[str, Any] = {"user": user, "domain": domain}
    depth = len(permission.chain)
    listed = policy.instances(permission.path, **who)
    shown = {
        parse_instance(node.instance): node.state == "on"
        for node in boxes.values()
        if node.path == permission.path and node.instance is not None
    }
    held = gate.subject(user, domain).held(permission.path)

    def may(path: tuple[str, ...]) -> bool:
        question = Question(permission.path, on=path or None, **who)
        return policy.decide(question).allowed

    def rows(path: tuple[str, ...]) -> bool:
        broadest = [right for right in held.rights if right.scope in (None, permission.scope_names[0])]
        denied = [d for d in held.denied if d.covers(path)]
        return any(right.covers(path) for right in broadest) and not denied

    everything = {parse_instance(text) for text in listed.known}
    later = {parse_instance(text) for text in listed.later} | ({()} if listed.every else set())
    for path, on in shown.items():
        assert on is may(path)
        if len(path) == depth:
            assert (path in everything) is may(path)
            assert rows(path) is may(path)
        else:
            fresh = (*path, *[FRESH] * (depth - len(path)))
            assert (path in later) is may(fresh), (path, listed)
            assert rows(fresh) is may(fresh)
            whole = any(path[:count] in everything for count in range(len(path) + 1))
            assert (whole or may(())) is may(path)
    assert {path for path in everything if not may(path)} == set()


def test_the_command_says_what_is_below(tmp_path: Path) -> None:
    """`rolegate check --list` answers yes where a check does."""
    from click.testing import CliRunner

    from rolegate_cli.app import cli

    of_ana(tmp_path, ["access[allegro/*]"])
    result = CliRunner().invoke(cli, ["check", str(tmp_path), "access", "--list", "--user", "ana"])
    assert (0, "allegro/*\n") == (result.exit_code, result.output)
    assert rolegate.load(tmp_path).decide(Question("access", user="ana", on=("allegro", FRESH))).allowed
