"""Hidden permissions in the tables: what implies one is joined by *or*; a denial of one leaves the others."""

from __future__ import annotations

import pytest
import yaml

from plain.loading import loaded
from rolegate import Gate, Question

SET = """
catalog.yaml:
  catalog: hotel
  scopes: {reach: {all: {title: All}, my: {title: My, within: all}}}
  resources: {floor: Floor}
  permissions:
    clean: {title: Clean, implies: [enter, "key[1]"]}
    guard: {title: Guard, per: floor, implies: [enter, key]}
    guide: {title: Guide, scopes: reach, implies: find}
    enter: {hidden: true, aliases: ["come:in"]}
    key: {hidden: true, per: floor}
    find: {hidden: true, scopes: reach}
roles/maid.yaml: {role: maid, grants: [clean, guide@my]}
roles/watch.yaml: {role: watch, grants: ["guard[*]"]}
domains.yaml: {domains: {north: {}, south: {}}}
bindings.yaml:
  bindings:
    - {user: ana, role: maid, domain: north}
    - {user: ana, role: watch, domain: north}
    - {user: ana, restrict: [clean], domain: north}
    - {user: bo, role: watch, domain: north}
    - {user: bo, restrict: ["guard[2]"], domain: north}
    - {user: cem, role: maid, domain: south}
    - {user: dana, role: maid, domain: north}
    - {user: dana, restrict: [clean, guide], domain: north}
"""

ASKED = [
    ("ana", "enter", None, None, True),  # as a watch
    ("ana", "come:in", None, None, True),
    ("bo", "enter", None, None, True),  # on the other floors
    ("cem", "enter", None, None, True),
    ("dana", "enter", None, None, False),
    ("eve", "enter", None, None, False),
    ("bo", "key", "1", None, True),
    ("bo", "key", "2", None, False),
    ("bo", "key", None, None, False),
    ("ana", "key", None, None, True),
    ("cem", "key", "1", None, True),  # clean implies it there
    ("cem", "key", "2", None, False),
    ("dana", "key", "1", None, False),
    ("cem", "find", None, "my", True),
    ("cem", "find", None, None, False),
    ("dana", "find", None, "my", False),
    ("ana", "find", None, "your", False),
    ("ana", "key", ("1", "2"), None, False),
]


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    return Gate(loaded(tmp_path_factory.mktemp("hotel"), yaml.load(SET, yaml.CBaseLoader)))


@pytest.mark.parametrize(("user", "permission", "on", "scope", "allowed"), ASKED)
def test_the_tables_answer_as_a_decision_does(
    gate: Gate, user: str, permission: str, on: str | tuple[str, ...] | None, scope: str | None, allowed: bool
) -> None:
    """Asked through a gate, through a subject, and of the policy, with reasons."""
    domain = "south" if user == "cem" else "north"
    assert gate.check(user, permission, domain=domain, on=on, scope=scope) is allowed
    assert gate.subject(user, domain).can(permission, on=on, scope=scope) is allowed
    asked = Question(permission, user=user, domain=domain, on=on, scope=scope)
    assert gate.policy.decide(asked).allowed is allowed


def test_a_raw_request_about_a_hidden_permission_is_denied(gate: Gate) -> None:
    """No line is about it, so the index says what Casbin says."""
    index, stock = gate._live.index, gate.enforcer()
    for act, obj, scope in (("enter", "-", "-"), ("key", "1", "-"), ("find", "-", "my")):
        assert not index.allows("user:ana", "north", obj, act, scope)
        assert not index.allows_some("user:ana", "north", obj, act, scope)
        assert not stock.enforce("user:ana", "north", obj, act, scope)
