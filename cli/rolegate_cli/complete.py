"""What a shell may complete from the policy set that stands on the line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rolegate import Policy, TreeNode

# INVARIANT: nothing that a shell would expand or split is ever offered; click's bash script does not quote.
_HARMLESS = re.compile(r"[\w@.:/+-]+")


def _from_set(
    names: Callable[[Policy], Iterable[str]],
) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            import rolegate

            policy = rolegate.load(ctx.params["path"])
            return sorted(
                {each for each in names(policy) if each.startswith(incomplete) and _HARMLESS.fullmatch(each)}
            )
        except Exception:  # a shell in the middle of a line is no place for an error message
            return []

    return complete


def _nodes(node: TreeNode) -> Iterable[TreeNode]:
    for child in node.children:
        yield child
        yield from _nodes(child)


def _kind(*kinds: str) -> Callable[[Policy], Iterable[str]]:
    return lambda policy: (node.id for node in _nodes(policy.tree()) if node.kind in kinds)


permissions = _from_set(_kind("permission"))
groups = _from_set(_kind("group"))
roles = _from_set(lambda policy: policy.roles)
domains = _from_set(lambda policy: policy.domains)


def scopes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The scopes of the permission on the line."""
    asked = ctx.params.get("permission")
    return _from_set(
        lambda policy: (
            scope for node in _nodes(policy.tree()) if node.id == asked for scope, _, _ in node.ladder
        )
    )(ctx, param, incomplete)
