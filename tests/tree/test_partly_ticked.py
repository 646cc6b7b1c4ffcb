"""A box of which a part is held can be ticked or unticked, or says why it cannot be changed."""

from __future__ import annotations

from typing import Any

import pytest

import rolegate
from plain.writer import write_set
from rolegate import Draft, DraftError, TreeNode

CATALOG: dict[str, Any] = {
    "catalog": "desk",
    "scopes": {"reach": ["all", "my"]},
    "resources": {"inbox": "Inbox"},
    "permissions": {
        "reply": {"per": "inbox", "title": "Reply {inbox}", "every": "Reply all", "scopes": "reach"},
        "billing": {"permissions": {"see": "See", "pay": "Pay"}},
    },
    "custom_roles": {"never": ["billing.pay"]},
}
FILES: dict[str, Any] = {
    "catalog.yaml": CATALOG,
    "domains.yaml": {"domains": {"acme": {"instances": {"inbox": ["one", "two"]}}}},
    "roles/p.yaml": {"role": "p", "grants": ["reply[*]@my"]},
    "roles/c.yaml": {"role": "c", "domain": "acme", "extends": ["p"], "grants": ["reply[one]@all"]},
}


@pytest.fixture(scope="module")
def narrower(tmp_path_factory: pytest.TempPathFactory) -> Draft:
    """A role with a grant on one instance, whose parent holds less of it on every one."""
    return rolegate.load(write_set(FILES, tmp_path_factory.mktemp("desk"))).draft("c", domain="acme")


def box(draft: Draft, name: str) -> TreeNode:
    return next(node for node in draft.tree().walk() if node.id == name)


def refused(draft: Draft, name: str, tick: bool = False) -> list[tuple[str, tuple[str, ...]]]:
    with pytest.raises(DraftError) as error:
        (draft.tick if tick else draft.untick)(name)
    return [(reason.code, reason.names) for reason in error.value.reasons]


def test_a_box_that_a_parent_closes_takes_nothing_from_another_one(narrower: Draft) -> None:
    """The box of every instance shows what the parent holds; a grant on one instance has its own box."""
    assert ["my"] == [scope for scope, _ in box(narrower, "reply[*]").closed_at]
    assert [("parent", ("p",))] == refused(narrower, "reply[*]@my")
    assert [("parent", ("p",))] == refused(narrower, "reply[*]")
    assert () == narrower.untick("reply[one]@my").grants == narrower.untick("reply[one]").grants


def test_what_can_still_be_ticked_leaves_a_box_open(narrower: Draft) -> None:
    """The rest of every instance is not held; a click on the box ticks it."""
    assert ("partial", ()) == (box(narrower, "reply[*]").state, box(narrower, "reply[*]").closed)
    assert ("reply[*]@all",) == narrower.tick("reply[*]").grants


def test_what_can_only_be_unticked_leaves_a_box_open(narrower: Draft) -> None:
    """Ticking is refused with the reason of what is left, and unticking takes away what is held."""
    ticked = narrower.tick("billing")
    assert ("partial", ()) == (box(ticked, "billing").state, box(ticked, "billing").closed)
    assert [("kind", ("custom_roles", "billing.pay"))] == refused(ticked, "billing", tick=True)
    assert narrower.grants == ticked.untick("billing").grants


def test_what_is_off_and_closed_is_not_unticked(narrower: Draft) -> None:
    """It says why it is closed, whichever click it is."""
    reasons = [("kind", ("custom_roles", "billing.pay"))]
    assert reasons == refused(narrower, "billing.pay") == refused(narrower, "billing.pay", tick=True)
