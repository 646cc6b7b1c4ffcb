"""What `only` leaves of a role: the instances it names, and what is implied there."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from plain.asking import Rolegate, questions, telling
from plain.catalog import Data
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, policy_sets
from rolegate import Policy, Question

CATALOG: Data = {
    "catalog": "desk",
    "resources": {"inbox": "Inbox", "shop": "Shop", "account": {"title": "Account", "within": "shop"}},
    "permissions": {
        "read": {"title": "Read", "per": "inbox"},
        "reply": {"title": "Reply", "per": "inbox", "implies": ["read", "templates", "open[*]"]},
        "templates": "Templates",
        "sign": "Sign",
        "open": {"title": "Open", "per": "shop"},
        "sell": {"title": "Sell", "per": "account", "implies": ["open", "till"]},
        "till": {"title": "Till", "per": "account"},
    },
}


def desk(folder: Path, *lines: Data) -> Policy:
    """A set with a role that holds everything, and *lines*."""
    return loaded(
        folder,
        {
            "catalog.yaml": CATALOG,
            "roles/all.yaml": {"role": "all", "grants": ["*"]},
            "bindings.yaml": {"bindings": [{"user": "ana", "role": "all", **line} for line in lines]},
        },
    )


def may(policy: Policy, permission: str, on: Any = None) -> bool:
    return policy.decide(Question(permission, user="ana", on=on)).allowed


def test_what_a_kept_right_implies_is_kept(tmp_path: Path) -> None:
    """`rest: drop` drops nothing that replying implies: neither a right that takes no inbox, nor a shop."""
    policy = desk(tmp_path, {"only": {"inbox": ["A"]}, "rest": "drop"})
    assert may(policy, "reply", "A")
    assert may(policy, "read", "A")
    assert may(policy, "templates")
    assert may(policy, "open")
    assert not may(policy, "sign")
    assert not may(policy, "read", "B")
    assert not may(policy, "reply")


def test_what_is_implied_is_narrowed_as_what_implies_it(tmp_path: Path) -> None:
    """Selling for one account implies opening its shop, and no other."""
    policy = desk(tmp_path, {"only": {"account": ["allegro/one"]}, "rest": "drop"})
    assert may(policy, "open", "allegro")
    assert may(policy, "till", ("allegro", "one"))
    assert not may(policy, "open", "ebay")
    assert not may(policy, "till", ("allegro", "two"))


def test_what_reaches_past_the_named_instances_is_told(tmp_path: Path) -> None:
    """Selling at Allegro implies opening Allegro, though the line names another shop."""
    policy = desk(tmp_path, {"only": {"account": ["allegro/one"], "shop": ["ebay"]}, "rest": "drop"})
    assert ["RG412"] == [finding.code for finding in policy.warnings]
    assert may(policy, "open", "allegro")


def test_only_never_widens(tmp_path: Path) -> None:
    """What the kept rights imply is held on no instance that the role itself is not for."""
    files = {
        "catalog.yaml": CATALOG,
        "roles/some.yaml": {"role": "some", "grants": ["reply[A]", "sell[allegro/one]"]},
        "bindings.yaml": {
            "bindings": [{"user": "ana", "role": "some", "only": {"shop": ["allegro"]}, "rest": "drop"}]
        },
    }
    policy = loaded(tmp_path, files)
    held = {line[2:5] for line in policy.compile().p if "@shop" in line.sub}
    assert {
        ("allegro/one", "sell", "-"),
        ("allegro/one", "till", "-"),
        ("allegro", "open", "-"),
    } == held


@examples(30)
@given(policy_sets(), st.integers(0, 2**16))
def test_what_only_leaves_is_closed_under_implies(files: dict[str, Data], seed: int) -> None:
    """Whoever holds a right through `only` holds what it implies, and the role of the line holds both."""
    lines = [line for line in files["bindings.yaml"]["bindings"] if "only" in line]
    files = {**files, "bindings.yaml": {"bindings": lines}}
    plain = Evaluator(files, NOW)
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        answer = Rolegate(policy, NOW).answer
        for ask in telling(questions(files, plain), plain, 300, seed):
            assert plain.answer(ask) is answer(ask), ask
    for line in lines:
        atoms = plain.given(line, line.get("domain", "default"))
        index = plain.role(line["role"], line.get("domain", "default"))
        assert index is not None
        assert atoms == plain.closed(atoms)
        assert atoms <= plain.rights(index)
