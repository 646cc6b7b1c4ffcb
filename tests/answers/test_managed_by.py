"""Who edits a role: a permission, or nobody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import rolegate
from rolegate import InvalidQuestionError, Policy, UnknownNameError

SET = {
    "catalog.yaml": """
catalog: desk
plans: [free, pro]
custom_roles: {plans: [pro], manage: "edit roles", never: [roles.edit]}
role_kinds:
  guest: {title: Guest, manage: roles.invite}
  house: {title: House role}
permissions:
  show: Show
  roles: {permissions: {edit: {title: Edit, aliases: ["edit roles"]}, invite: Invite}}
""",
    "domains.yaml": "domains: {acme: {plan: pro}, acme-emea: {within: acme}, beta: {plan: free}}\n",
    "roles/all.yaml": """
roles:
  agent: {grants: [show]}
  visitor: {kind: guest, grants: [show]}
  lead: {domain: acme, grants: [show]}
  fixed: {domain: acme, locked: true, grants: [show]}
  caller: {domain: beta, kind: guest, grants: [show]}
  porter: {domain: beta, kind: house, grants: [show]}
""",
}


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    """A set with roles of all kinds."""
    return load(tmp_path, SET)


def load(folder: Path, files: dict[str, str]) -> Policy:
    """The policy of *files*."""
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return rolegate.load(folder)


def test_a_role_of_a_domain_is_edited_by_who_holds_what_its_kind_names(policy: Policy) -> None:
    """Whatever that permission is called in the catalog, it is told by its path."""
    assert policy.managed_by("lead", domain="acme") == "roles.edit"
    assert policy.managed_by("caller", domain="beta") == "roles.invite"


@pytest.mark.parametrize(
    ("role", "domain"),
    [
        ("fixed", "acme"),  # locked
        ("agent", "acme"),  # shared by all domains, and so is the next one, although its kind names somebody
        ("visitor", "acme"),
        ("visitor", None),
        ("lead", "acme-emea"),  # of an outer domain: whoever edits roles inside does not edit it
        ("porter", "beta"),  # of a kind without `manage`
    ],
)
def test_what_is_not_a_domains_own_is_edited_by_nobody_there(
    policy: Policy, role: str, domain: str | None
) -> None:
    """Nor what is locked, nor what names nobody."""
    assert policy.managed_by(role, domain=domain) is None


def test_an_own_version_of_a_default_role_is_edited_where_it_is(tmp_path: Path) -> None:
    """By who edits roles of the kind of the default role, or custom roles if that has no kind."""
    versions = "roles: {ours: {domain: acme, replaces: agent}, theirs: {domain: acme, replaces: visitor}}\n"
    policy = load(tmp_path, {**SET, "roles/acme.yaml": versions})
    assert policy.managed_by("agent", domain="acme") == "roles.edit"
    assert policy.managed_by("visitor", domain="acme") == "roles.invite"
    assert policy.managed_by("agent", domain="acme-emea") is policy.managed_by("agent", domain="beta") is None


def test_a_new_role_is_made_by_who_edits_its_kind(policy: Policy) -> None:
    """Where the domain has roles of that kind."""
    assert policy.managed_by(domain="acme") == "roles.edit"
    assert policy.managed_by(domain="beta") is None
    assert policy.managed_by(kind="guest", domain="beta") == "roles.invite"
    assert policy.managed_by(kind="house", domain="beta") is None
    assert policy.managed_by(kind="guest") is None


def test_a_set_without_domains_has_all_roles_to_itself(tmp_path: Path) -> None:
    """None of them is a custom role."""
    policy = load(tmp_path, {"catalog.yaml": SET["catalog.yaml"]} | {"roles/all.yaml": DEFAULT})
    assert policy.managed_by("visitor") == policy.managed_by(kind="guest") == "roles.invite"
    assert policy.managed_by("agent") is policy.managed_by("fixed") is policy.managed_by() is None


DEFAULT = """
roles:
  agent: {grants: [show]}
  visitor: {kind: guest, grants: [show]}
  fixed: {kind: guest, locked: true, grants: [show]}
"""


@pytest.mark.parametrize(
    ("error", "message", "ask"),
    [
        (UnknownNameError, "unknown role `led`", lambda policy: policy.managed_by("led", domain="acme")),
        (UnknownNameError, "unknown role `lead`", lambda policy: policy.managed_by("lead", domain="beta")),
        (UnknownNameError, "unknown domain `acne`", lambda policy: policy.managed_by("lead", domain="acne")),
        (UnknownNameError, "unknown kind of role `gest`", lambda policy: policy.managed_by(kind="gest")),
        (InvalidQuestionError, "its own kind", lambda policy: policy.managed_by("lead", kind="guest")),
        (InvalidQuestionError, "`role`", lambda policy: policy.managed_by(["lead"], domain="acme")),
        (InvalidQuestionError, "`kind`", lambda policy: policy.managed_by(kind=["guest"])),
        (InvalidQuestionError, "`domain`", lambda policy: policy.managed_by("lead", domain=["acme"])),
    ],
)
def test_names_that_mean_nothing_are_refused(
    policy: Policy, error: type[Exception], message: str, ask: Callable[[Policy], object]
) -> None:
    """An unknown role is edited by nobody, and says so."""
    with pytest.raises(error, match=message):
        ask(policy)
