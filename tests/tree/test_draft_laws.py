"""Whatever is ticked and unticked, a draft is a role that a file may have, and shows itself."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from added_boxes import add
from clicks import click, faults, places
from drawing import examples
from plain.catalog import Data
from plain.found_sets import sets_like_those_found
from plain.loading import loaded
from plain.restricting import without_restricted_roles
from plain.strategies import Files, policy_sets
from rolegate import Draft, Policy, TreeNode
from rolegate.grants.rights import widest
from rolegate.grants.roles import Role

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


def edited(found: Iterable[Draft], data: st.DataObject, fewest: int, most: int) -> Iterator[Draft]:
    """One of the drafts that were found, and what it is after each of some clicks."""
    there = list(found)
    assume(there)
    draft = data.draw(st.sampled_from(there))
    yield draft
    for _ in range(data.draw(st.integers(fewest, most))):
        draft = click(draft, data)
        yield draft


def plain(tree: TreeNode) -> TreeNode:
    """A tree without what a draft says of its boxes."""
    children = tuple(plain(child) for child in tree.children)
    return replace(tree, children=children, held_by=(), requires=(), closed=(), closed_at=())


def shown(tree: TreeNode) -> list[Data]:
    """Each box of a tree as data, without those below it."""
    return [replace(box, children=()).to_dict() for box in tree.walk()]


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


@examples(20)
@given(SETS, st.data())
def test_whatever_is_clicked_is_a_role_that_shows_itself(files: Files, data: st.DataObject) -> None:
    """Its file is valid, a policy with it draws the same tree, and a box is closed if a click is refused."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        for draft in edited(drafts(policy), data, 1, 8):
            worked_out = draft.rules.work_out(draft.selection.entries.values())
            assert set(widest(worked_out)) == set(widest(draft.held)), (draft.grants, draft.change)
        errors = [found for found in draft.findings if found.severity == "error"]
        assert errors == []
        later = loaded(Path(folder) / "drafted", with_draft(files, draft))
        mine, theirs = shown(plain(draft.tree())), shown(later.tree(role=NAME, domain=draft.domain))
        differing = [pair for pair in zip(mine, theirs, strict=False) if pair[0] != pair[1]]
        assert len(mine) == len(theirs) and [] == differing, (differing[:2], as_file(draft))


@examples(30)
@given(SETS, st.data())
def test_what_a_box_shows_is_what_a_click_on_it_does(files: Files, data: st.DataObject) -> None:
    """A closed box refuses each click with the reasons that it shows; an open one accepts at least one."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        *_, draft = edited(drafts(policy), data, 0, 3)
        found = [fault for place in places(draft) for fault in faults(draft, *place)]
        assert [] == found, (draft.grants, draft.excepts, draft.extends, draft.domain)


@examples(10)
@given(SETS, st.data())
def test_a_role_is_edited_in_its_place(files: Files, data: st.DataObject) -> None:
    """What it replaces, what it extends and its kind count as they do in its file."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", without_restricted_roles(files))
        roles = policy.resolved.roles.values()
        before = {key for role in roles for key in role.parents}
        before |= {(None, str(role.replaces)) for role in roles if role.replaces is not None}
        there = [role for role in roles if role.aside is None and role.key not in before]
        assume(there)
        role = data.draw(st.sampled_from([one for one in there if one.replaces is not None] or there))
        draft = policy.draft(role.name, domain=role.domain)
        for _ in range(data.draw(st.integers(1, 5))):
            draft = click(draft, data)
        errors = [found for found in draft.findings if found.severity == "error"]
        assert [] == [found for found in errors if not found.elsewhere]
        if errors:
            return  # lines that no longer fit
        file = next(name for name, said in files.items() if _is_of(role, name, said))
        body = {**files[file], "grants": list(draft.grants)}
        changed = {**files, file: {key: value for key, value in body.items() if value}}
        later = loaded(Path(folder) / "later", without_restricted_roles(changed))
        name = role.name if role.replaces is None else str(role.replaces)
        mine, theirs = shown(plain(draft.tree())), shown(later.tree(role=name, domain=role.domain))
        assert mine == theirs, (body, draft.change)


def _is_of(role: Role, file: str, said: Data) -> bool:
    """Whether a file says what *role* is."""
    return file.startswith("roles/") and (said.get("role"), said.get("domain")) == (role.name, role.domain)


@examples(15)
@given(SETS, st.data())
def test_a_box_that_is_ticked_and_unticked_leaves_what_there_was(files: Files, data: st.DataObject) -> None:
    """What came along goes again; this is so for each box of which nothing was held."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        *_, draft = edited(drafts(policy), data, 0, 2)
        fresh = [box for box in boxes(draft) if not box.closed and not box.template and is_fresh(draft, box)]
        assume(fresh)
        for box in data.draw(st.lists(st.sampled_from(fresh), min_size=1, max_size=4, unique_by=id)):
            again = draft.tick(box.id).untick(box.id)
            assert (draft.grants, set(widest(draft.held))) == (again.grants, set(widest(again.held))), box.id


def is_fresh(draft: Draft, box: TreeNode) -> bool:
    """Whether nothing of a box, or below it, is held."""
    start = f"{box.path}." if box.path else ""
    return not any(path == box.path or path.startswith(start) for path in draft.held.by_path)


@examples(15)
@given(SETS, st.data())
def test_only_the_stars_that_are_shown_grow(files: Files, data: st.DataObject) -> None:
    """A permission that is added to a group is held if, and only if, the draft shows a star, whole or cut."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        *_, draft = edited((draft for draft in drafts(policy) if not draft.rules.role.kind), data, 1, 6)
        groups = [box for box in boxes(draft) if box.kind != "permission" and box.instance is None]
        group = data.draw(st.sampled_from(groups))
        grown = copy.deepcopy(with_draft(files, draft))
        assume(add(grown["catalog.yaml"], group.path))
        later = loaded(Path(folder) / "grown", grown)
        held = {right.path for right in later.resolved.roles[draft.domain, NAME].rights}
        path = f"{group.path}.added" if group.path else "added"
        assert (group.star or "*" in group.cut_stars) == (path in held), (draft.grants, draft.excepts)
