"""One of several add-ons is enough, and add-ons that need others never stand alone."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Policy

FILES = {
    "catalog.yaml": """
catalog: studio
addons: {copilot: Copilot, ai: {title: AI, requires: copilot}, bots: Bots, sms: {}}
permissions:
  ask: {title: Ask, addons: [copilot]}
  lessons:
    addons: [{any_of: [ai, bots]}]
    permissions:
      learn: {title: Learn, requires: lessons.read}
      read: {title: Read, addons: [{any_of: [bots, sms, ai]}]}
      send: {title: Send, addons: [sms]}
      teach: {title: Teach, addons: [ai], requires: ask}
""",
    "roles/all.yaml": "role: all\ngrants: ['*']\n",
    "domains.yaml": """
domains:
  none: {}
  bots: {addons: [bots]}
  inside: {within: bots, addons: [sms]}
  ai: {addons: [ai, copilot]}
""",
    "bindings.yaml": """
bindings:
  - {user: ana, role: all, domain: none}
  - {user: ana, role: all, domain: bots}
  - {user: ana, role: all, domain: ai}
  - {user: bo, grants: [lessons.send], domain: bots}
""",
}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return rolegate.load(write(tmp_path, FILES))


def test_each_domain_has_what_its_add_ons_bring(policy: Policy) -> None:
    """Those of the domain around it count, and one of several is enough."""
    paths = ("ask", "lessons.learn", "lessons.read", "lessons.send", "lessons.teach")
    held = {
        domain: [path for path in paths if policy.check("ana", path, domain=domain)]
        for domain in ("none", "bots", "inside", "ai")
    }
    assert {
        "none": [],
        "bots": ["lessons.learn", "lessons.read"],
        "inside": ["lessons.learn", "lessons.read", "lessons.send"],
        "ai": ["ask", "lessons.learn", "lessons.read", "lessons.teach"],
    } == held
    assert policy.check("bo", "lessons.send", domain="inside")
    assert not policy.check("bo", "lessons.send", domain="bots")


def test_a_condition_that_another_one_meets_is_left_out_of_the_lines(policy: Policy) -> None:
    """A wider choice, or one with an add-on that is needed anyway."""
    doms = {line.act: line.dom for line in policy.compile().p if line.sub == "role:all"}
    assert {
        "ask": "gate:addon=copilot",
        "lessons.learn": "gate:addon=ai|bots",
        "lessons.read": "gate:addon=ai|bots",
        "lessons.send": "gate:addon=ai|bots&addon=sms",
        "lessons.teach": "gate:addon=ai",
    } == doms


def test_a_denial_says_what_is_needed(policy: Policy) -> None:
    """The choice in words."""
    reason = policy.explain("ana", "lessons.send", domain="none").decision.reason
    assert "the add-on `ai` or `bots` and the add-on `sms`, which domain `none` does not have" in reason
