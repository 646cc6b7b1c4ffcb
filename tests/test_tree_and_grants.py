"""The tree a person sees and the grants a file holds say the same, now and after any addition."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from plain.catalog import Data
from plain.loading import examples, loaded
from plain.strategies import policy_sets
from plain.writer import quoted
from rolegate import Policy, Selection, TreeNode
from rolegate.encoding import encode
from rolegate.grants.rights import Right, widest

CATALOG = """
catalog: desk
scopes:
  reach: [all, team, my]
resources:
  inbox: Inbox
  integration: Integration
  account: {title: Account, within: integration}
permissions:
  tickets:
    permissions:
      show: {scopes: reach}
      edit: {scopes: reach}
      print: Print
      old: {deprecated: true}
  inboxes:
    permissions:
      add: Add
      access: {title: 'Access to "{inbox}"', per: inbox, every: Access to all inboxes}
  integrations:
    permissions:
      list: List
      each:
        title: '{integration}'
        per: integration
        permissions:
          delete: Delete
          accounts: {title: Accounts, per: account, permissions: {access: 'Account "{account}"'}}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Policy:
    """A small help desk with nested instances."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "catalog.yaml").write_text(CATALOG)
    (folder / "domains.yaml").write_text(
        "domains: {acme: {instances: {inbox: [Default, Sales], account: [allegro/one, allegro/two]}}}"
    )
    return rolegate.load(folder)


def states(tree: TreeNode) -> dict[str, str]:
    return {node.id: node.state for node in tree.walk()}


def with_role(policy: Policy, grants: tuple[str, ...], folder: Path) -> Policy:
    """The set of *policy* with one more role, `ticked`, that has *grants*."""
    lines = "\n".join(f"- {quoted(text)}" for text in grants)
    for path in policy.path.rglob("*.yaml"):
        target = folder / path.relative_to(policy.path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (folder / "roles").mkdir(exist_ok=True)
    (folder / "roles" / "zz_ticked.yaml").write_text(f"role: 'ticked #1'\ngrants:\n{lines or '[]'}\n")
    return rolegate.load(folder)


def flat(policy: Policy, role: str) -> list[Right]:
    return sorted(widest(policy.resolved.roles[(None, role)].rights))


def visible_rights(policy: Policy, role: Any, rights: Iterable[Right]) -> set[Right]:
    """What a tree can show of a role: no operations, and nothing the plan of its domain lacks."""
    found = set()
    for right in widest(rights):
        permission = policy.catalog.permission(right.path)
        open_here = role.domain is None or not policy.snapshot().shut_gate(permission, encode(role.domain))
        if open_here and not permission.hidden:
            found.add(right)
    return found


@examples(25)
@given(policy_sets())
def test_a_tree_of_a_role_written_as_grants_holds_what_the_role_holds(files: dict[str, Data]) -> None:
    """grants -> tree -> grants keeps the meaning; what is implied or hidden comes back by itself."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        for (domain, name), role in policy.resolved.roles.items():
            tree = policy.tree(role=name, domain=domain)
            written = rolegate.grants_of(tree, policy.catalog)
            again = Selection.of(policy.catalog, written)
            assert visible_rights(policy, role, role.rights) == visible_rights(policy, role, again.rights)


@examples(25)
@given(policy_sets(), st.data())
def test_what_is_written_never_holds_more_after_an_addition(
    files: dict[str, Data], data: st.DataObject
) -> None:
    """A new permission in any group is held by the written grants only if the role itself holds it."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        grown = copy.deepcopy(files)
        group = data.draw(
            st.sampled_from([""] + [p for p, n in policy.catalog.nodes.items() if p and _is_group(n)])
        )
        new = _add(grown["catalog.yaml"], group, policy)
        if new is None:
            return
        later = loaded(Path(folder) / "grown", grown)
        for (domain, name), role in policy.resolved.roles.items():
            written = rolegate.grants_of(policy.tree(role=name, domain=domain), policy.catalog)
            held = {r for r in Selection.of(later.catalog, written).rights if r.path == new}
            before = {r for r in widest(later.resolved.roles[(domain, name)].rights) if r.path == new}
            assert held <= before
            if not role.excepted and not any(
                policy.resolved.roles[key].excepted for key in _ancestors(policy, role)
            ):
                assert held == before, (written, [str(e.grant) for e in role.grants], role.parents, domain)


def _is_group(node: object) -> bool:
    return type(node).__name__ == "Group"


def _ancestors(policy: Policy, role: object) -> list[tuple[str | None, str]]:
    found = list(getattr(role, "parents", ()))
    for key in found:
        found += [each for each in policy.resolved.roles[key].parents if each not in found]
    return found


def _add(catalog: Data, group: str, policy: Policy) -> str | None:
    """Put a permission without scopes or instances of its own into *group*; None where that cannot be."""
    node = catalog
    for step in group.split(".") if group else []:
        below = node.get("permissions", {})
        if step not in below:
            return None
        node = below[step]
    if not isinstance(node.get("permissions"), dict) or "added" in node["permissions"]:
        return None
    node["permissions"]["added"] = "Added"
    return f"{group}.added" if group else "added"


def test_ticking_a_heading_takes_in_what_comes_later(desk: Policy) -> None:
    """The box of a group is its star."""
    ticked = Selection.of(desk.catalog, []).tick("tickets")
    assert ("tickets.*",) == ticked.grants


def test_ticking_every_box_below_a_heading_names_them(desk: Policy) -> None:
    """All of today's is not a star, though the heading shows as on."""
    chosen = Selection.of(desk.catalog, [])
    for box in ("tickets.show", "tickets.edit", "tickets.print"):
        chosen = chosen.tick(box)
    assert ("tickets.show@all", "tickets.edit@all", "tickets.print") == chosen.grants


def test_unticking_below_a_star_leaves_names(desk: Policy) -> None:
    """What is left of a star is named: the role no longer grows."""
    left = Selection.of(desk.catalog, ["*"]).untick("tickets.print").grants
    assert "*" not in left
    assert not any(text.endswith(".*") for text in left)
    assert "tickets.show@all" in left
    assert "tickets.print" not in left


def test_unticking_the_broad_scope_leaves_the_narrow_one(desk: Policy) -> None:
    """A scope is unticked with everything broader."""
    left = Selection.of(desk.catalog, ["tickets.show@all"]).untick("tickets.show@team").grants
    assert ("tickets.show@my",) == left


def test_an_instance_cannot_be_unticked_while_all_are_ticked(desk: Policy) -> None:
    """The box for every instance has to go first."""
    with pytest.raises(rolegate.SelectionError, match="every instance"):
        Selection.of(desk.catalog, ["inboxes.access[*]"]).untick("inboxes.access[Default]")


def test_ticking_one_integration_takes_its_accounts(desk: Policy) -> None:
    """A branch per instance stands for everything below it."""
    ticked = Selection.of(desk.catalog, []).tick("integrations.each[allegro]")
    assert ("integrations.each.*[allegro/*]", "integrations.each.*[allegro]") == ticked.grants
    assert {
        Right("integrations.each.delete", "allegro", "-"),
        Right("integrations.each.accounts.access", "allegro/*", "-"),
    } == set(ticked.rights)


def test_the_shortest_form_drops_what_is_covered(desk: Policy) -> None:
    """A grant covered by a wider one is not written."""
    grants = ["tickets.show@my", "tickets.*", "tickets.*@my", "inboxes.access[Default]", "inboxes.access[*]"]
    assert ("tickets.*", "inboxes.access[*]") == Selection.of(desk.catalog, grants).grants


def test_boxes_that_do_not_exist_are_refused(desk: Policy) -> None:
    """No silent tick."""
    with pytest.raises(rolegate.SelectionError, match="no box"):
        Selection.of(desk.catalog, []).tick("tickets.fly")


def test_three_states(desk: Policy, tmp_path: Path) -> None:
    """On is everything below, partial is something, off is nothing."""
    policy = with_role(desk, ("tickets.show@my", "inboxes.*", "integrations.list"), tmp_path / "more")
    shown = states(policy.tree(role="ticked #1"))
    assert "partial" == shown["tickets"]
    assert "partial" == shown["tickets.show"]
    assert "off" == shown["tickets.edit"]
    assert "on" == shown["inboxes"]
    assert "on" == shown["inboxes.access[*]"]
    assert "partial" == shown["integrations"]
    assert "on" == shown["integrations.list"]


def test_a_star_is_told_from_all_of_todays(desk: Policy, tmp_path: Path) -> None:
    """Both are on; one grows."""
    named = with_role(desk, ("tickets.show@all", "tickets.edit@all", "tickets.print"), tmp_path / "named")
    starred = with_role(desk, ("tickets.*",), tmp_path / "starred")
    nodes = [next(n for n in p.tree(role="ticked #1").walk() if n.id == "tickets") for p in (named, starred)]
    assert [("on", False), ("on", True)] == [(node.state, node.star) for node in nodes]


def test_a_branch_for_each_integration(desk: Policy, tmp_path: Path) -> None:
    """A domain's tree has a branch per known integration and a box per known account."""
    policy = with_role(desk, ("integrations.each.accounts.access[allegro/*]",), tmp_path / "more")
    tree = policy.tree(role="ticked #1", domain="acme")
    shown = states(tree)
    assert "on" == shown["integrations.each.accounts.access[allegro/one]"]
    assert "on" == shown["integrations.each.accounts.access[allegro/*]"]
    assert "off" == shown["integrations.each.delete[allegro]"]
    assert 'Account "two"' in {node.title for node in tree.walk()}
    assert len(list(tree.walk())) == len({node.id for node in tree.walk()})
