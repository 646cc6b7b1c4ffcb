"""What the boxes of a drawn tree show, for those that an expectation names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from rolegate.expect.expectations import BoxLook, ExpectedBox
from rolegate.tree.draw_boxes import counts
from rolegate.tree.tree_node import BoxState, TreeNode

LOOKS: Mapping[BoxState, BoxLook] = {"on": "ticked", "partial": "partly", "off": "unticked"}

Shown = tuple[TreeNode, BoxLook]
"""A box, and what is to be seen in it, or in the box of the scope that is asked for."""


def shown_boxes(box: ExpectedBox, root: TreeNode) -> Iterator[Shown]:
    """The boxes that *box* names; a star that is to be ticked passes over what a tick on its group does."""
    for node in root.walk():
        if node.template or not _is_named(box, node):
            continue
        if box.star and box.look == "ticked" and not counts(node):
            continue
        if box.scope is None:
            yield node, LOOKS[node.state]
        else:
            yield from (
                (node, "ticked" if held else "unticked") for s, _, held in node.ladder if s == box.scope
            )


def every_box(box: ExpectedBox, root: TreeNode) -> Iterator[Shown]:
    """The same with what a star that is to be ticked passes over."""
    return shown_boxes(replace(box, look="unticked"), root)


def _is_named(box: ExpectedBox, node: TreeNode) -> bool:
    if box.star:
        inside = not box.path or node.path == box.path or node.path.startswith(f"{box.path}.")
        limited = box.scope is not None or box.instance is not None
        return inside and (node.kind == "permission" or not limited) and _on(box, node)
    return node.path == box.path and _on(box, node)


def _on(box: ExpectedBox, node: TreeNode) -> bool:
    return box.instance is None or box.instance == node.instance


def wrong_boxes(box: ExpectedBox, root: TreeNode) -> list[Shown]:
    """Those of the boxes of *box* that show something else; of groups only if that is not told below."""
    wrong = [(node, look) for node, look in shown_boxes(box, root) if look != box.look]
    told = [(node, look) for node, look in wrong if node.kind == "permission"]
    return told or wrong


def looks_as_they_are(boxes: Sequence[ExpectedBox], root: TreeNode) -> Mapping[BoxLook, tuple[str, ...]]:
    """The same boxes in the lists to which they belong; a star that is not alike becomes what is in it."""
    found: dict[BoxLook, dict[str, None]] = {"ticked": {}, "partly": {}, "unticked": {}}
    for box in boxes:
        shown = list(shown_boxes(box, root)) or list(every_box(box, root))
        looks = {look for _, look in shown}
        if len(looks) == 1 and not (looks == {"partly"} and (box.star or box.scope is not None)):
            found[looks.pop()][box.text] = None
        elif not shown:
            found[box.look][box.text] = None
        elif box.scope is not None:
            for node, look in shown:
                found[look][f"{node.id}@{box.scope}"] = None
        else:
            tops = [root] if not box.path else [node for node, _ in shown if node.path == box.path]
            for node in tops or [node for node, _ in shown]:
                for text, look in _parts(node, deep=box.star):
                    found[look][text] = None
    return {look: tuple(texts) for look, texts in found.items()}


def _parts(node: TreeNode, *, deep: bool) -> Iterator[tuple[str, BoxLook]]:
    """A box, with all that is below it if it is looked at *deep*, in as few texts as say it."""
    if node.template:
        return
    inside = [one for one in node.walk() if not one.template]
    look = LOOKS[node.state]
    if deep and node.kind != "permission" and look != "partly" and node.instance is None:
        meant = [one for one in inside if look != "ticked" or counts(one)]
        if meant and all(LOOKS[one.state] == look for one in meant):
            yield f"{node.path}.*" if node.path else "*", look
            return
    if node.kind != "set":
        yield node.id, look
    if look == "partly":
        yield from ((f"{node.id}@{scope}", "ticked") for scope in node.scopes)
    for child in node.children if deep else ():
        yield from _parts(child, deep=True)
