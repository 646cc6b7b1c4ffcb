"""What the documents of the policy sets want to stay true is decided; a change that breaks it is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import rolegate
from repository import ROOT

CHANGES = {
    "livechat": (
        "catalog.yaml",
        "  never: [settings.access.roles.manage, settings.access.roles.assign]",
        "  never: [settings.access.roles.assign]",
        "reach settings.access.roles.manage, settings.access.roles.assign for custom_roles",
    ),
    "respond-io": (
        "catalog.yaml",
        "manage: users.roles, never: [billing.*]}",
        "manage: users.roles}",
        "reach billing.* for custom_roles",
    ),
    "responsive": (
        "roles/user_administrator.yaml",
        "grants:\n",
        "grants:\n  - organization_settings.company_settings\n",
        "never organization_settings.company_settings for role:user_administrator, role:project_manager, "
        "role:proposal_writer",
    ),
    "responso": (
        "roles/agent.yaml",
        "grants:\n",
        "grants:\n  - privileges.edit\n",
        "never privileges.*, subscription.*, workflows.*, inbox_groups.* for role:agent",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_that_breaks_what_the_document_says_is_told(name: str, tmp_path: Path) -> None:
    """The set as it is keeps its invariants, and one line changed breaks the one that guards it."""
    folder = tmp_path / name
    shutil.copytree(ROOT / "policies" / name, folder)
    assert rolegate.broken_invariants(rolegate.load(folder)) == ()
    file, before, after, invariant = CHANGES[name]
    text = (folder / file).read_text("utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after), encoding="utf-8")
    broken = rolegate.broken_invariants(rolegate.load(folder))
    assert invariant in [one.invariant.text for one in broken]
