"""Clicks on the boxes of a draft: what the tree shows of a box is what a click on it does."""

from __future__ import annotations

from hypothesis import strategies as st

from rolegate import ClosedReason, Draft, DraftError, TreeNode
from rolegate.grants.rights import Need, Right, RightSet, need

Outcome = Draft | tuple[ClosedReason, ...]


def shown_closed(box: TreeNode, scope: str | None) -> tuple[ClosedReason, ...]:
    """Why the tree says that a box, or one of its scopes, cannot be changed."""
    return box.closed if scope is None else dict(box.closed_at).get(scope, ())


def places(draft: Draft) -> list[tuple[TreeNode, str | None]]:
    """Everything in the tree that can be clicked: each box, and each of its scopes."""
    boxes = draft.tree().walk()
    return [(box, scope) for box in boxes for scope in (None, *(name for name, _, _ in box.ladder))]


def outcomes(draft: Draft, box: TreeNode, scope: str | None) -> list[Outcome]:
    """What the clicks on a box give that its state allows: another draft, or the reasons of a refusal.

    What is on is unticked, what is off is ticked, and a box that is partly ticked allows both. One that is
    off and closed is not unticked either.
    """
    on = box.state == "on" if scope is None else {name: held for name, _, held in box.ladder}[scope]
    partial = scope is None and box.state == "partial"
    name = box.id if scope is None else f"{box.id}@{scope}"
    untick = on or partial or bool(shown_closed(box, scope))
    asked = [*([draft.tick] if not on else []), *([draft.untick] if untick else [])]
    found: list[Outcome] = []
    for ask in asked:
        try:
            found.append(ask(name))
        except DraftError as error:
            assert error.reasons, (name, error)
            found.append(error.reasons)
    return found


def faults(draft: Draft, box: TreeNode, scope: str | None) -> list[object]:
    """What is wrong with a box: it is closed and a click does something, or for other reasons; or not closed,
    and no click does anything; or a click leaves something without what it requires.

    A group may be closed for a choice that its star would make itself: too strict, and nothing is held by it.
    """
    closed, found = shown_closed(box, scope), outcomes(draft, box, scope)
    if closed:
        chosen = box.kind != "permission" and all(reason.code == "choose" for reason in closed)
        others = [one for one in found if one != closed and not (chosen and isinstance(one, Draft))]
        return [(box.id, scope, box.state, closed, one) for one in others]
    after = changed(draft, found)
    if not after:
        return [(box.id, scope, box.state, found)]
    return [(box.id, scope, box.state, one.grants, right) for one in after for right in without(one)]


def without(draft: Draft) -> list[tuple[Right, Need]]:
    """What a draft holds without something that it requires."""
    catalog = draft.rules.catalog
    rights = draft.rules.work_out(draft.selection.entries.values())
    held = RightSet(rights)
    asked = [
        (right, need(catalog, right, entry))
        for right in rights
        for entry in catalog.permission(right.path).requires
    ]
    return [(right, wanted) for right, wanted in asked if not held.meets(wanted)]


def changed(draft: Draft, found: list[Outcome]) -> list[Draft]:
    """The drafts among outcomes that are another one than *draft*."""
    drafts = [one for one in found if isinstance(one, Draft)]
    return [one for one in drafts if (one.grants, one.held) != (draft.grants, draft.held)]


def click(draft: Draft, data: st.DataObject) -> Draft:
    """The draft after a click on some box, or on one of its scopes, which does what the tree shows."""
    box, scope = data.draw(st.sampled_from(places(draft)))
    assert [] == faults(draft, box, scope), (draft.grants, draft.excepts)
    found = changed(draft, outcomes(draft, box, scope))
    return data.draw(st.sampled_from(found)) if found else draft
