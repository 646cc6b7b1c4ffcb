"""The box that stands for those of single instances is closed: a tick of it could only mean every one."""

from __future__ import annotations

from pathlib import Path

import pytest

import command_line
import rolegate
from printed_forms import tree_boxes
from rolegate import Draft, DraftError, Policy, TreeNode

CATALOG = """catalog: desk
plans: [free, pro]
custom_roles: {plans: [pro]}
scopes: {reach: [all, my]}
resources: {inbox: Inbox, shop: Shop, till: {title: Till, within: shop}}
permissions:
  inboxes:
    permissions:
      access: {title: 'Inbox "{inbox}"', per: inbox, every: Every inbox}
      reply: {title: 'Reply in "{inbox}"', per: inbox, every: Reply everywhere, scopes: reach, plans: [pro]}
  shops:
    permissions:
      each:
        title: '{shop}'
        per: shop
        permissions: {open: {title: 'Till "{till}"', per: till, every: Every till}}
"""
DOMAINS = """domains:
  full: {plan: pro, instances: {inbox: [Sales, Support], till: [north/1]}}
  bare: {plan: pro}
  poor: {plan: free}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    (tmp_path / "catalog.yaml").write_text(CATALOG)
    (tmp_path / "domains.yaml").write_text(DOMAINS)
    line = '{user: ana, grants: "inboxes.reply[*]@my", domain: bare}'
    (tmp_path / "bindings.yaml").write_text(f"bindings: [{line}]\n")
    labels = "locale: fr\npermissions: {inboxes.access: {every: Chaque boîte}}\nresources: {inbox: Boîte}\n"
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels/fr.yaml").write_text(labels)
    return rolegate.load(tmp_path)


def template(draft: Draft, path: str, locale: str | None = None) -> TreeNode:
    return next(box for box in draft.tree(locale).walk() if box.template and box.path == path)


def test_neither_click_is_taken(policy: Policy) -> None:
    """Whether every inbox is held or none: the reason of the box is the one of both refusals."""
    blank = policy.draft(name="form")
    for draft, state in ((blank, "off"), (blank.tick("inboxes.access[*]"), "on")):
        shown = template(draft, "inboxes.access")
        assert (state, ["template"]) == (shown.state, [reason.code for reason in shown.closed])
        for click in (draft.tick, draft.untick):
            with pytest.raises(DraftError) as error:
                click(shown.id)
            assert shown.closed == error.value.reasons


def test_the_reason_names_the_box_to_tick(policy: Policy) -> None:
    """As a grant, and in the languages of the set by the titles of both."""
    draft = policy.draft(name="form")
    (reason,) = template(draft, "inboxes.access").closed
    assert (
        "each inbox has a box of its own once it is known, and the box of all of them is `inboxes.access[*]`"
    ) == reason.text
    (reason,) = template(draft, "inboxes.access", "fr").closed
    assert (("inbox",), ("Boîte",)) == (reason.names, reason.titles)
    assert "Chaque boîte" in reason.text and "Boîte" in reason.text


def test_each_scope_is_closed_too(policy: Policy) -> None:
    """A box for each scope of the ladder is drawn, and none of them can be ticked."""
    draft = policy.draft(domain="bare", name="form")
    shown = template(draft, "inboxes.reply")
    assert ("all", "my") == tuple(scope for scope, _ in shown.closed_at)
    for scope, reasons in shown.closed_at:
        with pytest.raises(DraftError) as error:
            draft.tick(f"inboxes.reply@{scope}")
        assert reasons == error.value.reasons


def test_what_the_plan_lacks_comes_first(policy: Policy) -> None:
    """No box of an instance would help there."""
    shown = template(policy.draft(domain="poor", name="form"), "inboxes.reply")
    assert ["plan"] == [reason.code for reason in shown.closed]


def test_without_an_instance_nothing_is_guessed(policy: Policy) -> None:
    """Where inboxes have boxes, none has the path alone as its id: it is neither every one nor any."""
    draft = policy.draft(domain="full", name="form").tick("inboxes.access[Sales]")
    assert not [box for box in draft.tree().walk() if box.id == "inboxes.access"]
    for click in (draft.tick, draft.untick):
        with pytest.raises(DraftError, match="each inbox has a box of its own"):
            click("inboxes.access")


def test_one_instance_can_be_named_before_it_is_known(policy: Policy) -> None:
    """A form may ask for its name; then it has its box, and nothing stands for others any more."""
    draft = policy.draft(domain="bare", name="form").tick("inboxes.access[New]")
    assert ("inboxes.access[New]",) == draft.grants
    ids = [box.id for box in draft.tree().walk() if box.path == "inboxes.access"]
    assert ["inboxes.access[*]", "inboxes.access[New]"] == ids


def test_no_printed_tree_has_a_box_there(policy: Policy) -> None:
    """Neither for the row nor for its scopes: as text they are told, like in a tree that nobody holds."""
    told = command_line.rolegate("tree", str(policy.path), "--user", "ana", "--domain", "bare").out
    every, row = (line for line in told.splitlines() if "inboxes.reply" in line)
    assert ("☑ my" in every, "(all · my)" in row) == (True, True)
    tree = rolegate.tree_html(policy.tree(user="ana", domain="bare"))
    (shown,) = (box for box in tree_boxes(tree) if box[0] == "inboxes.reply")
    assert ("", ()) == shown[2:4]
