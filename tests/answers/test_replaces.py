"""Whatever is shown of a domain is about the versions of default roles that it has."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Policy, Question

FILES = {
    "catalog.yaml": """catalog: demo
resources: {inbox: Inbox}
permissions: {show: Show, edit: Edit, chat: Chat, open: {title: Open, per: inbox}}
""",
    "roles/all.yaml": """roles:
  agent: {title: Agent, grants: [show, edit, "open[*]"]}
  own: {domain: acme, replaces: agent, extends: agent, except: [edit], grants: [chat]}
  inner: {title: Inner, domain: emea, replaces: agent, grants: [show, "open[A]"]}
""",
    "labels/fr.yaml": "locale: fr\nroles: {agent: Agent FR}\n",
    "domains.yaml": "domains: {acme: {}, emea: {within: acme}, other: {}}\n",
    "bindings.yaml": """bindings:
  - {user: ana, role: agent, domain: acme}
  - {user: bo, role: own, domain: acme}
  - {user: cy, role: agent, domain: other}
  - {user: di, role: agent, domain: acme, only: {inbox: [B]}, rest: keep}
  - {role: agent, restrict: [chat], domain: acme, from: 2026-07-01}
  - {user: gus, role: agent, domain: acme, until: 2026-05-01}
  - {everyone: true, grants: [chat], domain: other}
""",
}
AT = datetime(2026, 6, 15, tzinfo=UTC)


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return rolegate.load(write(tmp_path, FILES), at=AT)


def test_roles_have_one_name_in_a_domain(policy: Policy) -> None:
    """A version is listed by the name of what it replaces; inside another version by its own."""
    assert policy.roles_of("acme") == ("agent",)
    assert policy.roles_of("emea") == ("agent", "own")
    assert policy.roles_of("other") == ("agent",)
    assert set(policy.roles) == {"agent", "acme/own", "emea/inner"}


def test_the_matrix_of_a_domain_has_its_version(policy: Policy) -> None:
    """In a column called as the default role, with the title that the version has, or the default role's."""
    assert policy.matrix(domain="acme").roles == (("agent", "Agent (acme)"),)
    assert policy.matrix(domain="acme", locale="fr").roles == (("agent", "Agent FR (acme)"),)
    assert policy.matrix(domain="emea").roles == (("own", "Agent (acme)"), ("agent", "Inner (emea)"))
    held = {row.path: row.cells for row in policy.matrix(domain="acme").rows if not row.group}
    assert held == {"show": ("yes",), "edit": ("",), "chat": ("yes",), "open": ("yes",)}


def test_the_tree_of_a_role_is_that_of_the_version(policy: Policy) -> None:
    """In each domain that has one."""

    def ticked(domain: str | None) -> set[str]:
        root = policy.tree(role="agent", domain=domain)
        return {node.id for node in root.children if node.state == "on"}

    assert ticked("acme") == {"show", "chat", "open[*]"}
    assert ticked("other") == ticked(None) == {"show", "edit", "open[*]"}


def test_an_explanation_names_the_version_and_what_it_replaces(policy: Policy) -> None:
    """With the place where the version says so."""
    chain = policy.explain("ana", "chat", domain="acme").chain
    assert [(step.text, Path(step.file).name, step.line) for step in chain] == [
        ("user `ana` has role `agent`", "bindings.yaml", 2),
        ("role `own` replaces `agent` in domain `acme`", "all.yaml", 3),
        ("role `own` grants `chat`", "all.yaml", 3),
    ]
    direct = policy.explain("bo", "chat", domain="acme").chain
    assert [step.text for step in direct] == ["user `bo` has role `own`", "role `own` grants `chat`"]


def test_who_can_has_each_role_once(policy: Policy) -> None:
    """By the name that it has in the domain."""
    found = {(holder.kind, holder.name) for holder in policy.who_can("chat", domain="acme")}
    assert found == {("user", "ana"), ("user", "bo"), ("user", "di"), ("role", "agent")}
    inside = {(holder.kind, holder.name) for holder in policy.who_can("chat", domain="emea")}
    assert inside == {("user", "bo"), ("role", "own")}  # ana has the version of emea there


def test_only_narrows_the_version(policy: Policy) -> None:
    """Of the domain in which the line stands."""
    asked = (
        policy.check("di", "open", domain="acme", on="B"),
        policy.check("di", "open", domain="acme", on="A"),
    )
    assert [bool(decision) for decision in asked] == [True, False]
    assert policy.check("di", "chat", domain="acme")
    assert not policy.check("di", "edit", domain="acme")


def test_lines_are_found_by_what_they_give(policy: Policy) -> None:
    """A line that names the default role gives the version; both names of the version find it."""

    def users(role: str, domain: str | None) -> list[str]:
        return [line.name for line in policy.bindings(role=role, domain=domain)]

    assert users("agent", "acme") == users("own", "acme") == ["ana", "bo", "di"]
    assert users("agent", "emea") == ["ana"]
    assert users("own", "emea") == ["bo"]
    assert users("agent", None) == ["ana", "cy", "di"]
    assert users("own", None) == ["ana", "bo", "di"]
    assert [line.role for line in policy.bindings(user="ana", domain="emea")] == ["agent"]


def test_a_restriction_on_the_role_reaches_the_holders_of_the_version(policy: Policy) -> None:
    """By whichever name they hold it, and an explanation says who is restricted."""
    later = datetime(2026, 7, 2, tzinfo=UTC)
    for user in ("ana", "bo", "di"):
        assert not policy.check(user, "chat", domain="acme", at=later)
    assert policy.check("bo", "chat", domain="emea", at=later)  # the restriction is on the version of emea
    blocked = policy.explain("ana", "chat", domain="acme", at=later).blocked
    assert [step.text for step in blocked] == ["role `own` is restricted: `chat`"]
    until = policy.explain("ana", "chat", domain="acme").until
    assert until == datetime(2026, 7, 1, tzinfo=UTC)


def test_an_ended_line_gave_the_version(policy: Policy) -> None:
    """What the version does not hold did not end."""
    assert policy.check("gus", "chat", domain="acme").notes[0].code == "RG607"
    assert policy.check("gus", "edit", domain="acme").reason == "no grant covers it"


def test_suggestions_bind_the_version_by_the_name_it_has(policy: Policy) -> None:
    """And add to the version, not to the default role."""
    texts = [suggestion.text for suggestion in policy.explain("zed", "chat", domain="acme").nearest]
    assert [text.partition(":")[0] for text in texts] == ["grant it without a role", "bind role `agent`"]
    asked = policy.explain_question(Question("edit", role="agent", domain="acme"))
    assert [suggestion.text for suggestion in asked.nearest] == []  # `except` takes it away again
    asked = policy.explain_question(Question("chat", role="agent", domain="emea"))
    assert "role `inner`" in asked.nearest[0].text
