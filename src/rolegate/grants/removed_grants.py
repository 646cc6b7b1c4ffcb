"""Grants that name what the catalog has removed: what they have become, limits and all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.ladders import scopes_today
from rolegate.catalog.link_dependencies import fits_chain
from rolegate.catalog.model import Catalog, Group, Node, Permission
from rolegate.catalog.removed_names import RemovedName


@dataclass(frozen=True, slots=True)
class Successor:
    """A grant in the place of one that names what was removed.

    `misfit` is the limit of the old grant that the new one does not take, so that it would hold more.
    """

    grant: Grant
    misfit: str = ""


def successors(grant: Grant, removed: RemovedName, catalog: Catalog) -> Iterator[Successor]:
    """What *grant*, which names *removed*, has become."""
    for target, _, _ in removed.becomes:
        node = catalog.find(target.path) if target.path else catalog.nodes[""]
        if node is not None:
            yield _limited(replace(target, path=node.path), grant, node, catalog)


def _limited(target: Grant, old: Grant, node: Node, catalog: Catalog) -> Successor:
    """*target* with the limits of the *old* grant, where it has none of its own."""
    inside = (node,) if isinstance(node, Permission) else catalog.below(node.path)
    scope, instance = target.scope, target.instance
    if scope is None and old.scope is not None:
        now = scopes_today(old.scope, (p.ladder for p in inside if p.ladder is not None))
        if len(now) != 1:  # none, or no one name for all of it
            return Successor(target, f"@{old.scope}")
        scope = now[0]
    if instance is None and old.instance not in (None, "*"):
        if not any(fits_chain(old.instance or "", p.chain) for p in inside):
            return Successor(target, str(Grant("", False, old.instance)))
        instance = old.instance
    return Successor(whole(replace(target, scope=scope, instance=instance), node))


def whole(grant: Grant, node: Node) -> Grant:
    """*grant*, at the broadest scope and on every instance where it names none."""
    if isinstance(node, Group):
        return grant
    scope = grant.scope or (node.ladder.broadest if node.ladder is not None else None)
    return replace(grant, scope=scope, instance=grant.instance or ("*" if node.chain else None))
