"""A tree has a limit of boxes, and takes work in proportion to them."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from adversarial import write
from counting import calls
from rolegate import Policy, TreeTooLargeError
from rolegate.tree import draw_boxes


def shop(folder: Path, permissions: int, inboxes: int, body: str = "per: inbox") -> Policy:
    """Permissions that are per inbox, in a domain with inboxes; ana holds all but one inbox."""
    names = ", ".join(f"box{i}" for i in range(inboxes))
    files = {
        "catalog.yaml": "catalog: shop\nresources: {inbox: Inbox}\nscopes: {reach: [all, team, my]}\n"
        "permissions:\n" + "".join(f"  p{i}: {{{body}}}\n" for i in range(permissions)),
        "domains.yaml": f"domains: {{acme: {{instances: {{inbox: [{names}]}}}}}}\n",
        "bindings.yaml": "bindings: [{user: ana, grants: '*', domain: acme},"
        " {user: ana, restrict: '*[box1]', domain: acme}]\n",
    }
    return rolegate.load(write(folder, files))


def boxes(policy: Policy) -> int:
    """How many boxes the tree of ana has; each scope of a permission is one."""
    tree = policy.tree(user="ana", domain="acme")
    return sum(max(1, len(node.ladder)) for node in tree.walk() if node.kind != "set")


@pytest.mark.parametrize("body", ["per: inbox", "per: inbox, scopes: reach"])
def test_a_tree_of_as_many_boxes_as_there_may_be_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    """One box more is refused, with the code and what to ask instead; scopes are boxes."""
    policy = shop(tmp_path, permissions=4, inboxes=9, body=body)
    number = boxes(policy)
    assert number == 4 * (1 + 9) * (3 if "scopes" in body else 1)
    monkeypatch.setattr(draw_boxes, "MAX_BOXES", number)
    assert boxes(policy) == number
    monkeypatch.setattr(draw_boxes, "MAX_BOXES", number - 1)
    with pytest.raises(TreeTooLargeError, match=r"\(RG608\).* `instances` of one permission") as error:
        policy.tree(user="ana", domain="acme")
    assert error.value.code == "RG608"
    with pytest.raises(TreeTooLargeError):
        rolegate.Gate(policy).subject("ana", "acme").tree()


def test_what_is_too_large_is_refused_before_it_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight times the permissions cost nothing more once the limit is reached."""
    monkeypatch.setattr(draw_boxes, "MAX_BOXES", 500)

    def cost(permissions: int) -> int:
        policy = shop(tmp_path / str(permissions), permissions, inboxes=100)
        policy.decide(rolegate.Question("p0", user="ana", domain="acme", on="box1"))

        def refused() -> None:
            with pytest.raises(TreeTooLargeError):
                policy.tree(user="ana", domain="acme")

        refused()
        return calls(refused)

    assert cost(80) < 1.5 * cost(10)


def test_accounts_are_found_by_their_integration(tmp_path: Path) -> None:
    """Twice the integrations and accounts take about twice the calls, not four times."""

    def cost(integrations: int) -> int:
        names = ", ".join(f"i{number}/a{account}" for number in range(integrations) for account in range(4))
        files = {
            "catalog.yaml": "catalog: shop\n"
            "resources: {integration: Integration, account: {within: integration}}\n"
            "permissions: {access: {per: account}}\n",
            "domains.yaml": f"domains: {{acme: {{instances: {{account: [{names}]}}}}}}\n",
            "bindings.yaml": "bindings: [{user: ana, grants: '*', domain: acme}]\n",
        }
        policy = rolegate.load(write(tmp_path / str(integrations), files))
        assert len(policy.tree(user="ana", domain="acme").children) == 1 + 5 * integrations
        return calls(lambda: policy.tree(user="ana", domain="acme"))

    assert cost(200) < 2.3 * cost(100)
