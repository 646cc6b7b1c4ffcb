"""What people read about roles: titles and descriptions, by domain and language."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from repository import ROOT
from rolegate import Policy, RoleText, UnknownNameError

FILES = {
    "catalog.yaml": "catalog: desk\ndescription: Who does what\npermissions: {reply: Reply, delete: Delete}\n"
    "restrictions: {calm: {title: Calm, description: No deleting, restrict: delete}}\n",
    "domains.yaml": "domains: {acme: {}, acme-emea: {within: acme}, beta: {}, gamma: {}}\n",
    "roles/all.yaml": "roles:\n"
    "  agent: {title: Agent, description: Replies, grants: [reply]}\n"
    "  own: {domain: acme, replaces: agent, grants: [delete]}\n"
    "  lead: {domain: acme, title: Lead, description: Leads, grants: [reply]}\n"
    "  said: {domain: beta, replaces: agent, title: Helper, description: Helps, grants: [reply]}\n",
    "labels/fr.yaml": "locale: fr\ndescription: Qui fait quoi\n"
    "roles: {agent: {title: Agente, description: Répond}, lead: Chef}\n"
    "restrictions: {calm: {description: Sans suppression}}\n",
    "labels/fr-CA.yaml": "locale: fr-CA\nroles: {agent: {description: Répond ici}}\n",
}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return rolegate.load(tmp_path)


@pytest.mark.parametrize(
    ("domain", "locale", "expected"),
    [
        ("acme", None, [("agent", "Agent", ""), ("lead", "Lead", "Leads")]),
        ("acme", "fr", [("agent", "Agente", ""), ("lead", "Chef", "Leads")]),
        ("acme-emea", "fr-CA", [("agent", "Agente", ""), ("lead", "Chef", "Leads")]),
        ("beta", "fr", [("agent", "Helper", "Helps")]),
        ("gamma", "fr-CA", [("agent", "Agente", "Répond ici")]),
    ],
)
def test_a_domain_reads_about_the_roles_it_can_use(
    policy: Policy, domain: str, locale: str | None, expected: list[tuple[str, str, str]]
) -> None:
    """Its version of a default role goes by the title of that one, and not by its description."""
    assert tuple(RoleText(*values) for values in expected) == policy.role_texts(domain, locale=locale)
    assert policy.roles_of(domain) == tuple(role.name for role in policy.role_texts(domain))


def test_without_a_domain_every_role_is_listed(policy: Policy) -> None:
    """Under the names that `roles` has."""
    found = policy.role_texts(locale="fr")
    assert policy.roles == tuple(role.name for role in found)
    assert {"name": "acme/lead", "title": "Chef", "description": "Leads"} in [
        role.to_dict() for role in found
    ]


@pytest.mark.parametrize("given", [{"domain": "delta"}, {"locale": "de"}])
def test_unknown_names_are_refused(policy: Policy, given: dict[str, str]) -> None:
    """A domain or a language that the set does not have."""
    with pytest.raises(UnknownNameError):
        policy.role_texts(**given)


def test_descriptions_are_shown_and_missed_in_a_language(policy: Policy) -> None:
    """Of the set, of a named restriction, and of a role; a default role alone is missed."""
    assert ("Who does what", "Qui fait quoi") == (
        policy.tree().description,
        policy.tree(locale="fr").description,
    )
    (calm,) = policy.restrictions(locale="fr")
    assert ("Calm", "Sans suppression") == (calm.title, calm.description)
    missing = {(label.section, label.name, label.key) for label in policy.missing_labels("fr")}
    assert ("restrictions", "calm", "title") in missing
    assert not {section for section, _, key in missing if key == "description"}


def test_every_text_of_responso_is_there_in_french() -> None:
    """Roles of an organization included, which are missed by nobody but their readers."""
    responso = rolegate.load(ROOT / "policies" / "responso")
    assert () == responso.missing_labels("fr")
    english = {role.name: role for role in responso.role_texts()}
    for role in responso.role_texts(locale="fr"):
        assert role.description and role.description != english[role.name].description
