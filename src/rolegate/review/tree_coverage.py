"""Which answers an expectation of a tree covers: each is turned round, and the boxes are drawn again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from rolegate.catalog.grant_syntax import parse_instance_text
from rolegate.compiled.names import ALL, NONE
from rolegate.engine.request import Request
from rolegate.engine.translation import translate
from rolegate.expect.expectations import ExpectedTree
from rolegate.policy.policy import Policy
from rolegate.review.policy_cells import CellsOfDomain, PolicyCells
from rolegate.review.shown_boxes import shown_boxes, wrong_boxes
from rolegate.review.tree_results import tree_there
from rolegate.tree.draw_boxes import together
from rolegate.tree.tree_node import BoxState, TreeNode


@dataclass(frozen=True, slots=True)
class TreeClaim:
    """The cells of a subject that a tree shows, and those without which it would be another one."""

    place: tuple[str, str]
    asked: int
    killed: int


def claim_of_tree(
    tree: ExpectedTree, policy: Policy, table: PolicyCells, at: date | None
) -> TreeClaim | None:
    """What *tree*, which is as expected, says of cells; None where nobody has a line."""
    asked = translate(tree.question, policy.resolved)
    place = table.place(asked.sub, asked.dom)
    if place is None:
        return None
    root = tree_there(tree, policy, tree.at or at)
    cells = dict(_cells_of_boxes(root, policy, table.domains[place[0]]))
    named = {
        leaf.id
        for box in tree.boxes
        for node, _ in shown_boxes(box, root)
        for leaf in node.walk()
        if leaf.id in cells
    }
    looked_at, killed, held = 0, 0, table.held(place[1], place[0])
    for name in named:
        looked_at |= cells[name].mask
    for number in range(looked_at.bit_length()):
        bit = 1 << number
        if looked_at & bit:
            other = _redrawn(root, cells, held ^ bit, bit)
            killed |= bit if any(wrong_boxes(box, other) for box in tree.boxes) else 0
    return TreeClaim(place, looked_at, killed)


@dataclass(frozen=True, slots=True)
class _CellsOfBox:
    """The cells that the box of a permission shows: those of each scope, and of what lies in it.

    `inside` is empty where what lies in it has boxes of its own.
    """

    scopes: Mapping[str, int]
    inside: int

    @property
    def mask(self) -> int:
        mask = self.inside
        for own in self.scopes.values():
            mask |= own
        return mask

    def redrawn(self, node: TreeNode, held: int) -> TreeNode:
        """The box *node* of somebody who holds the cells *held*."""
        there = [scope for scope, own in self.scopes.items() if own & held]
        state: BoxState = "off"
        if there and there[0] == next(iter(self.scopes)):
            state = "on"
        elif there or self.inside & held:
            state = "partial"
        ladder = tuple((scope, title, scope in there) for scope, title, _ in node.ladder)
        return replace(node, state=state, ladder=ladder)


def _cells_of_boxes(root: TreeNode, policy: Policy, here: CellsOfDomain) -> Iterator[tuple[str, _CellsOfBox]]:
    """The cells of each box of a permission, by the id of the box."""
    leaves = [node for node in root.walk() if node.kind == "permission" and not node.template]
    paths: dict[str, set[tuple[str, ...]]] = {}
    for node in leaves:
        paths.setdefault(node.path, set()).add(_instance(node))
    for node in leaves:
        permission, on = policy.catalog.permission(node.path), _instance(node)
        region = "/".join(on) if permission.chain else NONE
        scopes = {s: here.mask(Request(permission, region, (s,))) for s in permission.scope_names}
        inside = 0
        if not _has_own_boxes(on, paths[node.path]):
            inside = here.mask(Request(permission, region, permission.scope_names, some=True))
        yield node.id, _CellsOfBox(scopes, inside)


def _instance(node: TreeNode) -> tuple[str, ...]:
    return () if node.instance is None else tuple(parse_instance_text(node.instance).split("/"))


def _has_own_boxes(on: tuple[str, ...], others: set[tuple[str, ...]]) -> bool:
    """Whether a box means every instance, and known ones have boxes of their own beside it."""
    return ALL in on and any(other != on and other[: len(on) - 1] == on[:-1] for other in others)


def _redrawn(node: TreeNode, cells: Mapping[str, _CellsOfBox], held: int, bit: int) -> TreeNode:
    """The tree *node* of somebody who holds the cells *held*; only boxes that show *bit* can be others."""
    if node.kind == "permission":
        own = cells.get(node.id)
        return node if node.template or own is None or not own.mask & bit else own.redrawn(node, held)
    children = tuple(_redrawn(child, cells, held, bit) for child in node.children)
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    return replace(node, children=children, state=together(children))
