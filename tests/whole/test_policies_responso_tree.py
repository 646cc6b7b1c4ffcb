"""Every box of Responso's tree is saved alone, and holds itself, what is below it and what it implies."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

import rolegate
from repository import ROOT
from rolegate import Policy, TreeNode

RESPONSO = ROOT / "policies" / "responso"


def boxes(policy: Policy) -> Iterator[TreeNode]:
    """Each box of the blank tree of Acme that can be ticked: one that names an instance, or needs none."""
    return (node for node in policy.tree(domain="acme").walk() if not node.template and node.id != "*")


@pytest.fixture(scope="module")
def ticked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The set with a role of Acme for each box, with the grants of a draft in which that is ticked."""
    folder = Path(shutil.copytree(RESPONSO, tmp_path_factory.mktemp("ticked") / "responso"))
    policy = rolegate.load(folder)
    none = policy.draft(domain="acme")
    roles = {f"box {node.id}": {"grants": list(none.tick(node.id).grants)} for node in boxes(policy)}
    text = yaml.safe_dump({"roles": roles}, allow_unicode=True, sort_keys=False)
    (folder / "roles" / "acme").mkdir()
    (folder / "roles" / "acme" / "boxes.yaml").write_text(text, encoding="utf-8")
    return folder


def test_every_box_is_saved_alone(ticked: Path) -> None:
    """No role is refused; where a box is of little use alone, that is a warning."""
    found = rolegate.validate([ticked])
    assert [] == [str(finding) for finding in found.diagnostics if finding.severity == "error"]
    assert {"RG316"} == {finding.code for finding in found.diagnostics}
    reply = next(
        finding for finding in found.diagnostics if finding.message.startswith("`message_replies.reply`")
    )
    assert "tickets.show" in reply.message


def test_a_box_that_is_ticked_alone_holds_what_it_shows(ticked: Path) -> None:
    """All below it is on, everything else is off but what is implied."""
    policy = rolegate.load(ticked)
    shown = list(boxes(policy))
    assert len(shown) > 150
    implied = {
        "tickets.edit": {"tickets.assign_agent", "tickets.change_tag"},
        "integrations.access_all": {
            "integrations.removed_tickets",
            "integrations.each.access",
            "integrations.each.accounts.each.access",
        },
        "integrations.each.access": {"integrations.each.accounts.each.access"},
    }
    for box in shown:
        below = list(box.walk())
        brought = {path for node in below for path in implied.get(node.path, ())}
        rights = policy.resolved.roles[("acme", f"box {box.id}")].rights
        assert {right.path for right in rights} == brought | {
            node.path for node in below if node.kind == "permission"
        }, box.id


def test_a_heading_that_is_ticked_is_on_with_all_below_it(ticked: Path) -> None:
    """Each of the 26, and no box of another heading."""
    policy = rolegate.load(ticked)
    for heading in policy.tree(domain="acme").children:
        for now in policy.tree(role=f"box {heading.id}", domain="acme").children:
            expected = "on" if now.id == heading.id else "off"
            assert {expected} == {node.state for node in now.walk()}, (heading.id, now.id)
