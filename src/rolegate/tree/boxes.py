"""The tree of checkboxes: what a role or a user holds, as people see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rolegate.catalog.labels import Labels, Words
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.diagnostics import did_you_mean
from rolegate.encoding import decode, readable
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translated
from rolegate.errors import UnknownNameError
from rolegate.tree.held_boxes import HeldBoxes

State = Literal["on", "off", "partial"]


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A box of the tree.

    `id` is unique in the tree; without instances it is the path of the catalog. `star` says that what is
    added below later is held, too; `opens` has the limited stars (`@my`) for which that is so. `ladder` has
    each scope of a permission with its title and whether it is held; `scopes` the broadest held ones.
    `template` marks a box that stands for one instance without naming it.
    """

    id: str
    title: str
    kind: Literal["set", "group", "permission"]
    state: State
    path: str
    children: tuple[TreeNode, ...] = ()
    star: bool = False
    opens: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    ladder: tuple[tuple[str, str, bool], ...] = ()
    instance: str | None = None
    available: bool = True
    deprecated: bool = False
    template: bool = False
    description: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form; keys that say nothing are left out."""
        node: dict[str, Any] = {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "state": self.state,
            "path": self.path,
            "star": self.star,
        }
        if self.opens:
            node["opens"] = list(self.opens)
        if self.ladder:
            node["scopes"] = list(self.scopes)
            node["ladder"] = [{"scope": s, "title": t, "held": h} for s, t, h in self.ladder]
        if self.instance is not None:
            node["instance"] = self.instance
        for key in ("deprecated", "template"):
            if getattr(self, key):
                node[key] = True
        node["available"] = self.available
        if self.description:
            node["description"] = self.description
        node["children"] = [child.to_dict() for child in self.children]
        return node

    def walk(self) -> Iterator[TreeNode]:
        """This node and every one below it, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree_of(question: Question | None, snapshot: Snapshot, locale: str | None) -> TreeNode:
    """The tree of the subject of *question*, or that of the catalog alone.

    Raises:
        UnknownName: for an unknown subject, domain or language.
    """
    resolved = snapshot.resolved
    holding = (
        HeldBoxes(snapshot)
        if question is None
        else HeldBoxes.of(translated(question, snapshot.resolved), snapshot)
    )
    return build_tree(resolved.catalog, words_of(resolved.labels, locale), holding)


def words_of(labels: Labels, locale: str | None) -> Words:
    """The words of a language, or the catalog's own.

    Raises:
        UnknownName: for an unknown language.
    """
    words = labels.words(locale) if locale is None or isinstance(locale, str) else None
    if words is None:
        raise UnknownNameError("locale", locale or "", help=did_you_mean(str(locale or ""), labels.locales))
    return words


def build_tree(catalog: Catalog, words: Words, holding: HeldBoxes) -> TreeNode:
    """The tree of *holding* in the language of *words*."""
    return _TreeBuilder(catalog, words, holding).root()


Prefix = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _TreeBuilder:
    catalog: Catalog
    words: Words
    holding: HeldBoxes

    def root(self) -> TreeNode:
        root = self.catalog.nodes[""]
        assert isinstance(root, Group)  # noqa: S101
        children = self._children(root, ())
        opens = self.holding.opens("")
        return TreeNode(
            "*",
            self.words.set_title(self.catalog.title),
            "set",
            _together(children),
            "",
            children,
            "" in opens,
            tuple(o for o in opens if o),
            description=root.description,
        )

    def _children(self, group: Group, prefix: Prefix) -> tuple[TreeNode, ...]:
        found: list[TreeNode] = []
        for path in group.children:
            node = self.catalog.nodes[path]
            if isinstance(node, Permission):
                if not node.hidden:
                    found += self._permission(node, prefix)
            elif not self.catalog.shown(path):
                continue
            elif node.own_per and self._names_instance(node):
                found += self._branches(node, prefix)
            else:
                found.append(self._group(node, prefix))
        return tuple(found)

    def _group(self, group: Group, prefix: Prefix, title: str | None = None) -> TreeNode:
        children = self._children(group, prefix)
        opens = self.holding.opens(group.path)
        instance = "/".join(prefix) if prefix else None
        return TreeNode(
            _id(group.path, instance),
            title or self._fill(self.words.title(group), group.chain, prefix),
            "group",
            _together(children),
            group.path,
            children,
            "" in opens,
            tuple(o for o in opens if o),
            instance=None if instance is None else readable(instance),
            available=any(child.available for child in children),
            deprecated=bool(children) and all(child.deprecated for child in children),
            description=self.words.description(group),
        )

    def _names_instance(self, group: Group) -> bool:
        """Whether the title is about one instance; a group "Accounts" is one box with accounts in it."""
        return f"{{{group.chain[-1]}}}" in self.words.title(group)

    def _branches(self, group: Group, prefix: Prefix) -> list[TreeNode]:
        """A branch for every instance, and one for each known one."""
        every = self.words.every(group)
        return [
            self._group(group, each, every if each == ("*",) else None)
            for each in self._levels(group.chain, prefix)
        ]

    def _permission(self, permission: Permission, prefix: Prefix) -> list[TreeNode]:
        every = self.words.every(permission)
        levels = self._levels(permission.chain, prefix)
        boxes = [self._leaf(permission, each, every if each == ("*",) else None) for each in levels]
        if every is not None and levels == [("*",)]:
            boxes.append(self._leaf(permission, ("*",), template=True))
        return boxes

    def _levels(self, chain: tuple[str, ...], prefix: Prefix) -> list[Prefix]:
        """What gets a box below *prefix*: everything there, then each known instance, level by level."""
        if len(prefix) == len(chain) or "*" in prefix:
            return [prefix]
        found: list[Prefix] = [(*prefix, "*")]
        for path in self.holding.instances(chain[: len(prefix) + 1], prefix):
            found += self._levels(chain, tuple(path.split("/")))
        return found

    def _leaf(
        self, permission: Permission, prefix: Prefix, title: str | None = None, template: bool = False
    ) -> TreeNode:
        obj = "/".join(prefix) if permission.chain else "-"
        held = [scope for scope in permission.scope_names if self.holding.holds(permission, obj, scope)]
        state: State = "off"
        if held and held[0] == permission.scope_names[0]:
            state = "on"
        elif held or (
            not self._has_own_boxes(permission, prefix) and self.holding.holds_some(permission, obj)
        ):
            state = "partial"
        ladder = permission.ladder
        shown = title or self._fill(self.words.title(permission), permission.chain, prefix)
        return TreeNode(
            permission.path if template else _id(permission.path, obj),
            shown,
            "permission",
            state,
            permission.path,
            star=obj.endswith("*") and state == "on" and not template,
            scopes=tuple(s for s in held if ladder and not any(b in held for b in ladder.broader(s)[1:])),
            ladder=tuple(
                (s.name, self.words.scope(ladder.name, s.name, s.title), s.name in held)
                for s in ladder.scopes.values()
            )
            if ladder
            else (),
            instance=readable(obj) if prefix else None,
            available=self.holding.available(permission),
            deprecated=permission.deprecated,
            template=template,
            description=self.words.description(permission),
        )

    def _has_own_boxes(self, permission: Permission, prefix: Prefix) -> bool:
        """Whether the instances that the box for every one stands for are shown beside it."""
        return "*" in prefix and bool(self.holding.instances(permission.chain[: len(prefix)], prefix[:-1]))

    def _fill(self, title: str, chain: Sequence[str], prefix: Prefix) -> str:
        """*title* with the ids of the instance in its placeholders, or the kinds where none is named."""
        known = {kind: decode(part) for kind, part in zip(chain, prefix, strict=False) if part != "*"}
        return self.words.filled(title, known, self.catalog)


def _id(path: str, instance: str | None) -> str:
    return path if instance in (None, "-") else f"{path}[{readable(instance or '')}]"


def _together(children: Sequence[TreeNode]) -> State:
    """On when each box that a star takes in is on; a deprecated or unavailable one counts only by itself."""
    boxes = [c for c in children if not c.template]
    counted = [c for c in boxes if c.available and not c.deprecated] or boxes
    if counted and all(c.state == "on" for c in counted):
        return "on"
    return "partial" if any(c.state != "off" for c in boxes) else "off"
