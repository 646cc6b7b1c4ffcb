"""A box that a restriction has taken away is told from one that nobody granted."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given

import rolegate
from drawing import each_of, examples
from plain.found_sets import FOUND, sets_like_those_found
from plain.loading import loaded
from plain.restricting import without_restrictions
from plain.strategies import Files, policy_sets
from reading import write
from repository import ROOT
from rolegate import TreeNode

DESK = {
    "catalog.yaml": "catalog: desk\nscopes: {reach: [all, team, my]}\nresources: {inbox: Inbox}\n"
    "permissions:\n  tickets:\n    permissions:\n      show: {scopes: reach}\n"
    "      close: {requires: tickets.show@team}\n"
    "  open: {per: inbox}\n  write: Write\n",
    "domains.yaml": "domains: {acme: {instances: {inbox: [sales, old], }, removed: {inbox: [gone]}}}\n",
    "roles/all.yaml": "roles:\n  agent: {grants: [tickets.show@all, tickets.close, 'open[*]']}\n",
    "bindings.yaml": "bindings:\n  - {user: ana, role: agent, domain: acme}\n"
    "  - {user: ana, restrict: ['*@all', tickets.close, 'open[old]'], domain: acme}\n",
}


def boxes(tree: TreeNode) -> dict[str, TreeNode]:
    return {node.id: node for node in tree.walk() if not node.template}


def test_a_box_says_what_is_taken_away(tmp_path: Path) -> None:
    """With the scopes; the boxes above say that something below them is, and one without a grant does not."""
    tree = rolegate.load(write(tmp_path, DESK)).tree(user="ana", domain="acme")
    restricted = {id: node.taken for id, node in boxes(tree).items() if node.restricted}
    assert restricted == {
        "*": (),
        "tickets": (),
        "tickets.show": ("all",),
        "tickets.close": (),
        "open[*]": (),
        "open[old]": (),
    }
    written = {id: node.to_dict() for id, node in boxes(tree).items()}
    assert (written["tickets.show"]["restricted"], written["tickets.show"]["taken"]) == (True, ["all"])
    assert not {"restricted", "taken"} & set(written["write"])


def test_a_role_and_a_removed_instance_have_no_restriction() -> None:
    """An instance that is gone is not a restriction on anybody."""
    policy = rolegate.load(ROOT / "policies" / "responso")
    assert not any(node.restricted for node in policy.tree(role="admin", domain="acme").walk())
    admins = [line.name for line in policy.bindings(role="admin", domain="acme") if line.kind == "user"]
    assert admins
    for name in admins:
        assert not any(node.restricted for node in policy.tree(user=name, domain="acme").walk())


@examples(13)
@given(policy_sets() | sets_like_those_found())
@each_of(FOUND)
def test_restricted_is_what_would_be_held_without_restrictions(files: Files) -> None:
    """Exactly that, for every user: the same set is drawn without its lines of restrictions."""
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        policy = loaded(Path(first), files)
        without = loaded(Path(second), without_restrictions(files))
        for domain in policy.domains:
            for user in policy.users:
                mine = boxes(policy.tree(user=user, domain=domain))
                theirs = boxes(without.tree(user=user, domain=domain))
                for id in mine.keys() & theirs.keys():
                    box, more = mine[id], theirs[id]
                    if box.kind == "permission":
                        lost = [scope for scope, _, held in more.ladder if held]
                        kept = [scope for scope, _, held in box.ladder if held]
                        assert box.taken == tuple(scope for scope in lost if scope not in kept), id
                        assert box.restricted == bool(
                            box.taken or (more.state, box.state) == ("on", "off")
                        ), id
