"""Writes a tree of checkboxes as the grants that mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rolegate.catalog.grant_syntax import parse_instance_text
from rolegate.catalog.model import Catalog
from rolegate.errors import wrong_argument
from rolegate.grants.rights import Right, RightSet
from rolegate.tree.draft_error import DraftError
from rolegate.tree.selection import Selection
from rolegate.tree.tree_node import TreeNode


def grants_of(tree: TreeNode, catalog: Catalog) -> tuple[str, ...]:
    """The shortest grants that hold what *tree* shows.

    A star is written only where the tree shows one and every available box that it includes is on;
    everything else is named. So the grants hold what is ticked today, and after any addition to the catalog
    no more than that. What a restriction takes from a role in a domain is not ticked there: to edit such a
    role, begin with the grants in its file.
    """
    if not isinstance(tree, TreeNode):
        raise wrong_argument("grants_of", tree, "a tree", "write `grants_of(tree, policy.catalog)`")
    leaves = [node for node in tree.walk() if node.kind == "permission" and not node.template]
    unavailable = _absent({node.path for node in leaves}, catalog)
    unavailable |= {node.path for node in leaves if not node.available}
    held = RightSet(right for node in leaves for right in _rights(node))
    return Selection.of(catalog, _Writer(catalog, held, unavailable).boxes(tree, ())).grants


def _absent(drawn: set[str], catalog: Catalog) -> frozenset[str]:
    """What the tree of a domain does not have, since it does not exist in domains of its kind.

    Nothing if some other box is missing: then somebody made the tree smaller, and a star says too much.
    """
    shown = {p.path: p.availability for p in catalog.permissions if not p.hidden}
    for kind in catalog.domain_kinds:
        if drawn == {path for path, availability in shown.items() if availability.exists_in(kind)}:
            return frozenset(shown.keys() - drawn)
    return frozenset()


@dataclass(frozen=True, slots=True)
class _Writer:
    catalog: Catalog
    held: RightSet
    unavailable: frozenset[str]

    def boxes(self, node: TreeNode, opened: tuple[str, ...]) -> Iterator[str]:
        if node.kind == "permission":
            if not node.template:
                yield from _leaf(node)
            return
        prefix = f"{node.path}.*" if node.path else "*"
        whole = node.instance is None
        if node.star and whole and self._shown(prefix):
            yield prefix
            yield from (
                text
                for child in node.walk()
                if child.kind == "permission" and (child.deprecated or child.by_name)
                for text in _leaf(child)
            )
            return
        suffixes = node.opens if whole else ()
        fresh = tuple(s for s in suffixes if s not in opened and self._shown(f"{prefix}{s}"))
        yield from (f"{prefix}{suffix}" for suffix in fresh)
        for child in node.children:
            yield from self.boxes(child, (*opened, *fresh))

    def _shown(self, star: str) -> bool:
        """Whether everything that *star* grants is ticked, except for what the domain does not have.

        A star further up may grant nothing in this group, for example where everything in it is by name.
        Then a star after this group is not valid, and is not written.
        """
        try:
            brought = Selection.of(self.catalog, [star]).rights
        except DraftError:
            return False
        return all(right.path in self.unavailable or self.held.covers(right) for right in brought)


def _rights(node: TreeNode) -> Iterator[Right]:
    obj = "-" if node.instance is None else parse_instance_text(node.instance)
    if not node.ladder and node.state == "on":
        yield Right(node.path, obj, "-")
    yield from (Right(node.path, obj, scope) for scope, _, held in node.ladder if held)


def _leaf(node: TreeNode) -> Iterator[str]:
    instance = "" if node.instance is None else f"[{node.instance}]"
    if not node.ladder:
        if node.state == "on":
            yield f"{node.path}{instance}"
    else:
        yield from (f"{node.path}{instance}@{scope}" for scope in node.scopes)
