"""Custom roles of a domain that may not have any: they grant nothing, and keep everything else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rolegate
from plain.writer import write_set
from rolegate import Gate, Question

FILES: dict[str, Any] = {
    "catalog.yaml": {
        "catalog": "shop",
        "plans": ["free", "pro"],
        "custom_roles": {"plans": ["pro"]},
        "resources": {"inbox": "Inbox"},
        "permissions": {"show": "Show", "edit": "Edit", "reply": {"title": "Reply", "per": "inbox"}},
    },
    "domains.yaml": {
        "domains": {
            "acme": {"plan": "pro"},
            "acme-ws": {"within": "acme"},
            "acme-own": {"within": "acme", "plan": "pro"},
            "beta": {"plan": "free"},
        }
    },
    "roles/agent.yaml": {"role": "agent", "grants": ["show", "edit"]},
    "roles/lead.yaml": {"role": "lead", "domain": "acme", "extends": "agent", "grants": ["reply[*]"]},
    "roles/chief.yaml": {"role": "chief", "domain": "acme-own", "extends": "lead", "grants": ["show"]},
    "bindings.yaml": {
        "bindings": [
            {"user": "ana", "role": "lead", "domain": "acme"},
            {"user": "ana", "role": "agent", "domain": "acme"},
            {"user": "bo", "role": "lead", "domain": "acme", "only": {"inbox": ["One"]}, "rest": "drop"},
            {"user": "bo", "role": "agent", "domain": "acme"},
            {"user": "cy", "role": "agent", "domain": "acme"},
            {"user": "di", "role": "chief", "domain": "acme-own"},
            {"role": "lead", "restrict": ["edit"], "domain": "acme"},
            {"user": "olga", "role": "agent", "domain": "beta"},
        ]
    },
}


@pytest.fixture
def downgraded(tmp_path: Path) -> rolegate.Policy:
    """The set after `acme` went down to a plan without custom roles."""
    return rolegate.load(write_set(_with_plan("free"), tmp_path))


def _with_plan(plan: str) -> dict[str, object]:
    domains = {**FILES["domains.yaml"]["domains"], "acme": {"plan": plan}}
    return {**FILES, "domains.yaml": {"domains": domains}}


def test_the_set_is_read_and_says_which_roles_grant_nothing(downgraded: rolegate.Policy) -> None:
    """One warning for each, at the domain of the role, or at the role that goes with it."""
    found = [(Path(finding.file).name, finding.code, finding.severity) for finding in downgraded.warnings]
    assert [("chief.yaml", "RG340", "warning"), ("lead.yaml", "RG320", "warning")] == found
    assert [("acme", "lead", "RG320"), ("acme-own", "chief", "RG340")] == [
        (part.domain, part.role, part.why.code) for part in downgraded.set_aside
    ]


def test_the_role_grants_nothing_and_its_holders_keep_the_rest(downgraded: rolegate.Policy) -> None:
    """Other roles of the same user, and other users, answer as before."""
    ask = downgraded.check
    assert not downgraded.decide(Question("show", role="lead", domain="acme"))
    assert not any(ask(user, "reply", domain="acme", on="One") for user in ("ana", "bo"))
    assert ask("ana", "show", domain="acme") and ask("cy", "edit", domain="acme")
    assert ask("olga", "edit", domain="beta")


@pytest.mark.parametrize(("user", "domain"), [("ana", "acme"), ("ana", "acme-ws"), ("bo", "acme")])
def test_restrictions_on_its_holders_stay(downgraded: rolegate.Policy, user: str, domain: str) -> None:
    """A holder does not get back what the restriction takes, those through `only` included."""
    assert not downgraded.check(user, "edit", domain=domain)


def test_a_role_that_extends_it_goes_with_it(downgraded: rolegate.Policy) -> None:
    """Even in a domain that pays for custom roles itself: what it has through the other is not known."""
    assert not downgraded.check("di", "show", domain="acme-own")


def test_answers_and_explanations_say_so(downgraded: rolegate.Policy) -> None:
    """The note has the code and the place; nothing is suggested that would go through the role."""
    decision = downgraded.check("ana", "reply", domain="acme", on="One")
    (note,) = decision.notes
    assert note.code == "RG611" and "`lead`" in note.message and "lead.yaml:1" in note.help
    why = downgraded.explain("ana", "reply", domain="acme", on="One")
    assert ["lead.yaml"] == [Path(step.file).name for step in why.blocked]
    about_role = downgraded.explain_question(Question("reply", role="lead", domain="acme"))
    assert about_role.nearest == () and about_role.decision.notes
    for suggestion in why.nearest:
        assert "lead" not in str(suggestion.add)


def test_the_compiled_files_say_so(downgraded: rolegate.Policy) -> None:
    """In comments after the header; the lines themselves have holders, and nothing that allows."""
    compiled = downgraded.compile()
    text = compiled.policy_text.splitlines()
    assert ["# set aside role:acme-own/chief", "# set aside role:acme/lead"] == text[2:4]
    assert not [line for line in compiled.p if "lead" in line.sub and line.eft == "allow"]
    assert {"role:acme/lead", "role:acme/lead@"} == {link.role for link in compiled.g if "lead" in link.role}


def test_paying_again_brings_everything_back(tmp_path: Path) -> None:
    """A gate follows the plan both ways, says so in its status, and never refuses the files."""
    gate = Gate.from_path(write_set(_with_plan("pro"), tmp_path))
    before = gate.status().revision
    assert gate.check("ana", "reply", domain="acme", on="One") and gate.status().set_aside == ()
    write_set(_with_plan("free"), tmp_path)
    assert gate.reload()
    status = gate.status()
    assert not gate.check("ana", "reply", domain="acme", on="One")
    assert (False, None) == (status.stale, status.error) and status.revision != before
    assert ["lead", "chief"] == [part.role for part in status.set_aside]
    assert "role `lead` of domain `acme` grants nothing" in str(status.set_aside[0])
    write_set(_with_plan("pro"), tmp_path)
    assert gate.reload() and gate.status().revision == before


@pytest.mark.parametrize(
    "look", [lambda p: p.matrix(domain="acme"), lambda p: p.tree(role="lead", domain="acme")]
)
def test_it_is_shown_where_people_look_at_roles(
    downgraded: rolegate.Policy, look: Callable[[rolegate.Policy], object]
) -> None:
    """The role is still there, with nothing in it."""
    assert look(downgraded)
    assert "lead" in downgraded.roles_of("acme")
