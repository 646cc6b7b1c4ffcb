"""What an application shows in one domain has nothing of other tenants in it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given

import rolegate
from drawing import each_of, examples
from plain.found_sets import FOUND, sets_like_those_found
from plain.loading import loaded
from plain.restricting import without_restrictions
from plain.strategies import NOW, Files, policy_sets
from reading import write
from repository import ROOT
from rolegate import Question, UnknownNameError

CASES = ROOT / "tests" / "cases"


def test_a_tenant_sees_its_own_roles() -> None:
    """Neither the id nor the title of the role that another tenant has made."""
    policy = rolegate.load(CASES / "roles-a-tenant-may-see")
    assert policy.roles_of("beta") == ("agent",)
    assert policy.roles_of("acme") == ("agent", "falcon")
    assert policy.matrix(domain="beta").roles == (("agent", "Agent"),)
    assert policy.matrix(domain="acme").roles == (("agent", "Agent"), ("falcon", "Falcon takeover (acme)"))
    explained = policy.explain("ann", "projects.create", domain="beta")
    assert not explained.decision.allowed
    assert "falcon" not in str(explained.to_dict()).lower()


def test_asked_in_a_domain_the_role_of_another_is_simply_unknown() -> None:
    """Without a domain, whoever asks is told where the role can be used."""
    policy = rolegate.load(CASES / "roles-a-tenant-may-see")
    (note,) = policy.decide(Question("projects.create", role="falcon", domain="beta")).notes
    assert (note.code, note.message) == ("RG602", "unknown role `falcon`")
    assert "acme" not in note.help
    (told,) = policy.decide(Question("projects.create", role="falcon")).notes
    assert told.help == "`falcon` is a custom role of `acme`, and can be used only there"


def test_a_domain_that_is_not_declared_has_no_list() -> None:
    """It is an error to ask for it, and not an empty answer."""
    policy = rolegate.load(CASES / "roles-a-tenant-may-see")
    with pytest.raises(UnknownNameError, match="unknown domain `betta`"):
        policy.roles_of("betta")
    with pytest.raises(UnknownNameError, match="unknown domain `betta`"):
        policy.matrix(domain="betta")
    with pytest.raises(UnknownNameError, match="unknown domain `betta`"):
        policy.tree(domain="betta")


def test_the_blank_tree_of_a_domain_has_its_instances_and_its_plan() -> None:
    """What a tenant's admin starts a new role with: nothing is ticked."""
    policy = rolegate.load(ROOT / "policies" / "respond-io")
    blank = {node.id: node for node in policy.tree(domain="client-clinic").walk()}
    assert {node.state for node in blank.values()} == {"off"}
    assert "channels.send[wa-clinic]" in blank
    assert "channels.send[wa-bakery]" not in blank
    assert not any(path.startswith("billing") for path in blank)


@examples(13)
@given(policy_sets() | sets_like_those_found())
@each_of(FOUND)
def test_the_matrix_of_a_domain_says_what_its_roles_hold_there(files: Files) -> None:
    """A cell is empty where the role holds nothing of the permission in that domain, and only there."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), without_restrictions(files))
        for domain in policy.domains:
            matrix = policy.matrix(domain=domain)
            names = [name for name, _ in matrix.roles]
            assert sorted(names) == list(policy.roles_of(domain))
            rows = {row.path: row for row in matrix.rows if not row.group}
            for permission in policy.catalog.permissions:
                row = rows.get(permission.path)
                for number, role in enumerate(names):
                    question = Question(permission.path, role=role, domain=domain, any=True)
                    held = policy.decide(question, NOW).allowed and not permission.hidden
                    assert held == bool(row is not None and row.cells[number]), question


def test_a_misspelt_user_is_not_told_the_users_of_another_tenant(tmp_path: Path) -> None:
    """The name that was probably meant is one of the domain that is asked in, or of one around it."""
    files = {
        "catalog.yaml": "catalog: c\nresources: {inbox: Inbox}\n"
        "permissions: {read: Read, use: {title: Use, per: inbox}}\n",
        "domains.yaml": "domains: {acme: {}, inner: {within: acme}, beta: {}}\n",
        "roles/reader.yaml": "role: reader\ngrants: [read, 'use[*]']\n",
        "bindings.yaml": "bindings:\n- {user: Ana@secret, role: reader, domain: beta}\n"
        "- {user: Bo@acme, grants: [read], domain: acme}\n"
        "- {user: Cy@acme, role: reader, domain: acme, only: {inbox: [a]}, rest: keep}\n",
    }
    policy = rolegate.load(write(tmp_path, files))
    helps = {
        (user, domain): policy.explain(user, "read", domain=domain).decision.notes[0].help
        for user in ("ana@secret", "bo@acme", "cy@acme")
        for domain in ("acme", "inner", "beta")
    }
    meant = {asked for asked, help in helps.items() if "did you mean" in help}
    assert meant == {("ana@secret", "beta")} | {
        (user, domain) for user in ("bo@acme", "cy@acme") for domain in ("acme", "inner")
    }
    assert not any("Ana" in help for asked, help in helps.items() if asked[1] != "beta")
