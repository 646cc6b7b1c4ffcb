"""From documents to roles, domains and bindings in which every name is resolved."""

from __future__ import annotations

from pathlib import Path

from rolegate.grants.rights import Right
from rolegate.grants.roles import visible
from steps import NOW, resolved_of

FILES = {
    "catalog.yaml": """
catalog: demo
plans: {basic: Basic, pro: Pro}
permissions:
  show: Show
  edit: {title: Edit, requires: show}
  audit: {title: Audit, hidden: true}
  manage: {title: Manage, implies: audit, plans: [pro]}
""",
    "domains.yaml": """
domains:
  group: {plan: pro, teams: {sales: [ana]}}
  shop: {within: group, plan: basic}
""",
    "roles/viewer.yaml": "role: viewer\ngrants: [show]\n",
    "roles/editor.yaml": "role: editor\nextends: viewer\ngrants: [edit, manage]\nexcept: [manage]\n",
    "roles/lead.yaml": "role: lead\ndomain: group\nextends: viewer\ngrants: [manage]\n",
    "bindings.yaml": """
bindings:
  - {team: sales, role: editor, domain: group}
  - {user: bo, role: lead, domain: group, until: 2026-06-20}
  - {user: cy, role: viewer, domain: shop}
""",
}


def test_a_role_holds_what_it_extends_less_what_it_excepts(tmp_path: Path) -> None:
    """Each right knows the grant that it comes from."""
    roles = resolved_of(tmp_path, FILES).roles
    editor = roles[(None, "editor")]
    assert {"show", "edit"} == {right.path for right in editor.rights}
    origin = editor.rights[Right("show", "-", "-")]
    assert ("viewer", "show") == (origin.role, origin.text)


def test_a_hidden_permission_is_not_among_the_rights(tmp_path: Path) -> None:
    """It is asked through what implies it."""
    lead = resolved_of(tmp_path, FILES).roles[("group", "lead")]
    assert {"show", "manage"} == {right.path for right in lead.rights}


def test_a_custom_role_is_seen_from_its_domain_and_those_within(tmp_path: Path) -> None:
    """A default role is seen from everywhere."""
    resolved = resolved_of(tmp_path, FILES)
    assert ("group", "lead") == visible(resolved.roles, "lead", "shop", resolved.domains)
    assert visible(resolved.roles, "lead", None, resolved.domains) is None
    assert (None, "viewer") == visible(resolved.roles, "viewer", "shop", resolved.domains)


def test_domains_know_what_lies_around_and_within_them(tmp_path: Path) -> None:
    """Innermost first on the way outward."""
    domains = resolved_of(tmp_path, FILES).domains
    assert ("shop", "group") == domains.outward("shop")
    assert {"shop", "group"} == set(domains.inside("group"))
    assert "group" == domains.team_owner("sales", "shop")


def test_a_binding_is_active_until_its_day_begins(tmp_path: Path) -> None:
    """At midnight UTC it is over."""
    lead = next(binding for binding in resolved_of(tmp_path, FILES).bindings if binding.subject.name == "bo")
    assert lead.active(NOW)
    assert lead.active(NOW.replace(day=19, hour=23, minute=59))
    assert not lead.active(NOW.replace(day=20, hour=0))
