"""A box of the tree, as a value: what people see and what programs get."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from rolegate.diagnostics import did_you_mean
from rolegate.encoding import readable
from rolegate.errors import UnknownNameError
from rolegate.tree.box_reasons import BoxHolder, Reasons

BoxState = Literal["on", "off", "partial"]


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A box of the tree.

    `id` is unique in the tree; without instances it is the path in the catalog. `star` says that whatever is
    added below later is held as well; `opens` lists the limited stars (`@my`) that are held. `cut_stars` are
    the stars (`*`, `*@my`) that are held but for something that is taken away: what is added later is held,
    unless it lies in that. `ladder` has each scope of a permission with its title and whether it is held;
    `scopes` has the broadest ones that are held. `template` marks a box that represents any one instance
    without naming it: no click can mean that, so it is closed in a draft. Stars pass over what is
    `deprecated` or `by_name`, so these boxes do not count for the state of those above. `until` is when
    something of what the box shows as held is lost, as a line ends or a restriction begins. A box is
    `restricted` where a restriction takes away what it would show as held, or does so below it; `taken` has
    the scopes that are taken away. The box of a `field` says what may be done with it in every record.

    The boxes of a draft also say what they are held by (`held_by`), what they require (`requires`, as
    grants), and why a click on them changes nothing (`closed`, and `closed_at` for each scope of the ladder).
    """

    id: str
    title: str
    kind: Literal["set", "group", "permission"]
    state: BoxState
    path: str
    children: tuple[TreeNode, ...] = dataclasses.field(default=(), repr=False)
    star: bool = False
    opens: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    ladder: tuple[tuple[str, str, bool], ...] = ()
    instance: str | None = None
    available: bool = True
    deprecated: bool = False
    template: bool = False
    description: str = ""
    by_name: bool = False
    until: datetime | None = None
    restricted: bool = False
    taken: tuple[str, ...] = ()
    cut_stars: tuple[str, ...] = ()
    held_by: tuple[BoxHolder, ...] = ()
    requires: tuple[str, ...] = ()
    closed: Reasons = ()
    closed_at: tuple[tuple[str, Reasons], ...] = ()
    field: Literal["edit", "view", "hidden"] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form; keys without a value are left out."""
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
        if self.field is not None:
            node["field"] = self.field
        if self.cut_stars:
            node["cut_stars"] = list(self.cut_stars)
        for key in ("deprecated", "by_name", "template", "restricted"):
            if getattr(self, key):
                node[key] = True
        if self.taken:
            node["taken"] = list(self.taken)
        node["available"] = self.available
        if self.until is not None:
            node["until"] = self.until.isoformat()
        if self.description:
            node["description"] = self.description
        if self.held_by:
            node["held_by"] = [holder.to_dict() for holder in self.held_by]
        if self.requires:
            node["requires"] = list(self.requires)
        if self.closed:
            node["closed"] = [reason.to_dict() for reason in self.closed]
        if self.closed_at:
            node["closed_at"] = {scope: [r.to_dict() for r in reasons] for scope, reasons in self.closed_at}
        node["children"] = [child.to_dict() for child in self.children]
        return node

    def part(self, path: str | None = None, depth: int | None = None) -> TreeNode:
        """The box of the group or permission *path*, with what is at most *depth* levels below it.

        Where it has several boxes, as in each branch of a kind of instance, they are below the root.

        Raises:
            UnknownNameError: where no box has this path.
        """
        found = [self] if path in (None, "", "*") else list(self._of(str(path)))
        if not found:
            known = (node.path for node in self.walk())
            help = did_you_mean(str(path), filter(None, known), "the whole tree shows them all")
            raise UnknownNameError("group or permission", str(path), help=help)
        top = found[0] if len(found) == 1 else replace(self, children=tuple(found))
        return top if depth is None else top._cut(depth)

    def _of(self, path: str) -> Iterator[TreeNode]:
        for child in self.children:
            if child.path == path:
                yield child
            else:
                yield from child._of(path)

    def _cut(self, depth: int) -> TreeNode:
        return replace(self, children=tuple(child._cut(depth - 1) for child in self.children if depth > 0))

    def walk(self) -> Iterator[TreeNode]:
        """This node and every one below it, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()


def box_id(path: str, instance: str | None) -> str:
    """The id of the box at *path*, for an instance or for none of them."""
    return path if instance in (None, "-") else f"{path}[{readable(instance or '')}]"
