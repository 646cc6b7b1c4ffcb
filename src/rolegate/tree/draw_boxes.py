"""Draws the tree of checkboxes: what a role, a team or a user holds, as people see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rolegate.catalog.labels import Words, words_of
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.catalog.placeholders import placeholders
from rolegate.encoding import decode, readable
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translated
from rolegate.errors import TreeTooLargeError
from rolegate.tree.field_boxes import field_at, field_in_every_record
from rolegate.tree.held_boxes import HeldBoxes
from rolegate.tree.holding import Holding, Notes
from rolegate.tree.tree_node import BoxState, TreeNode, box_id

MAX_BOXES = 50_000
"""Boxes of one tree: there is one for each permission and scope on each known instance."""


def draw_tree(
    question: Question | None, snapshot: Snapshot, locale: str | None, domain: str | None = None
) -> TreeNode:
    """The tree of what the subject of *question* holds.

    Without a question nothing is held: it is the tree of the catalog, or of what *domain* has of it.

    Raises:
        UnknownNameError: for an unknown subject, domain or language.
        TreeTooLargeError: for more than `MAX_BOXES` boxes.
    """
    resolved = snapshot.resolved
    if question is not None:
        holding = HeldBoxes.of(translated(question, resolved), snapshot)
    else:
        holding = HeldBoxes(snapshot) if domain is None else HeldBoxes.blank(domain, snapshot)
    return draw(resolved.catalog, words_of(resolved.labels, locale), holding)


def draw(catalog: Catalog, words: Words, holding: Holding, notes: Notes | None = None) -> TreeNode:
    """The tree of what *holding* holds; with *notes*, each box says something of itself."""
    return _TreeDrawing(catalog, words, holding, notes).root()


def draw_box(catalog: Catalog, words: Words, holding: Holding, notes: Notes, path: str, id: str) -> Box:
    """The box *id* of the node at *path*, drawn with what is around it alone; None if the tree has none."""
    top = _TreeDrawing(catalog, words, holding, notes, path).root()
    return next((box for box in top.walk() if box.id == id), None)


Box = TreeNode | None
Prefix = tuple[str, ...]


@dataclass(slots=True)
class _TreeDrawing:
    catalog: Catalog
    words: Words
    holding: Holding
    notes: Notes | None
    only: str = ""
    """Draw what is at this path, around it and below it, and nothing beside it."""
    boxes: int = field(default=0, init=False)

    def root(self) -> TreeNode:
        root = self.catalog.nodes[""]
        assert isinstance(root, Group)  # noqa: S101
        children = self._children(root, ())
        opens = self.holding.opens("")
        return TreeNode(
            "*",
            self.words.set_title(self.catalog.title),
            "set",
            together(children),
            "",
            children,
            "" in opens,
            tuple(o for o in opens if o),
            description=self.words.set_description(root.description),
            restricted=any(child.restricted for child in children),
            cut_stars=self.holding.cut_stars(""),
            **self._group_notes(root, None, children),
        )

    def _group_notes(
        self, group: Group, instance: str | None, children: Sequence[TreeNode]
    ) -> dict[str, Any]:
        if self.notes is None:
            return {}
        return self.notes.group_notes(group, instance, together(children), children)._asdict()

    def _children(self, group: Group, prefix: Prefix) -> tuple[TreeNode, ...]:
        found: list[TreeNode] = []
        for path in group.children:
            node = self.catalog.nodes[path]
            if self.only and not _in_line(path, self.only):
                continue
            if isinstance(node, Permission):
                if not node.hidden and self.holding.exists(node):
                    found += self._permission(node, prefix)
            elif not self.holding.offers(path):
                found += self._promised(node, group) if not prefix else []
            elif node.own_per and self._names_instance(node):
                found += self._branches(node, prefix)
            else:
                found.append(self._group(node, prefix))
        return tuple(found)

    def _group(self, group: Group, prefix: Prefix, title: str | None = None) -> TreeNode:
        self._count(1)
        children = self._children(group, prefix)
        opens = self.holding.opens(group.path)
        instance = "/".join(prefix) if prefix else None
        return TreeNode(
            box_id(group.path, instance),
            self._fill(title or self.words.title(group), group.chain, prefix),
            "group",
            together(children),
            group.path,
            children,
            "" in opens,
            tuple(o for o in opens if o),
            instance=None if instance is None else readable(instance),
            available=any(child.available for child in children),
            deprecated=bool(children) and all(child.deprecated for child in children),
            restricted=any(child.restricted for child in children),
            description=self.words.description(group),
            by_name=bool(children) and all(child.by_name for child in children),
            cut_stars=self.holding.cut_stars(group.path),
            field=field_in_every_record(group, children, self.catalog),
            **self._group_notes(group, instance, children),
        )

    def _promised(self, group: Group, outer: Group) -> list[TreeNode]:
        """The heading of a group of which nothing exists here, where a star holds whatever comes later.

        Without it a role that is written back would lose the star. A star of the *outer* group says it all.
        """
        around, opens = self.holding.opens(outer.path), self.holding.opens(group.path)
        if "" in around:
            return []
        below = (node for path in group.children if isinstance(node := self.catalog.nodes[path], Group))
        children = tuple(heading for node in below for heading in self._promised(node, group))
        cut = self.holding.cut_stars(group.path)
        if not children and set(opens) <= set(around) and not cut:
            return []
        self._count(1)
        state: BoxState = "on" if "" in opens else "partial"
        notes = {} if self.notes is None else self.notes.heading_notes(group, state)._asdict()
        return [
            TreeNode(
                group.path,
                self._fill(self.words.title(group), group.chain, ()),
                "group",
                state,
                group.path,
                children,
                "" in opens,
                tuple(o for o in opens if o),
                available=False,
                description=self.words.description(group),
                cut_stars=cut,
                **notes,
            )
        ]

    def _count(self, number: int) -> None:
        """Count boxes before they are drawn."""
        self.boxes += number
        if self.boxes > MAX_BOXES and not self.only:
            raise TreeTooLargeError(
                f"the tree has more than {MAX_BOXES:,} boxes ({TreeTooLargeError.code}): it has one for each"
                " permission, scope and known instance; ask for the `instances` of one permission instead"
            )

    def _names_instance(self, group: Group) -> bool:
        """Whether the title names an instance; a group titled "Accounts" is one box for all of them."""
        return group.chain[-1] in placeholders(self.words.title(group))

    def _branches(self, group: Group, prefix: Prefix) -> list[TreeNode]:
        """One branch that means every instance, and one for each known instance."""
        every = self.words.every(group)
        return [
            self._group(group, level, every if level == ("*",) else None)
            for level in self._levels(group.chain, prefix)
        ]

    def _permission(self, permission: Permission, prefix: Prefix) -> list[TreeNode]:
        every = self.words.every(permission)
        levels = self._levels(permission.chain, prefix)
        boxes = [self._leaf(permission, level, every if level == ("*",) else None) for level in levels]
        if every is not None and levels == [("*",)]:
            boxes.append(self._leaf(permission, ("*",), template=True))
        return boxes

    def _levels(self, chain: tuple[str, ...], prefix: Prefix) -> list[Prefix]:
        """The instances with a box below *prefix*: all of them, then each known one, level by level."""
        if len(prefix) == len(chain) or "*" in prefix:
            return [prefix]
        found: list[Prefix] = [(*prefix, "*")]
        for path in self.holding.instances(chain[: len(prefix) + 1], prefix):
            found += self._levels(chain, tuple(path.split("/")))
        return found

    def _leaf(
        self, permission: Permission, prefix: Prefix, title: str | None = None, template: bool = False
    ) -> TreeNode:
        self._count(permission.width)
        obj = "/".join(prefix) if permission.chain else "-"
        held = [scope for scope in permission.scope_names if self.holding.holds(permission, obj, scope)]
        found = frozenset(held)
        state: BoxState = "off"
        if held and held[0] == permission.scope_names[0]:
            state = "on"
        elif held or (
            not self._has_own_boxes(permission, prefix) and self.holding.holds_some(permission, obj)
        ):
            state = "partial"
        taken = tuple(s for s in permission.scope_names if self.holding.taken(permission, obj, s))
        ladder = permission.ladder
        new = [s for s in taken if obj.endswith("*") and self.holding.holds_new(permission, obj, s)]
        shown = self._fill(title or self.words.title(permission), permission.chain, prefix)
        return TreeNode(
            permission.path if template else box_id(permission.path, obj),
            shown,
            "permission",
            state,
            permission.path,
            star=obj.endswith("*") and state == "on" and not template,
            scopes=tuple(s for s in held if ladder and not any(b in found for b in ladder.broader(s)[1:])),
            ladder=tuple(
                (s.name, self.words.scope(ladder.name, s.name, s.title), s.name in found)
                for s in ladder.scopes.values()
            )
            if ladder
            else (),
            instance=readable(obj) if prefix else None,
            available=self.holding.available(permission),
            deprecated=permission.deprecated,
            template=template,
            description=self.words.description(permission),
            by_name=permission.by_name,
            restricted=bool(taken),
            taken=taken if ladder else (),
            field=field_at(permission, held),
            cut_stars=tuple(f"*@{s}" if ladder else "*" for s in new if not template),
            until=self.holding.until(permission, obj, held) if state != "off" else None,
            **(
                {} if self.notes is None else self.notes.leaf_notes(permission, obj, held, template)._asdict()
            ),
        )

    def _has_own_boxes(self, permission: Permission, prefix: Prefix) -> bool:
        """Whether this box means every instance, and the known ones have boxes of their own beside it."""
        return "*" in prefix and bool(self.holding.instances(permission.chain[: len(prefix)], prefix[:-1]))

    def _fill(self, title: str, chain: Sequence[str], prefix: Prefix) -> str:
        """*title* with what instances are called in its placeholders; with a kind where none is named."""
        known = {
            kind: self.holding.title(kind, "/".join(prefix[:depth]), self.words) or decode(prefix[depth - 1])
            for depth, kind in enumerate(chain[: len(prefix)], 1)
            if prefix[depth - 1] != "*"
        }
        return self.words.filled(title, known, self.catalog)


def _in_line(path: str, other: str) -> bool:
    """Whether one of two paths is, or is around, the other one."""
    return f"{other}.".startswith(f"{path}.") or path.startswith(f"{other}.")


def together(children: Sequence[TreeNode]) -> BoxState:
    """On when all boxes that a star would include are on.

    Unavailable boxes, and those that stars pass over, count only where there are no others.
    """
    boxes = [c for c in children if not c.template]
    counted = [c for c in boxes if counts(c)] or boxes
    if counted and all(c.state == "on" for c in counted):
        return "on"
    return "partial" if any(c.state != "off" for c in boxes) else "off"


def counts(node: TreeNode) -> bool:
    """Whether a star takes in the box, or one below it, and the domain has it."""
    if node.kind == "permission":
        return node.available and not (node.template or node.deprecated or node.by_name)
    return any(counts(child) for child in node.children)
