"""A gate and its subjects, about users whom no line names, where everyone has something."""

from __future__ import annotations

from pathlib import Path

import pytest

from reading import write
from rolegate import Gate, Policy, Question, load
from rolegate.compiled.names import EVERYONE, role_name, user_name
from rolegate.engine.casbin_reference import casbin_enforcer

FILES = {
    "catalog.yaml": """
catalog: demo
scopes: {reach: [all, my]}
resources: {inbox: Inbox}
permissions:
  show: {title: Show, scopes: reach}
  close: {title: Close, requires: access}
  access: {title: Access, per: inbox}
  send: Send
  op: {title: Op, hidden: true}
  see: {title: See, implies: op}
""",
    "roles/all.yaml": "roles:\n  guest: {grants: [show@my, 'access[*]', see]}\n  agent: {grants: [send]}\n",
    "domains.yaml": "domains: {acme: {instances: {inbox: [A, B]}}, inner: {within: acme}, other: {}}\n",
    "bindings.yaml": """
bindings:
  - {everyone: true, role: guest, domain: acme}
  - {everyone: true, restrict: ["access[A]"], domain: acme}
  - {user: bo, restrict: [see], domain: acme}
  - {user: ana, role: agent, domain: acme}
""",
}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    write(tmp_path, FILES)
    return load(tmp_path)


def test_a_stranger_is_everyone(policy: Policy) -> None:
    """Every way of asking a gate says so: of plain permissions, scopes, instances, and hidden ones."""
    gate = Gate(policy)
    for domain in ("acme", "inner"):
        asked = {
            "see": True,
            "op": True,
            "send": False,
        }
        subject = gate.subject("stranger", domain)
        for permission, allowed in asked.items():
            assert gate.check("stranger", permission, domain=domain) is allowed
            assert subject.can(permission) is allowed
        assert gate.check("stranger", "show", domain=domain, scope="my")
        assert not gate.check("stranger", "show", domain=domain)
        assert gate.check("stranger", "access", domain=domain, on="B")
        assert not gate.check("stranger", "access", domain=domain, on="A")
        assert not gate.check("stranger", "access", domain=domain)
        assert subject.permissions() == {"show", "access", "see", "op"}
        assert subject.scopes("show") == ("my",)
        boxes = {box.path: box.state for box in subject.tree().children}
        assert (boxes["see"], boxes["send"]) == ("on", "off")
    assert gate.subject("stranger", "acme").instances("access").known == ("B",)
    assert not gate.check("stranger", "see", domain="other")
    assert not gate.subject("stranger", "other").can("see")


def test_a_user_whom_lines_name_is_everyone_too(policy: Policy) -> None:
    """What they have and lose by themselves comes to it."""
    gate = Gate(policy)
    assert gate.check("ana", "send", domain="acme") and gate.check("ana", "see", domain="acme")
    assert not gate.check("bo", "see", domain="acme") and not gate.check("bo", "op", domain="acme")
    assert gate.check("bo", "show", domain="acme", scope="my")
    assert not gate.check("bo", "send", domain="acme")


@pytest.mark.parametrize("user", ["", "\ud800", "x" * 300, 7, None, b"ana"])
def test_what_cannot_be_a_user_is_nobody(user: str, policy: Policy) -> None:
    """An empty id matches `user:*` in Casbin, so a gate goes on refusing it; nothing is remembered."""
    gate = Gate(policy)
    assert not gate.check(user, "see", domain="acme")
    assert not gate.check(user, "op", domain="acme")
    if isinstance(user, str):
        subject = gate.subject(user, "acme")
        assert not subject.can("see")
        assert subject.permissions() == frozenset()
        assert not policy.decide(Question("see", user=user, domain="acme"))


def test_the_star_is_a_user_like_others(policy: Policy) -> None:
    """A user called `*`, `user:*` or `%2A` is a stranger, and not the subject of compiled lines."""
    gate = Gate(policy)
    enforcer = casbin_enforcer(policy.compile())
    for name in ("*", "user:*", "%2A", ":every"):
        for permission in ("see", "send"):
            allowed = gate.check(name, permission, domain="acme")
            assert allowed is (permission == "see")
            assert enforcer.enforce(user_name(name), "acme", "-", permission, "-") is allowed


def test_strangers_are_not_remembered(policy: Policy) -> None:
    """Asking about them stores nothing."""
    gate = Gate(policy)
    live = gate._live
    before = len(live.tables["acme"].users)
    for number in range(50):
        assert gate.check(f"stranger {number}", "see", domain="acme")
        assert gate.subject(f"stranger {number}", "acme").can("see")
    assert len(live.tables["acme"].users) == before


def test_a_change_of_what_everyone_has_reaches_strangers_and_others(policy: Policy) -> None:
    """The index follows a link of everyone; a gate on it answers at once."""
    gate = Gate(policy)
    index = gate._live.index
    index.link(EVERYONE, role_name("agent", None), "acme")
    for name in ("stranger", "ana", "bo"):
        assert index.allows(user_name(name), "acme", "-", "send", "-")
        assert gate._live.tables["acme"].user_mask(name)
    index.unlink(EVERYONE, role_name("agent", None), "acme")
    index.unlink(EVERYONE, role_name("guest", None), "acme")
    assert not index.allows(user_name("stranger"), "acme", "-", "see", "-")
    assert index.allows(user_name("ana"), "acme", "-", "send", "-")


def test_who_can_names_those_who_may_not(policy: Policy) -> None:
    """Everyone comes first, with the users who are denied; those who are named follow."""
    found = [(holder.kind, holder.name, holder.but_not) for holder in policy.who_can("see", domain="acme")]
    assert found == [("everyone", "", ("bo",)), ("user", "ana", ()), ("role", "guest", ())]
    assert policy.who_can("see", domain="acme")[0].to_dict()["but_not"] == ["bo"]
    assert [holder.kind for holder in policy.who_can("send", domain="acme")] == ["user", "role"]


def test_an_explanation_names_everyone(policy: Policy) -> None:
    """Why a stranger may, and what is in the way of one who may not."""
    why = policy.explain("stranger", "see", domain="acme")
    assert [step.text for step in why.chain] == ["everyone has role `guest`", "role `guest` grants `see`"]
    assert [note.code for note in why.decision.notes] == ["RG609"]
    no = policy.explain("stranger", "access", domain="acme", on="A")
    assert [step.text for step in no.blocked] == ["everyone is restricted: `access[A]`"]
    assert no.nearest[0].text.startswith("lift the restriction at ")
    assert no.nearest[0].line == 4
