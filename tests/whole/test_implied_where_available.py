"""What is implied is held where it is available, and simply absent elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Policy

FILES = {
    "catalog.yaml": """
catalog: reports
plans: [free, pro]
permissions:
  manage: {title: Manage, implies: schedule}
  schedule: {title: Schedule, plans: [pro], implies: queue}
  queue: {title: Queue, plans: [pro], hidden: true}
  send: {title: Send, plans: [pro], requires: schedule}
""",
    "roles/manager.yaml": "role: manager\ngrants: [manage, send]\n",
    "domains.yaml": "domains: {small: {plan: free}, large: {plan: pro}}\n",
    "bindings.yaml": """
bindings:
  - {user: ana, role: manager, domain: small}
  - {user: ana, role: manager, domain: large}
  - {user: bo, grants: [manage], domain: small}
  - {user: bo, grants: [manage], domain: large}
  - {user: cy, role: manager, domain: large}
  - {user: cy, restrict: [schedule], domain: large}
""",
}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return rolegate.load(write(tmp_path, FILES))


def held(policy: Policy, user: str, domain: str) -> list[str]:
    paths = ("manage", "schedule", "queue", "send")
    return [path for path in paths if policy.check(user, path, domain=domain)]


def test_it_is_held_where_it_is_available(policy: Policy) -> None:
    """With what is hidden behind it, and through roles and lines of grants alike."""
    assert ["manage", "schedule", "queue", "send"] == held(policy, "ana", "large")
    assert ["manage", "schedule", "queue"] == held(policy, "bo", "large")
    assert ["manage"] == held(policy, "ana", "small") == held(policy, "bo", "small")


def test_a_restriction_takes_it_as_before(policy: Policy) -> None:
    """What implies it stays; what requires it goes."""
    assert ["manage"] == held(policy, "cy", "large")


def test_a_denial_names_the_plan(policy: Policy) -> None:
    """Not the role, which has it."""
    reason = policy.explain("ana", "schedule", domain="small").decision.reason
    assert "`schedule` needs the plan `pro`, which domain `small` does not have" == reason


def test_a_role_may_not_except_it(tmp_path: Path) -> None:
    """Whatever the plans, what is held goes with what it implies."""
    role = "role: manager\ngrants: [manage]\nexcept: [schedule]\n"
    found = rolegate.validate([write(tmp_path, {**FILES, "roles/manager.yaml": role})]).diagnostics
    assert ["RG314"] == [one.code for one in found if one.severity == "error"]
