"""From a tree of checkboxes back to the grants that say it."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.catalog.model import Catalog
from rolegate.grants.selection import Selection
from rolegate.review.tree import TreeNode


def grants_of(tree: TreeNode, catalog: Catalog) -> tuple[str, ...]:
    """The shortest grants that hold what *tree* shows.

    A star is written only where the tree shows one and every box below it is on; everything else is
    named. So the grants hold what was ticked today, and later no more than was ticked.
    """
    return Selection.of(catalog, _boxes(tree, catalog, ())).grants


def _boxes(node: TreeNode, catalog: Catalog, opened: tuple[str, ...]) -> Iterator[str]:
    if node.kind == "permission":
        if not node.template:
            yield from _leaf(node)
        return
    prefix = f"{node.path}.*" if node.path else "*"
    whole = node.instance is None
    if node.star and node.state == "on" and whole:
        yield prefix
        yield from (text for child in node.walk() if child.deprecated for text in _leaf(child))
        return
    fresh = tuple(suffix for suffix in node.opens if suffix not in opened) if whole else ()
    yield from (f"{prefix}{suffix}" for suffix in fresh)
    for child in node.children:
        yield from _boxes(child, catalog, (*opened, *fresh))


def _leaf(node: TreeNode) -> Iterator[str]:
    if node.state == "off":
        return
    instance = "" if node.instance is None else f"[{node.instance}]"
    if not node.ladder:
        if node.state == "on":
            yield f"{node.path}{instance}"
    else:
        yield from (f"{node.path}{instance}@{scope}" for scope in node.scopes)
