"""The boxes of a tree that are not as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from rolegate.catalog.grant_syntax import parse_instance
from rolegate.catalog.model import Group
from rolegate.diagnostics import Span, quoted
from rolegate.engine.question import Question
from rolegate.expect.expectations import ExpectedTree
from rolegate.policy.policy import Policy
from rolegate.review.shown_boxes import every_box, shown_boxes, wrong_boxes
from rolegate.tree.tree_node import TreeNode


def tree_there(tree: ExpectedTree, policy: Policy, at: date | None) -> TreeNode:
    """The tree of the subject of *tree*."""
    asked = tree.question
    return policy.tree(user=asked.user, team=asked.team, role=asked.role, domain=asked.domain, at=at)


def tree_deviations(
    tree: ExpectedTree, policy: Policy, at: date | None
) -> Iterator[tuple[str, Span, Question]]:
    """What is not as expected, where that is written, and the question that explains it."""
    root = tree_there(tree, policy, at)
    for box in tree.boxes:
        if not any(shown_boxes(box, root)):
            group = isinstance(policy.catalog.nodes[box.path], Group)
            asked = replace(tree.question, permission=_star(box.path) if group else box.path, any=True)
            there = any(every_box(box, root))
            says = "no box of {} can be ticked by a star" if there else "there is no box {} in this tree"
            yield says.format(quoted(box.text)), box.span, asked
        for node, look in wrong_boxes(box, root):
            text = node.id if box.scope is None else f"{node.id}@{box.scope}"
            asked = _asked_of(node, box.scope, tree.question, whole=box.look == "ticked")
            yield f"{quoted(text)} is {look}, and should be {box.look}", box.span, asked


def _asked_of(node: TreeNode, scope: str | None, about: Question, *, whole: bool) -> Question:
    """The question that explains a box: about all of it, or about some of it."""
    if node.kind != "permission":
        return replace(about, permission=_star(node.path), any=True)
    on = parse_instance(node.instance) if node.instance is not None else ()
    return replace(about, permission=node.path, on=on or None, scope=scope, any=not whole)


def _star(path: str) -> str:
    return f"{path}.*" if path else "*"
