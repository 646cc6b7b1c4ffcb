"""For drawn sets: whatever is ticked and unticked, a draft is a role that a file may have, and shows itself."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import each_of, examples
from plain.catalog import Data
from plain.found_sets import FOUND, sets_like_those_found
from plain.loading import loaded
from plain.strategies import Files, policy_sets
from rolegate import Draft, DraftError, Policy, TreeNode
from rolegate.grants.roles import Role
from rolegate.tree.held_rights import HeldRights

NAME = "drafted #1"

SETS = policy_sets() | sets_like_those_found()


def like(policy: Policy, role: Role) -> Draft:
    """A draft of a new role that says what *role* does."""
    same = policy.draft(role.name if role.replaces is None else str(role.replaces), domain=role.domain)
    return policy.draft(
        domain=role.domain,
        name=NAME,
        extends=same.extends,
        excepts=same.excepts,
        grants=same.grants,
        kind=same.kind if role.replaces is None else None,
    )


def drafts(policy: Policy) -> Iterator[Draft]:
    """New roles, blank ones and such as the set has; each is one that the set may have."""
    blank: list[str | None] = [None, *(policy.domains if policy.needs_domain else ())]
    found = [policy.draft(domain=domain, name=NAME) for domain in blank]
    found += [
        policy.draft(domain=domain, name=NAME, kind=kind)
        for domain in blank
        for kind in policy.catalog.role_kinds
    ]
    found += [like(policy, role) for role in policy.resolved.roles.values() if role.aside is None]
    return (draft for draft in found if _may_be(draft))


def _may_be(draft: Draft) -> bool:
    codes = {found.code for found in draft.findings if found.severity == "error" or found.code == "RG320"}
    return not codes


def boxes(draft: Draft) -> list[TreeNode]:
    return list(draft.tree().walk())


def clicked(draft: Draft, box: TreeNode, scope: str | None) -> Draft:
    """The draft after a click: what is held is unticked, everything else ticked."""
    held = box.state == "on" if scope is None else dict((s, h) for s, _, h in box.ladder)[scope]
    name = box.id if scope is None else f"{box.id}@{scope}"
    return draft.untick(name) if held else draft.tick(name)


def click(draft: Draft, data: st.DataObject) -> Draft:
    """A click on some box, or on one of its scopes; a closed one is refused with the reasons it shows."""
    box = data.draw(st.sampled_from([box for box in boxes(draft) if not box.template]))
    scope = data.draw(st.sampled_from([None, *(name for name, _, _ in box.ladder)]))
    closed = box.closed if scope is None else dict(box.closed_at).get(scope, ())
    try:
        after = clicked(draft, box, scope)
    except DraftError as error:
        assert closed, (box, scope, error)
        assert {reason.code for reason in error.reasons} >= {reason.code for reason in closed}
        return draft
    assert not closed, (box, scope, closed)
    assert after.grants != draft.grants or after.held != draft.held, (box, scope)
    return after


def plain(tree: TreeNode) -> TreeNode:
    """A tree without what a draft says of its boxes."""
    children = tuple(plain(child) for child in tree.children)
    return replace(tree, children=children, held_by=(), requires=(), closed=(), closed_at=())


def as_file(draft: Draft) -> Data:
    """The role as it would be written."""
    said: dict[str, Any] = {
        "role": draft.name,
        "domain": draft.domain,
        "kind": draft.kind,
        "extends": list(draft.extends),
        "grants": list(draft.grants),
        "except": list(draft.excepts),
    }
    return {key: value for key, value in said.items() if value}


def with_draft(files: Files, draft: Draft) -> Files:
    return {**files, "roles/drafted.yaml": as_file(draft)}


@examples(40)
@given(SETS, st.data())
def test_whatever_is_clicked_is_a_role_that_shows_itself(files: Files, data: st.DataObject) -> None:
    """Its file is valid, a policy with it draws the same tree, and a box is closed if a click is refused."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        found = list(drafts(policy))
        assume(found)
        draft = data.draw(st.sampled_from(found))
        for _ in range(data.draw(st.integers(1, 8))):
            draft = click(draft, data)
            worked_out = draft.rules.work_out(draft.selection.entries.values())
            assert draft.held.by_path == HeldRights.of(worked_out).by_path
        errors = [found for found in draft.findings if found.severity == "error"]
        assert errors == []
        later = loaded(Path(folder) / "drafted", with_draft(files, draft))
        assert plain(draft.tree()) == later.tree(role=NAME, domain=draft.domain)
