"""A star is shown as one that grows where something that it includes is taken away."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import command_line
import rolegate
from added_boxes import add
from drawing import examples
from plain.catalog import Data
from plain.evaluator import Evaluator
from plain.found_sets import sets_like_those_found
from plain.loading import loaded
from plain.strategies import names_in, starred_sets
from plain.writer import write_set
from reading import write
from rolegate import Policy, TreeNode
from rolegate.answers.tree_html import tree_html
from rolegate_cli.output import Output

DESK = {
    "catalog.yaml": "catalog: desk\nscopes: {reach: [all, team, my]}\nresources: {inbox: Inbox}\n"
    "permissions:\n"
    "  tickets: {permissions: {show: {scopes: reach}, delete: Delete, print: Print}}\n"
    "  billing: {permissions: {pay: Pay}}\n"
    '  open: {per: inbox, title: "Open {inbox}", every: Open all}\n',
    "domains.yaml": "domains: {acme: {instances: {inbox: [sales, old]}}}\n",
    "roles/all.yaml": "roles:\n"
    "  most: {grants: ['*'], except: ['billing.*', tickets.delete]}\n"
    "  wide: {grants: ['tickets.*']}\n"
    "  heir: {extends: wide, except: [tickets.delete]}\n"
    "  again: {extends: heir, grants: ['tickets.*']}\n"
    "  mine: {grants: ['tickets.*@team'], except: ['tickets.*@all']}\n"
    "  named: {grants: [tickets.print, tickets.show@all]}\n"
    "  less: {grants: ['tickets.*'], except: ['tickets.*@my']}\n"
    "  none: {grants: ['tickets.*@team'], except: ['tickets.*@my'], extends: named}\n",
    "bindings.yaml": "bindings:\n  - {user: ana, role: most, domain: acme}\n"
    "  - {user: ana, restrict: ['open[old]', tickets.print], domain: acme}\n"
    "  - {user: bo, role: wide, domain: acme}\n  - {user: bo, restrict: ['tickets.*'], domain: acme}\n"
    "  - {user: cy, role: most, domain: acme, only: {inbox: sales}, rest: keep}\n"
    "  - {user: di, role: most, domain: acme, only: {inbox: sales}, rest: drop}\n",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """A help desk with roles that hold all but something."""
    return rolegate.load(write(tmp_path_factory.mktemp("desk"), DESK))


def shown(tree: TreeNode) -> dict[str, tuple[bool, tuple[str, ...], tuple[str, ...]]]:
    """The stars of each box that has some."""
    return {
        node.id: (node.star, node.opens, node.cut_stars)
        for node in tree.walk()
        if node.star or node.opens or node.cut_stars
    }


@pytest.mark.parametrize(
    ("role", "stars"),
    [
        ("most", {"*": (False, (), ("*",)), "tickets": (False, (), ("*",)), "open[*]": (True, (), ())}),
        ("heir", {"tickets": (False, (), ("*",))}),
        ("again", {"tickets": (True, (), ())}),
        ("mine", {"tickets": (False, ("@team",), ())}),
        ("named", {}),
        ("less", {"tickets": (False, (), ("*",))}),
        ("none", {}),
    ],
)
def test_a_star_beside_an_exception_says_that_it_grows(desk: Policy, role: str, stars: Any) -> None:
    """Of the role and of a draft of it alike; what the exception takes away as a whole has no star."""
    assert stars == shown(desk.tree(role=role)) == shown(desk.draft(role).tree())


def test_a_star_beside_a_restriction_says_that_it_grows(desk: Policy) -> None:
    """Also the box of every instance, where one of them is taken away."""
    tree = desk.tree(user="ana", domain="acme")
    cut = (False, (), ("*",))
    assert {"*": cut, "tickets": cut, "open[*]": cut} == shown(tree)
    assert {} == shown(desk.tree(user="bo", domain="acme"))
    assert ["*"] == tree.to_dict()["cut_stars"]
    assert "cut_stars" not in desk.tree(role="wide").to_dict()


@pytest.mark.parametrize(("user", "star"), [("cy", "*"), ("di", "*[sales]")])
def test_a_star_beside_only_says_that_it_grows(desk: Policy, user: str, star: str) -> None:
    """With the rest of the role, or on what `only` names."""
    tree = desk.tree(user=user, domain="acme")
    assert {"*": (False, (), (star,)), "tickets": (False, (), (star,))} == shown(tree)


def test_a_star_beside_an_exception_is_not_written(desk: Policy) -> None:
    """The tree does not show everything that it includes."""
    grants = rolegate.grants_of(desk.tree(role="most"), desk.catalog)
    assert ("tickets.show@all", "tickets.print", "open[*]") == grants


def test_pages_say_that_a_star_has_exceptions(desk: Policy) -> None:
    """In the language of the page, once for each box, and in the key."""
    page = tree_html(desk.tree(role="heir"), locale="fr")
    assert 1 == page.count("les nouveaux compris, sauf exceptions")
    assert 1 == page.count("comprend ce qui sera ajouté, sauf exceptions")
    assert "exceptions" not in tree_html(desk.tree(role="wide"), locale="fr")


def test_a_matrix_shows_a_star_with_exceptions(desk: Policy) -> None:
    """In each form beside what is held, and in the key where some role has one."""
    matrix = desk.matrix(roles=["most", "wide"])
    held = {row.path: row.held for row in matrix.rows if row.group}
    assert {"*": (("*",), ()), "tickets": (("*",), ()), "billing": ((), ())} == {
        path: tuple(cell.cut_stars for cell in cells) for path, cells in held.items()
    }
    assert "<td class=p>2/3 <b>☆</b>" in rolegate.matrix_html(matrix)
    assert "| **Tickets** | 2/3 ☆ | ✓ ★ |" in rolegate.matrix_markdown(matrix, "x")
    assert "tickets.*,Tickets,☆,★" in rolegate.matrix_csv(matrix).splitlines()
    forms = (rolegate.matrix_html, lambda shown: rolegate.matrix_markdown(shown, "x"))
    wide = desk.matrix(roles=["wide"])
    told = [("with exceptions" in form(matrix), "with exceptions" in form(wide)) for form in forms]
    assert [(True, False)] * 2 == told


def test_a_matrix_in_a_terminal_shows_a_star_with_exceptions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside how much is held, with a key on a terminal where some role has one."""
    monkeypatch.setattr(Output, "terminal", True)
    path, colour = write(tmp_path, DESK), {"FORCE_COLOR": "1"}
    most = command_line.rolegate("matrix", path, "--role", "most", env=colour).out
    wide = command_line.rolegate("matrix", path, "--role", "wide", env=colour).out
    assert "2/3 ☆" in most and "☆ includes what is added later, with exceptions" in most
    assert "★ includes what is added later" in wide and "☆" not in wide


@examples(15)
@given(starred_sets() | sets_like_those_found(), st.data())
def test_what_is_added_later_is_held_where_a_star_is_shown(
    files: dict[str, Data], data: st.DataObject
) -> None:
    """By everybody of whom there is a tree, and only there: at some scope, where it has scopes."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder) / "set", files)
        group = data.draw(st.sampled_from(["", *_groups(policy)]))
        ladders: Any = files["catalog.yaml"].get("scopes", {})
        body: Any = data.draw(st.sampled_from(["Added", *({"scopes": ladder} for ladder in ladders)]))
        scopes = list(ladders[body["scopes"]]) if body != "Added" else []
        assume(not _except_each_at(files, scopes))  # the tree says that there are exceptions, not how many
        grown = copy.deepcopy(files)
        assume(add(grown["catalog.yaml"], group, body))
        try:
            later = rolegate.load(write_set(grown, Path(folder) / "grown"))
        except rolegate.InvalidPolicyError:
            return  # a role would lack what the header requires
        assume(
            {(s.domain, s.role) for s in later.set_aside} == {(s.domain, s.role) for s in policy.set_aside}
        )
        path = f"{group}.added" if group else "added"
        for kind, names in names_in(files).items():
            for name, domain in product(sorted(names), policy.domains):
                who: dict[str, Any] = {kind: name, "domain": domain}
                try:
                    before, after = policy.tree(**who), later.tree(**who)
                except rolegate.UnknownNameError:
                    continue
                now = next((node for node in after.walk() if node.id == path), None)
                if now is not None and now.available:
                    assert (now.state != "off") == _grows(before, group, scopes), (who, path, files)


def _except_each_at(files: dict[str, Data], scopes: Sequence[str]) -> bool:
    """Whether a role excepts one of *scopes*, and those around it, of whatever is added."""
    excepted = [text for role in Evaluator(files).roles for text in role.get("except", ())]
    return any(text.rpartition("@")[2] in scopes for text in excepted if "*@" in text)


def _groups(policy: Policy) -> list[str]:
    return [path for path, node in policy.catalog.nodes.items() if path and not hasattr(node, "ladder")]


def _grows(tree: TreeNode, group: str, scopes: Sequence[str]) -> bool:
    """Whether *tree* shows that what is added to *group* is held, at one of its *scopes* if it has any."""
    around = {"", *(group[:n] for n in range(len(group) + 1) if group[n : n + 1] in ("", "."))}
    own = [node for node in tree.walk() if node.path == group and node.kind != "permission"]
    wide = any(node.star for node in tree.walk() if node.path in around and node.kind != "permission")
    limited = {limit for node in own for limit in (*node.opens, *(star[1:] for star in node.cut_stars))}
    scoped = any(limit == "" or (limit[:1] == "@" and limit[1:] in scopes) for limit in limited)
    return wide or scoped
